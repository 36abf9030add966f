//! Net revenue retention: how much of the revenue stays, upgrades included.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "nrr",
    aliases: &["net_revenue_retention"],
    family: Family::CustomerValue,
    summary: "Net revenue retention: the share of the starting revenue that customers still bring at the end, growth included.",
    unit: Unit::PercentOfStart,
    nulls: "A NULL amount is no revenue: a customer who ends with NULL is lost, one who starts with NULL or 0 is new and not counted.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "revenue retention",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::START_REVENUE, Arg::END_REVENUE],
        formula: "100 × what customers pay at the end ÷ what they paid at the start, over customers who paid something at the start",
        sql: "SELECT 100.0 * sum(paid_at_end) / sum(paid_at_start) AS value\n\
             FROM (\n\
             \x20 SELECT customer,\n\
             \x20   sum(start_revenue) AS paid_at_start,\n\
             \x20   coalesce(sum(end_revenue), 0) AS paid_at_end\n\
             \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
             \x20 HAVING sum(start_revenue) > 0\n\
             ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Change { start: 1, end: 2 }],
            outcomes: &[],
        },
        finish: Finish::Retention { capped: false },
    }],
    example: Example {
        question: "How much of last year's recurring revenue is still there?",
        sql: "SELECT nrr(customer, mrr_start, mrr_end) FROM (VALUES ('c1', 100.0, 130.0), ('c2', 100.0, 60.0), ('c3', 0.0, 500.0)) AS subscriptions(customer, mrr_start, mrr_end)",
        answer: "95.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some judge every subscription by itself, so that a further plan of an existing \
            customer is new business and not growth.",
            here: "SELECT nrr(customer_id || '/' || plan, mrr_start, mrr_end) AS nrr FROM subscriptions",
        },
        Convention {
            differs: "Some divide all recurring revenue at the end by all at the start, new customers \
            included, which is growth and not retention.",
            here: "SELECT nrr(1, mrr_start, mrr_end) AS growth FROM subscriptions",
        },
        Convention {
            differs: "Companies without contracts compare what customers bought in two periods of equal \
            length, here the second quarters of two years.",
            here: "SELECT nrr(\n\
                  \x20 customer_id,\n\
                  \x20 CASE WHEN month BETWEEN '2025-04' AND '2025-06' THEN amount END,\n\
                  \x20 CASE WHEN month BETWEEN '2026-04' AND '2026-06' THEN amount END\n\
                  ) AS net_sales_retention\n\
                  FROM orders",
        },
        Convention {
            differs: "Customer or logo retention counts customers instead of money.",
            here: "SELECT penetration(customer_id, mrr_end > 0) AS logo_retention\n\
                  FROM subscriptions\n\
                  WHERE customer_id IN (SELECT customer_id FROM subscriptions WHERE mrr_start > 0)",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Net revenue retention is what the customers who paid at the start of a period pay at \
            its end, in percent of what they paid at the start. Upgrades, further products and price \
            increases raise it; downgrades and departures lower it; customers who came during the period are \
            left out. It is weighted by revenue, so it does not show what share of the customers stayed.",
        business_insights: "Above 100, the existing base grows without a single new customer; below, new \
            business first has to make up for losses. The gap to `grr` is what expansion contributed, so the \
            two together show whether growth rests on keeping customers or on outselling losses. By segment, \
            it shows where cross-selling and upgrades pay after the first sale.",
        measurement_approach: "Take two snapshots of recurring revenue from billing, usually twelve months \
            apart, with one row per customer or subscription: `nrr(customer_id, mrr_start, mrr_end)`. Rows \
            are added up per customer first, so a plan that began during the period is growth of its \
            customer, and a customer whose starting revenue adds up to zero is new and does not count. Leave \
            out one-off fees, and convert both snapshots at the same exchange rate. Ended contracts must \
            stay in the export with an end of 0 or NULL; an export of active contracts alone has no losses \
            in it. Where accounts were merged or renamed, map both snapshots to the surviving id. Update \
            monthly on a rolling twelve months, after the billing run is final.",
        standard_formula: "NRR = 100 × (starting revenue + expansion − contraction − churned revenue) ÷ \
            starting revenue",
        trend_analysis: "On a rolling twelve months it is sluggish: the effect of one event stays in the \
            figure for a year and then drops out, so a price rise lifts it for twelve months and no longer. \
            A slow decline while `grr` is steady means that expansion is running dry, often because the best \
            customers already hold everything on offer. A decline of both points to losses.",
        diagnostic_questions: &[
            "How much of the change is expansion, contraction and loss, each summed per customer?",
            "Which segments and sign-up cohorts are below 100?",
            "How much of the expansion comes from further plans, how much from higher tiers and how much \
            from prices?",
            "What is the figure without the five customers who expanded most?",
            "Do customers with one plan at the start differ from those with two?",
        ],
        actionable_tips: &[
            "Review renewals of the segments below 100 ninety days ahead, together with product usage, and \
            start with the largest contracts.",
            "Offer the second plan to customers who use the first one fully; that is expansion without a \
            price rise.",
            "Give account managers a target for this figure in their own portfolio, together with the number \
            of customers behind it.",
            "When expansion is concentrated in few accounts, find their common trait and search the base \
            for customers who share it.",
        ],
        visualization_suggestions: "A waterfall from starting revenue through expansion, contraction and \
            loss to ending revenue. For the trend, lines of this figure and of `grr` on a rolling twelve \
            months, with a reference line at 100.",
        risk_warnings: "A few large expansions can hide the loss of many small customers, so never show it \
            without `grr`. In seasonal businesses the start and end dates matter a lot; compare the same \
            date in two years. Customers who came and went between the two dates appear at neither, so fast \
            churn of new customers is invisible. Customer bases of different age or segment mix are not \
            comparable.",
        tools_and_technologies: "Monthly snapshots of the subscription or billing system, kept rather than \
            overwritten; a contract table with start, end and fee per period can rebuild them. Spreadsheets \
            of current contracts are not enough, because they omit customers who left.",
        integration_points: "Finance builds the revenue forecast of the existing base on it, and investors \
            ask for it in due diligence, so document which revenue counts. Customer success and account \
            management share it as a common target.",
        change_impact: "It rises with `upsell_rate` and with `cross_sell_rate` among customers of the \
            start, and `arpa` of that base rises with it. A higher `churn_rate` or a lower `grr` pulls it \
            down by the revenue lost. It cannot be below `grr`; if both fall by the same amount, losses \
            are the cause and expansion has not changed.",
    },
};
