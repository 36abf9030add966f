//! Multi-product churn rate: the share who left among the customers with more than one product.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "multi_product_churn_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who left, among those with more than one product.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing; a customer without any product is in neither group and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "churn with several products beside churn with one",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PLAN, Arg::IS_CHURNED],
        formula: "100 × customers with more than one product and at least one TRUE row ÷ customers with more than one product",
        sql: "SELECT 100.0 * sum(churned) / nullif(count(*), 0) AS value\n\
            FROM (\n\
            \x20 SELECT customer, max(CASE WHEN is_churned THEN 1 ELSE 0 END) AS churned\n\
            \x20 FROM t WHERE customer IS NOT NULL\n\
            \x20 GROUP BY customer\n\
            \x20 HAVING count(DISTINCT product) > 1\n\
            ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctUpToTwo(1), Fold::Any(2)],
            outcomes: &[Outcome::Where {
                when: 0,
                is: 2,
                then: 1,
            }],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of the customers with more than one product left?",
        sql: "SELECT multi_product_churn_rate(customer, product, is_churned) FROM (VALUES ('c1', 'CRM', true), ('c2', 'CRM', false), ('c3', 'CRM', false), ('c3', 'Chat', false), ('c4', 'Chat', true)) AS subscriptions(customer, product, is_churned)",
        answer: "0.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Some call a customer with several products lost only when all of them are gone, \
                while here one is enough.",
            here: "SELECT multi_product_churn_rate(customer_id, plan, has_left) AS multi_product_churn_rate\n\
                FROM (\n\
                \x20 SELECT customer_id, plan,\n\
                \x20 bool_and(coalesce(is_churned, false)) OVER (PARTITION BY customer_id) AS has_left\n\
                \x20 FROM subscriptions\n\
                ) AS marked",
        },
        Convention {
            differs: "Some start at three products: the customers are selected first, and their churn rate \
                is taken as usual.",
            here: "SELECT churn_rate(s.customer_id, s.is_churned) AS churn_rate_of_three_lines\n\
                FROM subscriptions AS s\n\
                JOIN (\n\
                \x20 SELECT o.customer_id\n\
                \x20 FROM orders AS o JOIN products AS p ON p.product_id = o.product_id\n\
                \x20 GROUP BY o.customer_id HAVING products_per_customer(o.customer_id, p.line) >= 3\n\
                ) AS holders ON holders.customer_id = s.customer_id",
        },
        Convention {
            differs: "Some report the share of the leavers who had several products, which has the leavers \
                as its base and is not a churn rate.",
            here: "SELECT penetration(customer_id, plan) FILTER (WHERE is_churned) AS several_among_leavers\n\
                FROM subscriptions",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The multi-product churn rate is the share of customers who left among those whose \
            rows name more than one distinct product. Two products are enough, and ten count for no more \
            than two. A TRUE flag on any row counts the customer as lost, so with a flag per product it \
            also counts those who gave up one product and kept the others. It does not say whether the \
            second product was a reason to stay.",
        business_insights: "It is the loss rate of the accounts that cross-selling has built, each of which \
            takes several revenue lines with it. If it is no lower than `single_product_churn_rate`, the \
            further products do not retain customers, and adoption, fit and discounts are the places to \
            look. By pair of products it shows which combinations last and which come apart.",
        measurement_approach: "Start from one row per customer and product with a churn flag, for one \
            closed period. Fix the holdings at the start and look for losses after it: a count at the end \
            misses what leavers had dropped before. Decide what leaving means, and set the flag to match: \
            the end of any product, or of the last one. With products from order lines, net out returns \
            and skip delivery charges, one-off services and free extras, so that nobody holds several \
            products through those. Merge duplicate accounts first, because a customer under two numbers \
            looks like two customers with one product each. A rolling year, updated each quarter, suits a \
            group of this size better than single months.",
        standard_formula: "Multi-product churn rate = (lost customers with two or more products ÷ \
            customers with two or more products) × 100",
        trend_analysis: "Losses in this group are few and come in clusters, for instance when the contracts \
            of a bundle end on one date. A cross-sell campaign brings in customers with a weaker interest, \
            so the rate may rise without anybody having become less satisfied. Dropped second products can \
            announce lost accounts; follow the rate with the flag set for any product beside the one with \
            the flag set for all.",
        diagnostic_questions: &[
            "Which pairs of products have the highest churn, and how many customers hold each pair?",
            "How many gave up one product and kept the rest, and how many gave up everything?",
            "Had the leavers used every product, or only the first (`product_usage_rate` by customer and \
                product)?",
            "Was the second product bought less than six months before, in a bundle or at a discount?",
            "Does the rate differ by the representative or the channel of the second sale, within a \
                segment?",
        ],
        actionable_tips: &[
            "For the pair that comes apart most often, require that both products are set up within a \
                fixed number of weeks of the sale.",
            "Review large accounts whose contracts all end on one day: a single decision then loses every \
                product.",
            "Stop discounting second products whose buyers leave as often as customers without one.",
            "Treat the first dropped product as a warning sign: a call by the account owner within a week, \
                with the reason recorded.",
        ],
        visualization_suggestions: "A matrix of product pairs with the rate as colour and the customers \
            as a number in each cell, cells below a stated minimum left blank. Beside it a rolling-year \
            line with its 95 % interval, one point per quarter.",
        risk_warnings: "The group is selected: large, old and contented customers had more occasions to \
            buy twice, and would perhaps have stayed with one product as well. If products are counted \
            over the whole period, those who stayed to its end had more time to collect them; use the \
            holdings of the first day. One lost key account moves a group of fifty by two points. Grouped \
            by product nobody has several, and the result is NULL.",
        tools_and_technologies: "Contract or subscription tables with a line per product and its end date \
            serve best. An order history needs a rule for how long a product counts as held, and product \
            telemetry can supply one.",
        integration_points: "Account reviews can show, next to the account's products, the churn rate of \
            that combination. A renewal forecast may use it as the loss assumption for accounts with several \
            contracts, and the single-product rate for the others.",
        change_impact: "A fall lowers `churn_gap` point for point and improves `grr` and `nrr` by more \
            than the count of customers suggests, as far as these accounts pay above `arpa`. A push for \
            second products lifts `cross_sell_rate` and `penetration` at once, and this rate only when \
            the new contracts come up for renewal. Better `implementation_success_rate` of second \
            products should show here one renewal later.",
    },
};
