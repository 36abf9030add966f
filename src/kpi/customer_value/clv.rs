//! Customer lifetime value: what a customer brings over the years.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "clv",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "Customer lifetime value: revenue per customer and year, times the years that customers stay.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing and a NULL time is left out, but the customers of these rows still count. Without any date the value is NULL.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase value × average purchase frequency × average customer lifespan",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::AMOUNT, Arg::DATE],
            formula: "revenue ÷ customers ÷ window × lifespan; window = (last date − first date + 1 day) ÷ 365.25, lifespan = mean over customers of (last date − first date) ÷ 365.25",
            sql: "WITH customers AS (\n\
                 \x20 SELECT sum(amount) AS revenue,\n\
                 \x20   EXTRACT(EPOCH FROM min(CAST(t.at AS DATE))) / 86400.0 AS first_day,\n\
                 \x20   EXTRACT(EPOCH FROM max(CAST(t.at AS DATE))) / 86400.0 AS last_day\n\
                 \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
                 )\n\
                 SELECT 1.0 * coalesce(sum(revenue), 0) / nullif(count(*), 0)\n\
                 \x20 / ((max(last_day) - min(first_day) + 1) / 365.25)\n\
                 \x20 * (sum(last_day - first_day) / nullif(count(*), 0) / 365.25) AS value\n\
                 FROM customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DaysBetweenFirstAndLast(2)],
                outcomes: &[],
            },
            finish: Finish::LifetimeValue {
                revenue: Total {
                    amount: 1,
                    only: None,
                },
                years: None,
            },
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::AMOUNT, Arg::DATE, Arg::LIFESPAN_YEARS],
            formula: "revenue ÷ customers ÷ window × lifespan_years",
            sql: "SELECT 1.0 * coalesce(sum(amount), 0) / nullif(count(DISTINCT customer), 0)\n\
                 \x20 / ((EXTRACT(EPOCH FROM max(CAST(t.at AS DATE)))\n\
                 \x20   - EXTRACT(EPOCH FROM min(CAST(t.at AS DATE)))) / 86400.0 + 1)\n\
                 \x20 * 365.25 * 3.5 AS value\n\
                 FROM t\n\
                 WHERE customer IS NOT NULL",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DaysBetweenFirstAndLast(2)],
                outcomes: &[],
            },
            finish: Finish::LifetimeValue {
                revenue: Total {
                    amount: 1,
                    only: None,
                },
                years: Some(3),
            },
        },
    ],
    example: Example {
        question: "What is a customer worth if they stay for two years?",
        sql: "SELECT clv(customer, amount, day, 2.0) FROM (VALUES ('c1', 100.0, DATE '2020-01-01'), ('c1', 50.0, DATE '2023-12-31'), ('c2', 50.0, DATE '2021-06-30')) AS orders(customer, amount, day)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some multiply customer value over the whole export, not per year, by the lifespan, \
            which gives this number times the years that the rows cover.",
            here: "SELECT arpa(customer_id, amount) * customer_lifespan(customer_id, ordered_at) AS clv FROM orders",
        },
        Convention {
            differs: "Subscription businesses divide yearly recurring revenue per account by the yearly \
            churn rate.",
            here: "SELECT 12 * arpa(customer_id, mrr_start) * 100.0 / churn_rate(customer_id, is_churned) AS clv\n\
                  FROM subscriptions\n\
                  WHERE mrr_start > 0",
        },
        Convention {
            differs: "Finance counts gross margin instead of revenue; replace 0.4, which is only an example, \
            with your margin.",
            here: "SELECT clv(customer_id, 0.4 * amount, ordered_at) AS clv_of_margin FROM orders",
        },
        Convention {
            differs: "Historic CLV is what customers have paid so far, without any projection.",
            here: "SELECT arpa(customer_id, amount) AS revenue_so_far FROM orders",
        },
        Convention {
            differs: "Some replace the observed lifespan by the one that the churn rate implies: with a \
            yearly churn of 20 percent, five years.",
            here: "SELECT clv(customer_id, amount, ordered_at, 5.0) AS clv FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Customer lifetime value is the revenue per customer and year, times the years that \
            customers stay. With three arguments, the years are the mean time between first and last \
            purchase in the rows; with a fourth, they are the number that you pass. It is mean revenue over \
            a group: it is not profit, it does not discount later years, and it does not predict the value \
            of a single customer.",
        business_insights: "It sets an upper limit on what winning a customer may cost, and shows which \
            segments and acquisition channels repay a costly sale. Compared between single-line and \
            multi-line customers of the same age, it indicates how much of their value is associated with \
            further products. Its three factors show which lever a segment lacks: larger orders, more orders \
            or more years.",
        measurement_approach: "Pass customer, net amount and date of every order line of the whole \
            history: `clv(customer_id, amount, ordered_at)`. The window runs from the first to the last \
            day of the group's rows, both included, and turns revenue into revenue per year; fill it with \
            complete data every quarter, since a missing month counts as a month without sales. Use the \
            form with `lifespan_years` whenever the history is shorter than customers stay, with years \
            taken from churn, contracts or a survival analysis. Keep returns with their negative amounts \
            in revenue; a return date that lies after the last purchase stretches the lifespan a little. \
            Pass buyers only, without test accounts: a customer without orders lowers the revenue per \
            customer and the mean lifespan as well. Give groups that you compare the same window: the \
            window is that of the group's own rows, so a segment that began late has a shorter one.",
        standard_formula: "CLV = average purchase value × purchases per customer and year × average \
            customer lifespan in years",
        trend_analysis: "The form with three arguments tends to rise as the history grows, because observed \
            lifespans lengthen; with given years that effect is gone, and changes are changes of revenue per \
            customer and year. Many new customers lower it twice, through little revenue and through short \
            lifespans, and it recovers as they age. A fall among cohorts of equal age means smaller or fewer \
            orders; look at the factors to see which.",
        diagnostic_questions: &[
            "Which factor moved: order value, orders per customer and year, or lifespan?",
            "What is CLV of each sign-up cohort over its own first twelve months?",
            "Which acquisition channels bring customers whose CLV is below what it costs to win them?",
            "How does CLV differ by the product line of the first order within a segment?",
            "How much of the total comes from the largest 5 % of customers?",
        ],
        actionable_tips: &[
            "Cap the acquisition budget per channel at a fixed fraction of the margin in the channel's \
            CLV, and review it each quarter.",
            "Where lifespan is short and orders are large, fund onboarding and renewals before another \
            campaign.",
            "Where orders are frequent but small, offer the line with the highest `attach_rate` to the \
            first product.",
            "Give named account management to customers by expected value, not by the size of their first \
            order.",
        ],
        visualization_suggestions: "Lines of cumulative revenue per customer by months since the first \
            purchase, one line per sign-up quarter. A bar chart of CLV by acquisition channel with the \
            cost of acquisition as a mark on each bar.",
        risk_warnings: "As no observed lifespan is longer than the window, the form with three arguments \
            cannot exceed `arpa` of the same rows: in a young company it understates what customers will \
            bring, so give the years yourself. The product of three averages is not the average of \
            products: where large customers also stay longer, it is too low. Revenue of a short window is \
            projected over years, so a seasonal peak or one large deal is multiplied; groups with a few \
            weeks of data give absurd values. Multi-product customers look more valuable partly because \
            only those who stayed could buy more.",
        tools_and_technologies: "A complete order history with customer and date, from the ERP system, \
            shop or warehouse; billing data where revenue is recurring. Margins come from the product \
            costing, acquisition costs from the marketing ledger.",
        integration_points: "Marketing sets bids and budgets by it, sales sets coverage, and finance \
            compares it with the cost of acquisition. Write it back to segments and cohorts in the CRM \
            rather than to single accounts, for which it is not meant.",
        change_impact: "It moves in proportion to `average_purchase_value`, to `purchase_frequency` per \
            year and to `customer_lifespan`, hence with `arpa` when the window stays the same. Successful \
            cross-selling (`cross_sell_rate`, `products_per_customer`) and upgrades (`upsell_rate`) raise \
            the first two. A lower `churn_rate` raises it through the lifespan, slowly in the observed \
            form and at once where you derive `lifespan_years` from churn.",
    },
};
