//! Basket lift: whether two products are bought together more often than by chance.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "basket_lift",
    aliases: &[],
    family: Family::Penetration,
    summary: "How many times more often two products are in one basket than if they were bought independently; 1 is chance.",
    unit: Unit::Number,
    nulls: "A NULL flag counts as FALSE, but the row's basket still counts. Where one of the products is in no basket the lift is NULL.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "lift of a pair of products",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_A, Arg::HAS_B],
        formula: "(baskets with both × baskets) ÷ (baskets with a × baskets with b)",
        sql: "SELECT 1.0 * sum(a * b) * count(*) / nullif(sum(a) * sum(b), 0) AS value\n\
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
            outcomes: &[Outcome::Both(0, 1), Outcome::Of(0), Outcome::Of(1)],
        },
        finish: Finish::Lift,
    }],
    example: Example {
        question: "Are the two products bought together more often than by chance?",
        sql: "SELECT basket_lift(basket, product = 'CRM', product = 'Chat') FROM (VALUES (1, 'CRM'), (1, 'Chat'), (2, 'CRM'), (3, 'Disk'), (4, 'Disk')) AS orders(basket, product)",
        answer: "2.0",
    },
    direction: Direction::Neither,
    conventions: &[
        Convention {
            differs: "Software and banking analysts take the customer for the basket, so that two products \
                      bought months apart count as together.",
            here: "SELECT basket_lift(customer_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') AS lift\n\
                   FROM orders",
        },
        Convention {
            differs: "Some report leverage, which is how many points the support of the pair lies above the \
                      support expected by chance.",
            here: "SELECT\n\
                   \x20 basket_support(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%')\n\
                   \x20   - penetration(order_id, product_id LIKE 'SCA%')\n\
                   \x20   * penetration(order_id, product_id LIKE 'SUP%') / 100 AS leverage_in_points\n\
                   FROM orders",
        },
        Convention {
            differs: "Recommender systems use the logarithm, called pointwise mutual information: 0 is \
                      chance, and repulsion is as far below it as attraction is above.",
            here: "SELECT log2(basket_lift(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%')) AS bits\n\
                   FROM orders",
        },
        Convention {
            differs: "Some leave out baskets with a single product, in which no pair can be; the number \
                      that results may be higher or lower.",
            here: "SELECT basket_lift(order_id, product_id LIKE 'SCA%', product_id LIKE 'SUP%') AS lift\n\
                   FROM orders\n\
                   WHERE order_id IN (\n\
                   \x20 SELECT order_id FROM orders GROUP BY order_id HAVING penetration(order_id, product_id) = 100\n\
                   )",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Basket lift is how many times more often two products are in one basket than they \
            would be if each were bought without regard to the other. 1 is chance, above 1 the two attract \
            each other, below 1 they avoid each other, and 0 says that they are never together. It is \
            symmetric: swapping the two products changes nothing. It is not the uplift of a campaign, which \
            compares customers who were contacted with a group that was not.",
        business_insights: "Lift separates pairs that belong together from pairs that merely both sell well. \
            Values well above 1 point at bundles, neighbouring places in the shop and recommendations; \
            values well below 1 point at substitutes, or at products that are bought on separate occasions. \
            Per order and per customer it can fall on different sides of 1: products bought by the same \
            people, but never at once, are candidates for a follow-up offer rather than for a bundle.",
        measurement_approach: "Use order lines of a period long enough for each of the two products to \
            appear in dozens of baskets, often a year. Group by order for what is bought at once, by \
            customer for what belongs together over time. The number of all baskets is part of the formula, \
            so decide explicitly which baskets belong to the market under study: service orders, \
            replacement deliveries and returns that can contain neither product push the lift up. Use the \
            same baskets for every pair that is to be ranked. Recompute it with each quarter's closed data, \
            or whenever the range of products changes.",
        standard_formula: "Lift(A, B) = support(A and B) ÷ (support(A) × support(B)) = baskets with both × \
            baskets ÷ (baskets with A × baskets with B)",
        trend_analysis: "The lift of an established pair is stable, since the popularity of either product \
            cancels out. It drifts towards 1 as a niche pair spreads to buyers who need only one of the \
            two. A sudden rise usually follows a bundle or a compatibility requirement; a sudden fall \
            follows a new product that replaces one half of the pair.",
        diagnostic_questions: &[
            "Is the lift above 1 within every segment, or only in the total, where a segment that buys much \
             of everything produces it?",
            "Is the lift above 1 per `order_id`, per `customer_id`, or both?",
            "How many baskets have the pair, how many would be expected by chance, and is the difference \
             more than a handful?",
            "Has the lift of the pair changed by quarter since the bundle was introduced?",
            "Which channel shows a lift below 1 for a pair that attracts elsewhere?",
        ],
        actionable_tips: &[
            "Rank pairs by lift among those above a minimum of `basket_support`, and test the top ones as \
             recommendations on one channel first.",
            "Where lift per customer is high and per order low, send the second product's offer some weeks \
             after the first purchase instead of bundling.",
            "Do not bundle pairs with a lift far below 1: check whether they are substitutes, and help \
             buyers choose between them.",
            "Before discounting a pair with a high lift, see whether its buyers pay full price for both \
             already.",
        ],
        visualization_suggestions: "A square heat map of products against products, coloured on a \
            logarithmic scale centred on 1, with cells greyed out where the expected number of baskets is \
            below five. For a short list, a horizontal bar per pair sorted by lift with the number of joint \
            baskets as its label.",
        risk_warnings: "Lift explodes for rare products: one joint basket of two products that were sold \
            twice each among 1,000 gives 250. It is bounded by the popularity of the more popular product, \
            so pairs of bestsellers can never show a high value and should not be ranked against niche \
            pairs by it. Looking through thousands of pairs finds high lifts by chance alone; confirm them \
            on a later period. Pooling segments with different habits produces a lift above 1 even if the \
            products are independent within each segment.",
        tools_and_technologies: "Order lines from a shop, a till or an ERP system are enough. \
            Association-rule libraries search through all pairs at once; this function then checks the \
            pairs that matter on fresh data, by segment and by period.",
        integration_points: "Category managers and the owners of a shop's recommendations are its readers: \
            the list of pairs above 1 becomes rules for cart suggestions and for the order of products in a \
            catalogue. Sales enablement takes the pairs per segment into its talking points.",
        change_impact: "Lift equals `attach_rate` divided by the attached product's share of all baskets, so \
            with constant popularity both move together. Selling an attached product to everyone raises \
            `penetration` and `basket_support` while lift falls towards 1, which is a success, not a defect. \
            Offers built on pairs with a high lift tend to raise `cross_sell_conversion_rate`, since buyers \
            see a reason for the second product.",
    },
};
