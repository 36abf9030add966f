//! Single-product churn rate: the share who left among the customers with exactly one product.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "single_product_churn_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who left, among those with exactly one product.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing; a customer without any product is in neither group and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "churn with several products beside churn with one",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PLAN, Arg::IS_CHURNED],
        formula: "100 × customers with exactly one product and at least one TRUE row ÷ customers with exactly one product",
        sql: "SELECT 100.0 * sum(churned) / nullif(count(*), 0) AS value\n\
            FROM (\n\
            \x20 SELECT customer, max(CASE WHEN is_churned THEN 1 ELSE 0 END) AS churned\n\
            \x20 FROM t WHERE customer IS NOT NULL\n\
            \x20 GROUP BY customer\n\
            \x20 HAVING count(DISTINCT product) = 1\n\
            ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctUpToTwo(1), Fold::Any(2)],
            outcomes: &[Outcome::Where {
                when: 0,
                is: 1,
                then: 1,
            }],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of the customers with exactly one product left?",
        sql: "SELECT single_product_churn_rate(customer, product, is_churned) FROM (VALUES ('c1', 'CRM', true), ('c2', 'CRM', false), ('c3', 'CRM', false), ('c3', 'Chat', false), ('c4', 'Chat', true)) AS subscriptions(customer, product, is_churned)",
        answer: "66.666666667",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Some take the products held on the first day of the period, so that a purchase \
                during the period does not move a customer to the other group.",
            here: "SELECT single_product_churn_rate(customer_id, plan, is_churned) AS single_product_churn_rate\n\
                FROM subscriptions\n\
                WHERE started_on < period_start",
        },
        Convention {
            differs: "Some count everything ever ordered instead of the plans held, so a customer with \
                one plan and a scanner has two product lines.",
            here: "SELECT single_product_churn_rate(s.customer_id, p.line, s.is_churned) AS single_product_churn_rate\n\
                FROM subscriptions AS s\n\
                JOIN orders AS o ON o.customer_id = s.customer_id\n\
                JOIN products AS p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Some give the rate of one entry product; grouping by product would give every customer \
                a single product, so single-product customers are marked first.",
            here: "SELECT churn_rate(customer_id, is_churned) AS inventory_only_churn_rate\n\
                FROM (\n\
                \x20 SELECT *, products_per_customer(customer_id, plan) OVER (PARTITION BY customer_id) AS plans\n\
                \x20 FROM subscriptions\n\
                ) AS marked\n\
                WHERE plans = 1 AND plan = 'Inventory'",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The single-product churn rate is the share of customers who left among those whose rows \
            name exactly one product. The distinct products of all rows of a customer are counted, and one \
            TRUE flag on any of the rows counts the customer as lost. Customers without a known product are \
            in neither group and are left out. It is not the churn of a product: that is `churn_rate` \
            grouped by product, over all holders.",
        business_insights: "These are the customers whom cross-selling has not reached, and their losses \
            are what a second product is hoped to reduce. Taken by the one product they hold, the rate \
            shows which entry products keep customers long enough for a second sale. Taken by months \
            since the first order, it shows how much time the sales team has for that sale.",
        measurement_approach: "Pass the subscription table of one closed period, one row per customer and \
            plan, with the plan or product line as the product. Keep the holdings of the first day \
            (`started_on < period_start`), so that a customer who buys a second product in the period does \
            not leave the group merely for having stayed. Count lines rather than editions, or a move from \
            Basic to Plus makes two products out of one. Leave out free extras that everybody gets. Where \
            products are known from order lines only, remove what was returned before joining the churn \
            flag, since a returned line still names a product. Report it per quarter or year together with \
            the number of customers in the group.",
        standard_formula: "Single-product churn rate = (lost customers with exactly one product ÷ \
            customers with exactly one product) × 100",
        trend_analysis: "The group is always being refilled: new customers enter it, and buyers of a second \
            product leave it. When cross-selling improves, the rate can rise, because the customers who \
            remain in the group are the less engaged ones. After a year of many new customers it looks low \
            until their first renewals come due. Read it beside the size of the group, which shows whether \
            the rate or the composition of the group has changed.",
        diagnostic_questions: &[
            "Which one product do the lost customers hold, and how many customers hold only that one?",
            "Is the rate higher for Startup and SMB than for Enterprise when customers of the same entry \
                product are compared?",
            "How many days after the first order did they leave, and was that before \
                `median_time_to_cross_sell`?",
            "Was there an opportunity for a second product in the CRM, and if so, was it lost or is it still \
                open?",
            "Which channel sold them the first product?",
        ],
        actionable_tips: &[
            "Sort the customers with one product by recent use: offer the second product to the active \
                ones, and help the idle ones with the first.",
            "If most losses fall before the usual time of a second purchase, bring that conversation \
                forward to the end of onboarding.",
            "For the entry product with the highest rate, sell a bundle from the start to some customers, \
                keep a holdout without it, and compare both after a renewal.",
            "Book a check-in with small single-product accounts a quarter before renewal, in one region \
                first, and compare with the rest.",
        ],
        visualization_suggestions: "Two lines per quarter, this rate and that of customers with several \
            products, each with its 95 % band and the group sizes under the axis. Horizontal bars per \
            entry product for the last full year.",
        risk_warnings: "`GROUP BY` product makes every customer of a group a single-product customer, \
            because a group contains only its own rows. Buyers of a second product had to stay long enough \
            to buy it, so this group looks worse than the other even where the second product does nothing. \
            A product that is NULL after a failed import drops customers who had no other, and moves \
            customers with two into this group.",
        tools_and_technologies: "The contract lines of a billing system are the best source. With one-off \
            sales, take the products from ERP order lines and the flag from the account status in the \
            CRM.",
        integration_points: "It is the baseline in the business case of a cross-sell programme: the \
            losses that could be prevented if all went well. Lists of active single-product accounts \
            belong in the representatives' tasks in the CRM, and the rate per entry product with those \
            who design bundles.",
        change_impact: "If it falls while `multi_product_churn_rate` stays, a negative `churn_gap` shrinks \
            towards zero, which is good news, not a failure of cross-selling. `churn_rate` and `grr` \
            improve, the more so the larger the group. `cross_sell_rate` and `products_per_customer` may \
            dip, as the customers kept stay in their denominators, but more of them are left to become \
            `cross_sell_qualified_opportunities`.",
    },
};
