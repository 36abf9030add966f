//! Product usage rate: the share of customers, or of their products, in use.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "product_usage_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who use their product; with a product, the share of customers' products that are used.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but the row's customer, or pair of customer and product, still counts in the denominator. A row without a product is not a pair.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how much each product is in use",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_USED],
            formula: "100 × customers with at least one TRUE row ÷ customers",
            sql: "SELECT 100.0 * sum(used) / nullif(count(*), 0) AS value\n\
                FROM (\n\
                \x20 SELECT customer, max(CASE WHEN is_used THEN 1 ELSE 0 END) AS used\n\
                \x20 FROM t WHERE customer IS NOT NULL\n\
                \x20 GROUP BY customer\n\
                ) AS customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Any(1)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::USED_PRODUCT, Arg::IS_USED],
            formula: "100 × distinct pairs of customer and product with at least one TRUE row ÷ distinct pairs",
            sql: "SELECT 100.0 * sum(used) / nullif(count(*), 0) AS value\n\
                FROM (\n\
                \x20 SELECT customer, product, max(CASE WHEN is_used THEN 1 ELSE 0 END) AS used\n\
                \x20 FROM t WHERE customer IS NOT NULL AND product IS NOT NULL\n\
                \x20 GROUP BY customer, product\n\
                ) AS pairs",
            grain: Grain::Entity {
                entity: &[0, 1],
                needs: &[],
                folds: &[Fold::Any(2)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "What share of the products that customers have do they use?",
        sql: "SELECT product_usage_rate(customer, product, is_used) FROM (VALUES ('c1', 'CRM', true), ('c1', 'Chat', false), ('c2', 'CRM', false), ('c2', 'CRM', true), ('c3', 'CRM', false)) AS product_usage(customer, product, is_used)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some look at the latest month only, where a product used at any time in the rows \
                counts here.",
            here: "SELECT product_usage_rate(customer_id, product_id, is_used) AS used_in_june\n\
                FROM product_usage\n\
                WHERE usage_month = DATE '2026-06-01'",
        },
        Convention {
            differs: "Some count months of use: each month of each product is evaluated separately.",
            here: "SELECT product_usage_rate(\n\
                \x20 customer_id, product_id || ' ' || CAST(usage_month AS VARCHAR), is_used\n\
                ) AS used_product_months\n\
                FROM product_usage",
        },
        Convention {
            differs: "Some require a minimum number of active days before a product counts as used.",
            here: "SELECT product_usage_rate(customer_id, product_id, active_days >= 4) AS used_four_days\n\
                FROM product_usage",
        },
        Convention {
            differs: "Some use all customers as the base, including those without any software.",
            here: "SELECT product_usage_rate(c.customer_id, u.is_used) AS users_of_all_customers\n\
                FROM customers AS c\n\
                LEFT JOIN product_usage AS u ON u.customer_id = c.customer_id",
        },
        Convention {
            differs: "The adoption of one product is often given over all active customers, whether they \
                hold it or not.",
            here: "SELECT product_usage_rate(u.customer_id, u.is_used AND p.line = 'Analytics') AS analytics_adoption\n\
                FROM product_usage AS u\n\
                JOIN products AS p ON p.product_id = u.product_id",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The product usage rate is the share of customers who have used what they hold: at \
            least one of their rows says so. With the product as an argument it is the share of distinct \
            pairs of customer and product in use, so a customer with one working and one idle product \
            contributes one of two. It says whether something is used, not how much: one active day \
            counts like daily work.",
        business_insights: "It finds what is paid for and left idle, before the customer finds out at \
            renewal. Taken by product, the pairs show which cross-sold products were put to work and \
            which were only signed for. If most customers are active but many pairs are not, people use \
            one thing and ignore the rest of what they bought.",
        measurement_approach: "Begin with what was sold, not with the log: a usage log has no rows for those \
            who never came, so LEFT JOIN it to the entitlements and let missing use be FALSE or NULL. \
            `product_usage_rate(customer, is_used)` judges customers; `product_usage_rate(customer, product, \
            is_used)` judges each product of a customer, and skips rows without a product. Define use as an \
            action that matters to the customer, on a minimum number of days, rather than a login. Fix the \
            window, usually the last full month, because more months give everyone more chances to count. \
            Leave out staff accounts, automatic logins and customers within their setup weeks. Products \
            returned or cancelled before the window are no longer entitlements; late telemetry can add use \
            for some days, so do not close a month on its last evening.",
        standard_formula: "Product usage rate = (customers, or products of customers, with use ÷ all \
            customers, or all products of customers) × 100",
        trend_analysis: "Compare windows of equal length only: for the same products a longer window never \
            gives a lower rate. New customers pull it down until they are set up, and holidays lower it for \
            a month. A steady decline at equal age means that interest fades after the launch; a step from \
            one day to the next looks like broken tracking rather than a change of mind.",
        diagnostic_questions: &[
            "Which product has the lowest rate among its holders, and since which month?",
            "Is a product used less where it was cross-sold than where it was the first purchase?",
            "Which customers use one product and leave another idle, by segment and representative?",
            "How many weeks after the start does the first use come, by month of signup?",
            "Are idle products the ones sold in bundles or at the largest discounts, by channel?",
        ],
        actionable_tips: &[
            "Hand customer success a list of idle products that renew in the next quarter, the largest \
                contracts first.",
            "Sit through the setup of the least used product with ten customers who do not use it, and \
                remove the step where most give up.",
            "Pay part of the commission on a cross-sell at the first use instead of at the signature.",
            "Offer the next product to customers who use all they have, and training to the others.",
        ],
        visualization_suggestions: "A heat map with a row per product, a column per month and the rate of \
            pairs as colour. Lines per signup cohort over months since the start keep slow adoption apart \
            from fading use.",
        risk_warnings: "A log of active users alone gives 100 %, whatever the truth. A pair used once in \
            five months is in use in the total though idle in four of the monthly figures, so months and \
            total do not match and need not. A NULL flag counts as no use, so a gap in telemetry looks \
            like idleness. Customers who left drop out of the table, which lifts the rate of those who \
            remain.",
        tools_and_technologies: "Events come from product analytics or the application's own log, \
            entitlements from billing or the licence server. A warehouse table with a row per customer, \
            product and month is the usual meeting point.",
        integration_points: "It belongs in the health score of customer success and on the account page that \
            a seller opens before an offer. Alerts on a product without use for thirty days can open a task \
            in the CRM for the account owner.",
        change_impact: "Falling use is an early sign of a higher `churn_rate`, and of a lower `nrr` where \
            idle plans are reduced at renewal. A cross-sell push raises `penetration` and \
            `products_per_customer` at once and lowers the rate of pairs until the new products are set \
            up; better `implementation_success_rate` shortens that time. If second products stay idle, do \
            not expect them to lower `multi_product_churn_rate`.",
    },
};
