//! Product mix: how the products are spread over the customers.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "product_mix",
    aliases: &[],
    family: Family::Penetration,
    summary: "Every product with the number of customers who have it and their share; the shares add up to more than 100 where customers have several products.",
    unit: Unit::Mix,
    nulls: "A NULL product is not in the list, but the row's customer still counts in the denominator. Without customers the value is NULL.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how products are spread over the customers",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT],
        formula: "list of (product, customers with it, 100 × customers with it ÷ customers), most customers first, then by product",
        sql: "SELECT\n\
              \x20 product,\n\
              \x20 count(DISTINCT customer) AS customers,\n\
              \x20 100.0 * count(DISTINCT customer) / (SELECT count(DISTINCT customer) FROM t) AS share\n\
              FROM t WHERE customer IS NOT NULL AND product IS NOT NULL\n\
              GROUP BY product ORDER BY customers DESC, product",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctCount(1)],
            outcomes: &[],
        },
        finish: Finish::Mix(1),
    }],
    example: Example {
        question: "What share of our customers has the most widespread product?",
        sql: "SELECT mix[1]['share'] FROM (SELECT product_mix(customer, product) AS mix FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM'), ('c3', 'CRM'), ('c4', NULL)) AS orders(customer, product))",
        answer: "75.0",
    },
    direction: Direction::Neither,
    conventions: &[
        Convention {
            differs: "In finance the product or sales mix is each product's share of the revenue, which \
                      adds up to 100; the second column is the share of customers.",
            here: "SELECT\n\
                   \x20 p.product_id,\n\
                   \x20 100.0 * sum(o.amount) FILTER (WHERE o.product_id = p.product_id) / sum(o.amount) AS revenue_share,\n\
                   \x20 penetration(o.customer_id, o.product_id = p.product_id) AS customer_share\n\
                   FROM products p CROSS JOIN orders o\n\
                   GROUP BY p.product_id ORDER BY revenue_share DESC, p.product_id",
        },
        Convention {
            differs: "Some divide by all pairs of a customer and a product, so that the shares add up to \
                      100.",
            here: "SELECT\n\
                   \x20 mix['product'] AS product,\n\
                   \x20 100.0 * mix['customers'] / sum(mix['customers']) OVER () AS share_of_holdings\n\
                   FROM (SELECT unnest(product_mix(customer_id, product_id)) AS mix FROM orders)\n\
                   ORDER BY share_of_holdings DESC, product",
        },
        Convention {
            differs: "Retailers ask what share of the orders contains each product; the field called \
                      customers then holds the number of orders.",
            here: "SELECT mix['product'] AS product, mix['customers'] AS orders, mix['share'] AS share\n\
                   FROM (SELECT unnest(product_mix(order_id, product_id)) AS mix FROM orders)\n\
                   ORDER BY orders DESC, product",
        },
        Convention {
            differs: "Some use all customers as the base, including those without an order.",
            here: "SELECT mix['product'] AS product, mix['customers'] AS customers, mix['share'] AS share\n\
                   FROM (\n\
                   \x20 SELECT unnest(product_mix(c.customer_id, o.product_id)) AS mix\n\
                   \x20 FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id\n\
                   )\n\
                   ORDER BY customers DESC, product",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Product mix lists every product with the number of customers who have it and their \
            share of all customers. A customer with several products appears in the list once for each of \
            them, so the shares add up to more than 100 as soon as anybody holds two. It describes how the \
            products are spread over the customers; it does not weigh them by revenue or units. The list \
            runs from the most widespread product to the rarest, and products with equally many customers \
            follow by name.",
        business_insights: "It shows at a glance which product reaches most customers and which ones stay in \
            a niche. Compared between segments, it reveals where a range of products is taken as a whole and \
            where customers pick a single one. The sum of the shares divided by 100 is the mean number of \
            products per customer, so the list explains that average item by item.",
        measurement_approach: "Pass one row per order line or per active contract; duplicates do no harm, \
            since a customer and a product count once. Decide between a snapshot of active contracts, for \
            what customers have, and the history of orders, for what they ever bought, and name the choice \
            in the title of the report. Filter out negative quantities and give discontinued items the \
            number of their successor, otherwise one product appears as two. Customers without an order are \
            included only if the table of customers is joined with a LEFT JOIN; free-text lines have no \
            product, but keep their customer in the base. `unnest` turns the list into rows for a chart. \
            Once a quarter is enough, as shares of customers move slowly.",
        standard_formula: "Product mix ratio of product i (%) = customers with product i ÷ all customers × \
            100",
        trend_analysis: "In a young product range the leading product loses its lead as customers add other \
            products. Shares of a history of orders hardly ever fall except through new customers; those of \
            active contracts fall with every cancellation and so react sooner. A product that gains share in \
            new cohorts but not in old ones is winning as an entry product, not as a cross-sell.",
        diagnostic_questions: &[
            "Which products change their rank between the cohorts of this year's and last year's first \
             orders?",
            "How does the list of each segment differ from the list of all customers, and are the segments \
             large enough?",
            "Which products have many customers but little revenue, and which the reverse?",
            "Which products do customers have who hold only one: is the entry product the same in each \
             acquisition channel?",
        ],
        actionable_tips: &[
            "Build the first offer for new customers around the product with the largest share among those \
             who later bought more.",
            "Review products at the end of the list: retire them, merge them with a neighbour, or give them \
             a segment of their own.",
            "Where one segment lacks a product that others hold, check price and language of its offer \
             before blaming demand.",
            "Put the lists of two representatives with similar territories side by side, and let the one \
             with the wider list explain how.",
        ],
        visualization_suggestions: "Sorted horizontal bars, one per product, with the number of customers \
            at the end of each bar; never a pie, as the shares do not add up to 100. For change, a slope \
            chart between two quarters with one line per product.",
        risk_warnings: "Reading the shares as parts of a whole is the usual mistake: they overlap. A change \
            in how items are numbered moves shares without a single sale, and products sold only as part of \
            a bundle may be missing altogether. Shares of a total over segments follow the mix of segments, \
            so a product can gain in each of them and still lose overall. For products at the end of the \
            list, one or two customers decide the rank.",
        tools_and_technologies: "Order lines from ERP or shop, or the contract table of a billing system, \
            with a product table that maps item numbers to names. Any chart tool can draw the list once \
            `unnest` has turned it into rows.",
        integration_points: "Marketing plans its calendar by it, portfolio reviews start from it, and \
            capacity planning in support uses the number of customers per product as its base load. Stored \
            per month, it is the history against which the launch of a product is judged.",
        change_impact: "When shares grow across the list, `products_per_customer` grows by exactly a \
            hundredth of the change in their sum, and `penetration` of each product is its entry in the \
            list. A shift towards cheaper products leaves both unchanged while `arpa` falls, so read it with \
            revenue. A broader mix gives more pairs a chance, which shows in `basket_support`; whether they \
            belong together is shown by `basket_lift`.",
    },
};
