//! Average revenue per account.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "arpa",
    aliases: &["arpu", "customer_value"],
    family: Family::CustomerValue,
    summary: "Average revenue per account: all revenue divided by the number of customers.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing to the revenue, but the row's customer still counts in the denominator. Revenue without a customer is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "all revenue ÷ customers",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::REVENUE],
        formula: "sum of the revenue ÷ customers",
        sql: "SELECT 1.0 * coalesce(sum(revenue), 0) / nullif(count(DISTINCT customer), 0) AS value\n\
             FROM t\n\
             WHERE customer IS NOT NULL",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::SumPerEntity(Total {
            amount: 1,
            only: None,
        }),
    }],
    example: Example {
        question: "How much revenue does an account bring on average?",
        sql: "SELECT arpa(customer, amount) FROM (VALUES ('c1', 100.0), ('c1', 50.0), ('c2', 30.0), ('c3', NULL)) AS orders(customer, amount)",
        answer: "60.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some divide by every customer on file instead of by those who bought something in the \
            period.",
            here: "SELECT arpa(c.customer_id, o.amount) AS arpa\n\
                  FROM customers c\n\
                  LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
        Convention {
            differs: "Telecoms and software firms quote ARPA or ARPU per month: a month's revenue by the \
            accounts that were active in it.",
            here: "SELECT arpa(customer_id, amount) AS arpa FROM orders WHERE month = '2026-06'",
        },
        Convention {
            differs: "Subscription businesses use recurring revenue only, over the accounts that pay on a \
            reference date.",
            here: "SELECT arpa(customer_id, mrr_end) AS arpa FROM subscriptions WHERE mrr_end > 0",
        },
        Convention {
            differs: "Customer value is also written as average purchase value times purchase frequency, \
            which gives the same number where every order has one customer.",
            here: "SELECT average_purchase_value(order_id, amount)\n\
                  \x20 * purchase_frequency(customer_id, order_id) AS customer_value\n\
                  FROM orders\n\
                  WHERE customer_id IS NOT NULL",
        },
        Convention {
            differs: "Others mean customer value per year: ARPA divided by the years that the rows cover.",
            here: "SELECT clv(customer_id, amount, ordered_at, 1.0) AS customer_value_per_year FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Average revenue per account is all revenue of the rows divided by the number of \
            distinct customers in them. Every customer counts once, whatever the number of their orders or \
            products, and a customer whose rows carry no amount still counts, with zero revenue. It is a \
            mean per customer, not per order (that is `average_purchase_value`), and it says nothing about \
            margins or about how long the revenue will last.",
        business_insights: "It separates growth by more customers from growth by more revenue per customer. \
            Broken down by the number of product lines, it shows what a cross-sold account brings compared \
            with a single-line account of the same segment. By segment, it limits what can be spent on \
            acquiring and serving an account: a segment whose ARPA is below the cost of a visit cannot \
            support a field sales force.",
        measurement_approach: "Take the order or invoice lines of a closed period with their customer and \
            net amount, and call `arpa(customer_id, amount)`. Fix the period first, because ARPA of eighteen \
            months is not comparable with ARPA of one; for a monthly series, group by month, so that each \
            month is divided by its own buyers. Keep returns and credit notes with their negative amounts, \
            and drop taxes, internal orders and test accounts. Start from the customer table and LEFT JOIN \
            the orders to spread the revenue over all customers; an inner join spreads it over buyers. For \
            recurring revenue pass the monthly fee of the billing export, one row per subscription that is \
            running. Compute it when the books of the month are closed, and again a month later if credit \
            notes are still backdated into it.",
        standard_formula: "ARPA = total revenue ÷ number of customers",
        trend_analysis: "Compare periods of equal length only: over a window that keeps growing, ARPA drifts \
            upwards by itself. A rise while the number of customers falls usually means that small accounts \
            left, not that anybody bought more. Many new customers at once pull it down for their first \
            months, so read it by sign-up cohort at equal age before calling it a decline. A step in a \
            single month usually means a new price list, a large contract or a change in what counts as \
            revenue.",
        diagnostic_questions: &[
            "Did ARPA move among the customers who bought in both periods, or did only the mix of segments \
            change?",
            "How much of the revenue comes from the ten largest accounts, and what is ARPA without them?",
            "How does ARPA differ between customers with one, two and three product lines of the same \
            segment?",
            "Which acquisition channels bring customers who are still below the ARPA of their segment \
            after a year?",
            "Which sales representatives have accounts whose ARPA fell although their quantities did not?",
        ],
        actionable_tips: &[
            "List the single-line customers below the ARPA of their segment and give each to an account \
            manager together with the line that similar accounts add most often.",
            "Where ARPA of a segment does not cover the cost of serving it, move that segment to web and \
            phone orders before raising prices.",
            "Review the discounts of accounts whose ARPA fell at constant quantities, starting with the \
            largest.",
            "When ARPA rose through price increases alone, check `grr` at the next renewals before raising \
            prices again.",
        ],
        visualization_suggestions: "A line of monthly ARPA per segment above bars with the number of \
            buyers, on one time axis. Beside it a histogram of revenue per customer on a logarithmic axis, \
            with mean and median marked.",
        risk_warnings: "Revenue per account is skewed: a single enterprise contract moves the mean, so look \
            at the median of the customers' revenue as well. ARPA can rise in every segment and still fall \
            in total when the mix shifts to small accounts. Revenue that could not be matched with a \
            customer is in neither the numerator nor the denominator, so ARPA times customers falls short of \
            booked revenue. One company under two customer ids counts twice and lowers it.",
        tools_and_technologies: "The rows are order or invoice lines of an ERP system or a shop, or the \
            subscription table of a billing system. Whether subsidiaries are accounts of their own is \
            decided by the account hierarchy of the CRM; settle that before measuring.",
        integration_points: "The revenue plan multiplies it by the planned number of customers, and coverage \
            rules use it to decide which accounts get a named representative. Agree with finance on whether \
            revenue means booked, invoiced or recurring before the figure enters the monthly report.",
        change_impact: "ARPA is `average_purchase_value` times `purchase_frequency`, so it follows either \
            of them. A higher `cross_sell_rate`, `products_per_customer` or `upsell_rate` lifts it, and \
            `clv` rises in proportion as long as `customer_lifespan` holds. When it rises among the \
            customers of last year, `nrr` rises too; when only prices drove it, a lower `grr` and a higher \
            `churn_rate` may follow at the renewals.",
    },
};
