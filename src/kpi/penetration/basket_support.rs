//! Basket support: how often two products are bought together.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "basket_support",
    aliases: &[],
    family: Family::Penetration,
    summary: "The share of all baskets that have both products.",
    unit: Unit::Percent,
    nulls: "A NULL flag counts as FALSE, but the row's basket still counts.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "support of a pair of products",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_A, Arg::HAS_B],
        formula: "100 × baskets with both products ÷ baskets",
        sql: "SELECT 100.0 * sum(a * b) / nullif(count(*), 0) AS value\n\
              FROM (\n\
              \x20 SELECT\n\
              \x20   max(CASE WHEN has_a THEN 1 ELSE 0 END) AS a,\n\
              \x20   max(CASE WHEN has_b THEN 1 ELSE 0 END) AS b\n\
              \x20 FROM t WHERE basket IS NOT NULL GROUP BY basket\n\
              ) AS baskets",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1), Fold::Any(2)],
            outcomes: &[Outcome::Both(0, 1)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of the orders has both products?",
        sql: "SELECT basket_support(basket, product = 'CRM', product = 'Chat') FROM (VALUES (1, 'CRM'), (1, 'Chat'), (2, 'CRM'), (3, 'Chat'), (4, 'Disk')) AS orders(basket, product)",
        answer: "25.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Books on data mining give support as a fraction between 0 and 1.",
            here: "SELECT\n\
                   \x20 basket_support(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') / 100 AS support\n\
                   FROM orders",
        },
        Convention {
            differs: "Some programs report the plain number of baskets with both products and call it \
                      absolute support.",
            here: "SELECT\n\
                   \x20 round(basket_support(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%')\n\
                   \x20   * count(DISTINCT order_id) / 100) AS baskets\n\
                   FROM orders",
        },
        Convention {
            differs: "The support of one product alone is its share of the baskets, which is a penetration \
                      of orders instead of customers.",
            here: "SELECT penetration(order_id, product_id LIKE 'SCA%') AS support FROM orders",
        },
        Convention {
            differs: "Where relationships last, the basket is often the customer with everything ever \
                      bought.",
            here: "SELECT basket_support(customer_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') AS support\n\
                   FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Basket support is the share of all baskets in which two products are found together. \
            The baskets are orders, or customers if those are named as the basket; each counts once, however \
            many lines or units it has. It measures how much of the business a pair affects, not how \
            strongly the two are tied to each other. Unlike the attach rate it is divided by every basket of \
            the rows, including those with neither product.",
        business_insights: "Support tells which combinations are common enough to be worth a bundle, a \
            shared stock position or a page of their own. A pair with a strong tie but little support is too \
            small a niche for a campaign. Compared with the shares of the single products, it shows how much \
            of the rarer product is sold together with the other one.",
        measurement_approach: "Take all order lines of a full quarter or year, so that seasonal pairs are \
            neither missed nor overstated. Name the two products, or two product lines, as conditions. \
            Remove return orders and cancelled lines first; keep orders with a single line, as they belong \
            to the denominator. An order line without a product is still part of its order, so an order of \
            unlabelled services lowers the share: filter such orders out if the question is about goods \
            only. Refresh it quarterly, or monthly where orders run into thousands.",
        standard_formula: "Support(A, B) in % = baskets that contain both A and B ÷ all baskets × 100",
        trend_analysis: "Support changes slowly, since it takes many orders to move a share of all of them. \
            It rises with bundles and with larger carts; it falls when a new channel brings many small \
            orders, even if buyers of either product behave as before. A fall while the attach rate stays \
            level means that the base product itself has lost its share of the orders.",
        diagnostic_questions: &[
            "Which of the two products limits the pair: what is the share of orders of each one alone?",
            "Does support differ by channel because carts differ in size, or also among orders with the \
             same number of lines?",
            "In which months of the year does the pair peak, and is the same month of last year at the same \
             level?",
            "Which customer segments hold the pair per `customer_id` but never order it at once?",
        ],
        actionable_tips: &[
            "Set a floor, for example a share that equals some dozens of orders a month, and spend effort \
             on pairs above it only.",
            "Store and ship the pairs with the highest support together, so that orders need not be split.",
            "Turn a frequent pair into one item number with one price where that shortens ordering.",
            "If support per customer is far above support per order, add the second product to the reorder \
             form of the first.",
        ],
        visualization_suggestions: "A bubble chart of pairs with support on the x axis, lift on the y axis \
            and revenue as the size of the bubble: the upper right corner holds the candidates for bundles. \
            For one pair over time, a line per quarter with the shares of the two single products as thin \
            lines above it.",
        risk_warnings: "Support can never exceed the share of the rarer product, so a low value may be a \
            product that is new rather than a pair that fails. Mixing channels with small and large carts \
            makes the total follow the mix. The choice between orders and customers as baskets changes the \
            value several times over; two reports that differ often differ in that. For a pair seen in a \
            handful of baskets the third digit is noise.",
        tools_and_technologies: "Any system that keeps order lines will do: ERP, web shop, till or \
            distributor reports. Market-basket tools take a minimum support as their first setting, and \
            this figure helps to choose it.",
        integration_points: "Purchasing and warehousing use it to plan joint stock, and price management \
            uses it to estimate what a bundle discount would cost. Analysts who run association rules use \
            it as the filter in front of the ranking.",
        change_impact: "Support is the product of the base product's share of baskets and the \
            `attach_rate`, so it grows with either. Growing support of a pair goes along with a higher \
            `average_purchase_value` and, per customer, with more `products_per_customer`. When it grows \
            through bundles alone, `product_mix` gains customers for the weaker product while `basket_lift` \
            of its other pairs may fall.",
    },
};
