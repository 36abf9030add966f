//! Customer lifespan: how long a customer keeps buying.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "customer_lifespan",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The mean time from a customer's first to last purchase, in years.",
    unit: Unit::Years,
    nulls: "A NULL time is left out, but the row's customer still counts. A customer with a single date counts as 0.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average customer lifespan",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::DATE],
        formula: "mean over customers of (last date − first date) ÷ 365.25",
        sql: "SELECT coalesce(sum(days), 0) / nullif(count(*), 0) / 365.25 AS value\n\
             FROM (\n\
             \x20 SELECT customer,\n\
             \x20   (EXTRACT(EPOCH FROM max(CAST(t.at AS DATE)))\n\
             \x20     - EXTRACT(EPOCH FROM min(CAST(t.at AS DATE)))) / 86400.0 AS days\n\
             \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
             ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DaysBetweenFirstAndLast(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MeanYears,
    }],
    example: Example {
        question: "How many years does a customer stay with us?",
        sql: "SELECT customer_lifespan(customer, day) FROM (VALUES ('c1', DATE '2020-01-01'), ('c1', DATE '2024-01-01'), ('c2', DATE '2021-06-30')) AS orders(customer, day)",
        answer: "2.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Subscription businesses take the reciprocal of the yearly churn rate: how long \
            customers would stay on average if churn remained as it is.",
            here: "SELECT 100.0 / churn_rate(customer_id, is_churned) AS years\n\
                  FROM subscriptions\n\
                  WHERE mrr_start > 0",
        },
        Convention {
            differs: "Some average over customers with purchases on more than one day and leave the others \
            out.",
            here: "SELECT 100.0 * customer_lifespan(customer_id, ordered_at)\n\
                  \x20 / repeat_purchase_rate(customer_id, CAST(ordered_at AS DATE)) AS years\n\
                  FROM orders",
        },
        Convention {
            differs: "Some mean tenure: from signing up to the day of the report, whether or not the \
            customer still buys.",
            here: "SELECT customer_lifespan(customer_id, at) AS years\n\
                  FROM (\n\
                  \x20 SELECT customer_id, signed_up_on AS at FROM customers\n\
                  \x20 UNION ALL\n\
                  \x20 SELECT customer_id, DATE '2026-06-30' AS at FROM customers\n\
                  ) AS tenure",
        },
        Convention {
            differs: "Some measure contracts: from the start of a subscription to its end, or to the \
            reference date while it runs.",
            here: "SELECT customer_lifespan(contract, at) AS years\n\
                  FROM (\n\
                  \x20 SELECT customer_id || '/' || plan AS contract, started_on AS at FROM subscriptions\n\
                  \x20 UNION ALL\n\
                  \x20 SELECT customer_id || '/' || plan AS contract, coalesce(ended_on, period_end) AS at\n\
                  \x20 FROM subscriptions\n\
                  ) AS contracts",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Customer lifespan is the mean, over customers, of the time from first to last \
            purchase, in years of 365.25 days. A customer with a single purchase date counts as 0, and so \
            does one without any date. It is what has been observed in the rows; it is neither a forecast \
            of how long customers will stay nor the time between signing and cancelling a contract.",
        business_insights: "It shows how long the relationship with a customer leaves room for a second \
            product, and which acquisition channels bring buyers who stay. Across cohorts of the same age, \
            it shows whether newer customers keep buying as older ones did. The share of customers at 0 is \
            an insight of its own: where it is large, the second order is the problem, not loyalty.",
        measurement_approach: "Pass the customer and the date of each purchase: \
            `customer_lifespan(customer_id, ordered_at)`; times of day are ignored. Take the whole \
            purchase history that is available, not one year of it, because no lifespan can be longer than \
            the rows reach. Leave out returns, since a return after the last purchase prolongs the span, \
            as well as opening balances and migrated documents that all carry one date. After a LEFT JOIN \
            from the customer table, customers without orders count as 0; use an inner join for buyers. To \
            compare groups, restrict them to customers whose first purchase lies equally far back, for \
            instance by sign-up quarter. Once a quarter is enough; the figure moves slowly.",
        standard_formula: "average customer lifespan = sum of all customers' lifespans ÷ number of \
            customers",
        trend_analysis: "In a young or growing company it rises with the calendar, because the export \
            reaches further back each month, so a rise is not an achievement by itself. It drops after a \
            strong month of acquisition, when many customers enter with 0. Follow cohorts instead: the \
            lifespan that each sign-up quarter had reached after twelve months should stay level or grow.",
        diagnostic_questions: &[
            "How many customers count as 0, and how many of those made their first purchase only recently?",
            "What lifespan had each sign-up cohort reached twelve months after its first purchase?",
            "How do lifespans differ by the product line of the first order?",
            "Do customers with two or more product lines last longer within the same cohort and segment?",
            "How many customers have bought nothing for longer than twice their usual interval, by \
            acquisition channel?",
        ],
        actionable_tips: &[
            "Contact one-time buyers within the usual time to a second order, and review the spending on the \
            channel that brings most of them.",
            "Start renewal and replacement talks before the age at which many customers of earlier cohorts \
            made their last purchase.",
            "Offer a support plan with equipment: it gives a reason for a purchase every year.",
            "Mark accounts that closed their business apart from those that left, so that effort goes \
            where it can help.",
        ],
        visualization_suggestions: "A survival curve per sign-up cohort: months since the first purchase \
            on the x axis, share of customers who bought again at or after that month on the y axis. A bar \
            chart of lifespans in quarters of a year, with one-time buyers as a bar of their own.",
        risk_warnings: "Lifespans are cut off on both sides: customers who still buy have not finished \
            theirs (right-censoring), and purchases before the first row are unknown. The mean therefore \
            understates how long customers stay, most of all in a young company. Compare segments of equal \
            age only, and beware of multi-product customers: whoever stays longer has had more time to buy \
            several products. The reciprocal of churn assumes that new and old customers leave at the same \
            rate, which is rarely so.",
        tools_and_technologies: "The order history of an ERP system, data warehouse or shop, as far back \
            as it goes; contract tables of a billing system for start and end dates. A statistics package \
            with survival analysis (Kaplan-Meier) is the right tool where censoring matters.",
        integration_points: "It is the third factor of `clv(customer, amount, at)`; where an estimate from \
            churn or from a survival analysis exists, pass that to `clv` as `lifespan_years` instead. \
            Customer success can set its check-in calendar by the ages at which customers stop buying.",
        change_impact: "`clv` rises in proportion to it. A lower `churn_rate` lengthens it with a delay of \
            years, while a campaign that wins many new customers shortens it at once. More orders per \
            customer (`purchase_frequency`, `repeat_purchase_rate`) lengthen it when they come later, not \
            when they come on the same day. A longer relationship leaves more time for another product, so \
            `cross_sell_rate` tends to grow with it.",
    },
};
