//! Purchase frequency: how often a customer buys.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "purchase_frequency",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The number of orders per customer.",
    unit: Unit::Number,
    nulls: "A NULL order adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase frequency",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::ORDER],
        formula: "distinct orders ÷ customers",
        sql: "SELECT 1.0 * count(DISTINCT \"order\") / nullif(count(DISTINCT customer), 0) AS value\n\
             FROM t\n\
             WHERE customer IS NOT NULL",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[],
        },
        finish: Finish::DistinctPerEntity(1),
    }],
    example: Example {
        question: "How many orders does a customer place?",
        sql: "SELECT purchase_frequency(customer, order_id) FROM (VALUES ('c1', 1), ('c1', 1), ('c1', 2), ('c2', 3)) AS orders(customer, order_id)",
        answer: "1.5",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Retailers fix the period to the last twelve months.",
            here: "SELECT purchase_frequency(customer_id, order_id) AS orders_per_year\n\
                  FROM orders\n\
                  WHERE ordered_at >= TIMESTAMP '2025-07-01 00:00:00'",
        },
        Convention {
            differs: "Some spread the orders over all registered customers, including those without an \
            order.",
            here: "SELECT purchase_frequency(c.customer_id, o.order_id) AS orders_per_customer\n\
                  FROM customers c\n\
                  LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
        Convention {
            differs: "Some mean the time between two purchases: all days between customers' first and last \
            purchases, divided by the number of intervals between their orders.",
            here: "SELECT 365.25 * customer_lifespan(customer_id, ordered_at)\n\
                  \x20 / (purchase_frequency(customer_id, order_id) - 1) AS days_between_orders\n\
                  FROM orders\n\
                  WHERE customer_id IS NOT NULL",
        },
        Convention {
            differs: "Some count purchase days instead of orders, so that two orders of a customer on one \
            day are one purchase.",
            here: "SELECT purchase_frequency(\n\
                  \x20 customer_id,\n\
                  \x20 customer_id || ' ' || CAST(CAST(ordered_at AS DATE) AS VARCHAR)\n\
                  ) AS purchase_days\n\
                  FROM orders",
        },
        Convention {
            differs: "Some leave out returns that are booked as orders.",
            here: "SELECT purchase_frequency(customer_id, order_id) FILTER (WHERE quantity > 0) AS purchases\n\
                  FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Purchase frequency is the number of distinct orders divided by the number of distinct \
            customers in the same rows. It covers whatever period the rows cover and is not converted to a \
            year; a customer without any order in the rows lowers it. It is a mean over customers and does \
            not say how many of them came back, which is `repeat_purchase_rate`.",
        business_insights: "It shows whether the business lives on habit or on single deals, and how many \
            opportunities for a further offer a year brings. Split by product line, it separates \
            consumables, which bring customers back by themselves, from equipment, after which somebody has \
            to call. A segment with a high frequency and small orders points to demand that a subscription \
            or a standing order could bundle.",
        measurement_approach: "Call `purchase_frequency(customer_id, order_id)` on the order lines; an order \
            of many lines counts once. Filter to a period of fixed length, usually twelve months, and keep \
            it the same in every report. Returns, replacements and corrections are orders in many systems: \
            filter them out by a negative quantity or by document type. Order numbers are counted once over \
            all customers of the group, so they must be unique across shops and countries. LEFT JOIN the \
            orders to the customer table when customers without an order belong in the denominator. \
            Quarterly is often enough; for a quarterly series, take only customers who signed up before the \
            period began, as otherwise those from its last weeks count in full with hardly any time to \
            order.",
        standard_formula: "purchase frequency = number of orders in the period ÷ number of customers",
        trend_analysis: "It is higher over a longer period, so only periods of equal length are comparable. \
            New customers with a single order pull it down in months of strong acquisition, and it recovers \
            by itself as they order again. A fall among customers of more than a year's standing is a \
            warning: customers order elsewhere or less before they stop altogether. A fall with a rising \
            `average_purchase_value` is mostly stockpiling or bundled orders.",
        diagnostic_questions: &[
            "Is the change the same for customers in their first year and for those who have been buying \
            longer?",
            "How is the number of orders per customer distributed, and did the share with a single order \
            grow?",
            "Which product lines do the top 10 % of customers by orders buy that others do not?",
            "Did a channel lose orders, or did they move from one channel to another?",
            "Which customers ordered less in the last six months than in the six months before, by sales \
            representative?",
        ],
        actionable_tips: &[
            "Compute each customer's usual days between orders and have the account manager call when \
            twice that time has passed.",
            "Offer a standing order for products that customers buy at regular intervals.",
            "Place the next offer of another line at the moment when a consumable is due, since the \
            customer is ordering anyway.",
            "Lower the minimum order for segments whose frequency fell after it had been raised.",
        ],
        visualization_suggestions: "Bars of customers by number of orders (1, 2, 3 and so on) in the last \
            twelve months, one panel per segment. For the trend, a line of the rolling twelve-month value \
            at the end of each month, for established customers and for all.",
        risk_warnings: "A few accounts with automatic daily orders can carry the mean, so look at the \
            distribution. Never pass a date as the order: a date is counted once for the whole group, \
            however many customers bought on it; concatenate it with the customer id first. Splitting \
            deliveries into several orders inflates the figure and merging deflates it. Customers who \
            stopped buying before the period are not in the rows, so frequency over buyers can rise while \
            the base shrinks.",
        tools_and_technologies: "Orders of an ERP system, a shop or the point of sale, keyed by customer; \
            a loyalty programme or log-in is what identifies the customer in retail. Guest check-outs have \
            no customer and are ignored.",
        integration_points: "Stock planning and reminder campaigns work with it, and the account managers' \
            call cycle should follow it. In `clv` it appears as purchases per customer and year, so use \
            the same order filter for both.",
        change_impact: "It raises `arpa` and `clv` in proportion while `average_purchase_value` holds. \
            When one-time buyers order again, `repeat_purchase_rate` rises with it; when regular buyers \
            order more, that rate stays where it is. More frequent orders give more occasions for another \
            product, so `time_to_cross_sell` tends to shorten and `cross_sell_rate` to grow.",
    },
};
