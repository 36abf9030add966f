//! Repeat purchase rate: the share of customers who came back.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "repeat_purchase_rate",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The share of customers with more than one order.",
    unit: Unit::Percent,
    nulls: "A NULL order adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "repeat purchase rate",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::ORDER],
        formula: "100 × customers with more than one distinct order ÷ customers",
        sql: "SELECT 100.0 * sum(CASE WHEN orders > 1 THEN 1 ELSE 0 END) / nullif(count(*), 0) AS value\n\
             FROM (\n\
             \x20 SELECT customer, count(DISTINCT \"order\") AS orders\n\
             \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
             ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctAtLeast {
                item: 1,
                count: Count::Fixed(2),
            }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of our customers ordered again?",
        sql: "SELECT repeat_purchase_rate(customer, order_id) FROM (VALUES ('c1', 1), ('c1', 2), ('c2', 3), ('c2', 3)) AS orders(customer, order_id)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Shop systems call the share of a month's customers who had bought in an earlier \
            month the returning customer rate.",
            here: "SELECT penetration(customer_id, first_month < '2026-06') AS returning_customer_rate\n\
                  FROM (\n\
                  \x20 SELECT customer_id, month, min(month) OVER (PARTITION BY customer_id) AS first_month\n\
                  \x20 FROM orders\n\
                  ) AS o\n\
                  WHERE month = '2026-06'",
        },
        Convention {
            differs: "Some give the share of orders that are not a customer's first.",
            here: "SELECT 100.0 * (1 - 1 / purchase_frequency(customer_id, order_id)) AS repeat_orders\n\
                  FROM orders\n\
                  WHERE customer_id IS NOT NULL",
        },
        Convention {
            differs: "Some require the second purchase to be on another day, so that an order split in two \
            does not count.",
            here: "SELECT repeat_purchase_rate(customer_id, CAST(ordered_at AS DATE)) AS on_another_day\n\
                  FROM orders",
        },
        Convention {
            differs: "Some give every customer the same window: a second order within 90 days of the first, \
            over customers whose 90 days have passed.",
            here: "SELECT repeat_purchase_rate(customer_id, order_id) AS within_90_days\n\
                  FROM (\n\
                  \x20 SELECT *, min(ordered_at) OVER (PARTITION BY customer_id) AS first_at\n\
                  \x20 FROM orders\n\
                  ) AS o\n\
                  WHERE ordered_at < first_at + INTERVAL '90 days'\n\
                  \x20 AND first_at < TIMESTAMP '2026-04-02 00:00:00'",
        },
        Convention {
            differs: "Brands mean the same product again: the share of customers' products that were \
            bought in more than one order.",
            here: "SELECT repeat_purchase_rate(customer_id || '/' || product_id, order_id) AS same_product_again\n\
                  FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The repeat purchase rate is the share of customers with more than one distinct order, \
            in percent of all customers in the rows. The second order may be for the same product or for \
            another, so it is not a cross-sell rate. It shows only whether a customer came back, not how \
            often (`purchase_frequency`) or for how much.",
        business_insights: "It shows how many first sales turned into relationships, which is what \
            cross-selling builds on: a customer who never places another order cannot be sold a second \
            product in one. By the product of the first order, it reveals which entry products bring \
            customers back. By acquisition channel, it separates bargain hunters from lasting customers.",
        measurement_approach: "Call `repeat_purchase_rate(customer_id, order_id)` on order lines; all lines \
            of an order count as one order. Leave out returns and corrections booked as orders of their own, \
            or a customer who returned the only purchase looks loyal. Choose between the rate over a fixed \
            period, which is simple, and the rate within a given number of days of the first order, which is \
            fair to new customers; for the latter, leave out customers whose window has not ended. Inner \
            joins give the rate over buyers, a LEFT JOIN from the customer table the rate over everybody \
            registered. Merge duplicate customer records first. Report it monthly by cohort of first \
            purchase, and mark a cohort's figure as provisional until its window has ended.",
        standard_formula: "repeat purchase rate = 100 × customers with more than one order ÷ customers",
        trend_analysis: "For a given set of customers it can only rise as time passes, since one-time \
            buyers can return but repeat buyers cannot become one-time buyers again; so read it by cohort \
            of equal age or over a rolling twelve months. It dips after a campaign that brought many first \
            orders and recovers if those customers are of the usual kind. If the dip lasts for longer than \
            the usual time to a second order, the campaign brought one-time buyers.",
        diagnostic_questions: &[
            "What share of each monthly cohort had a second order within 90 days, and is it changing?",
            "After which first product do customers come back most, and after which least?",
            "Does the rate by acquisition channel differ within one segment?",
            "How many second orders were placed with a discount code, by cohort?",
            "Are customers of one sales representative or channel missing their second order?",
        ],
        actionable_tips: &[
            "Let the data set the time of the follow-up: shortly before the median number of days between \
            first and second order, by first product.",
            "Lead new customers to the entry products after which most come back, and rework the offer \
            around those after which few do.",
            "Ask one-time buyers for a reason once their usual time has passed, and feed delivery and \
            quality complaints back to operations.",
            "Enclose an offer for a matching consumable or service with the first delivery instead of a \
            general voucher.",
        ],
        visualization_suggestions: "A heat map with the month of first purchase down, months since then \
            across, and the cumulative share with a second order as colour. For a report page, a line of \
            the 90-day rate by cohort, its last incomplete cohorts dashed.",
        risk_warnings: "The newest customers have had the least time, so the plain rate mixes loyalty with \
            age; growth alone lowers it. For equipment that lasts for years, a low rate in an export of \
            eighteen months is not a sign of dissatisfaction. Orders split by the warehouse turn one-time \
            buyers into repeat buyers. In small cohorts a handful of customers moves the rate by points, so \
            show their number.",
        tools_and_technologies: "Order headers of a shop, point of sale or ERP system with a stable \
            customer id. Retail needs a loyalty card or account to recognise people; without one, second \
            purchases appear as new customers.",
        integration_points: "Marketing automation starts the second-order sequence from the list behind it \
            (customers with exactly one order), and acquisition budgets are reviewed with it by channel. \
            Use it as an early figure in cohort reviews, long before `customer_lifespan` can say anything.",
        change_impact: "A higher rate lifts `purchase_frequency` and `customer_lifespan`, and with them \
            `arpa` and `clv`. `cross_sell_rate` follows if the later orders contain other products; if \
            they repeat the first one, it stays. Where delivery or quality spoils the first order, `nps` \
            and `csat` tend to fall in the surveys before this rate does.",
    },
};
