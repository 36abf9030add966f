//! Cross-sell rate: the share of customers who bought more than one product.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_rate",
    aliases: &["ccr"],
    family: Family::CrossSell,
    summary: "The share of customers who bought more than one product, or who have at least one cross-sell.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[
        Source {
            publication: Publication::CustomerCrossSellRate,
            says: "more than one product",
        },
        Source {
            publication: Publication::CrossSellRateMetric,
            says: "at least one cross-sell",
        },
    ],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_CROSS_SELL],
            formula: "100 × customers with at least one TRUE row ÷ customers",
            sql: "SELECT 100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN customer END)\n\
                  \x20 / nullif(count(DISTINCT customer), 0) AS value\n\
                  FROM t",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Any(1)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT],
            formula: "100 × customers with more than one distinct product ÷ customers",
            sql: "SELECT 100.0 * sum(CASE WHEN products > 1 THEN 1 ELSE 0 END) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT customer, count(DISTINCT product) AS products\n\
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
        },
    ],
    example: Example {
        question: "What share of our customers bought more than one product?",
        sql: "SELECT cross_sell_rate(customer, product) FROM (VALUES ('c1', 'CRM'), ('c1', 'Helpdesk'), ('c2', 'CRM'), ('c3', NULL), ('c4', 'CRM')) AS orders(customer, product)",
        answer: "25.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some divide by all customers on file, including those who never ordered.",
            here: "SELECT cross_sell_rate(c.customer_id, o.product_id)\n\
                   FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
        Convention {
            differs: "Some report a period over the customers they already had when it began, whether or not \
                those customers ordered in it.",
            here: "SELECT cross_sell_rate(customer_id, is_cross_sell AND ordered_at >= '2026-04-01')\n\
                   FROM orders\n\
                   WHERE customer_id IN (SELECT customer_id FROM orders WHERE ordered_at < '2026-04-01')",
        },
        Convention {
            differs: "Some count product lines, so that a customer who moves to a better plan of the same \
                line has not bought a second product.",
            here: "SELECT cross_sell_rate(o.customer_id, p.line)\n\
                   FROM orders o LEFT JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Some mean the share of transactions that are cross-sells, which is the cross-sell \
                ratio.",
            here: "SELECT cross_sell_ratio(order_id, is_cross_sell) FROM orders",
        },
        Convention {
            differs: "Banks use the name for the mean number of products per customer.",
            here: "SELECT products_per_customer(customer_id, product_id) FROM orders",
        },
    ],
    benchmarks: &[
        Benchmark {
            industry: Some("Retail"),
            band: "higher",
            low: None,
            high: None,
            note: "No figures given: customers come often, and each visit is a chance.",
            source: Publication::CrossSellRateMetric,
            year: None,
        },
        Benchmark {
            industry: Some("Technology"),
            band: "lower",
            low: None,
            high: None,
            note: "No figures given: products and services are complex.",
            source: Publication::CrossSellRateMetric,
            year: None,
        },
        Benchmark {
            industry: Some("Subscription"),
            band: "higher",
            low: None,
            high: None,
            note: "No figures given: customers are in touch all the time.",
            source: Publication::CrossSellRateMetric,
            year: None,
        },
    ],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The cross-sell rate is the share of customers who bought more than one product or, \
            where purchases carry a flag, who have at least one purchase marked as a cross-sell. The \
            denominator is every customer who appears in the rows, and each one counts once however often \
            they buy. A customer who buys the same product again is a repeat buyer and does not raise it. \
            The rate ignores what the further products are worth, and it is not the share of transactions, \
            which is `cross_sell_ratio`.",
        business_insights: "It shows how far the catalogue reaches beyond the product that brought a \
            customer in: where most customers hold one product, there is room to grow without winning new \
            ones. Broken down by first product, segment or representative, it shows where a second product \
            follows naturally and where nobody offers one. Comparing the two forms audits the flag: if the \
            rate by products is far above the rate by flags, customers take several products in their first \
            order, upgrade under a new product code, or buy further products that nobody flags.",
        measurement_approach: "Take one row per order line from the order or invoice export, with the \
            customer and either the product or a cross-sell flag. `cross_sell_rate(customer, product)` needs \
            no flag; `cross_sell_rate(customer, is_cross_sell)` counts what was sold as a cross-sell, and a \
            condition such as `is_cross_sell AND channel = 'Web'` narrows the numerator while the \
            denominator stays all customers. Decide whether the rate is over buyers (a plain join) or over \
            everybody on file (`customers LEFT JOIN orders`), and say so beside the figure. Leave out test \
            accounts, and drop purchases that were returned in full together with their returns, since a \
            return row names its product too. Compute it monthly: over all history for the state of the \
            customer base, and over the month's rows for activity. Late invoices change closed months, so \
            recompute those with every load.",
        standard_formula: "Cross-sell rate = customers with more than one product (or with a cross-sell) ÷ \
            total customers × 100",
        trend_analysis: "Over all history no customer ever loses a second product, so the rate of a fixed \
            cohort can only rise, and the total falls when many newcomers join who have had no time for a \
            second purchase. Follow cohorts by month of first purchase and compare them at equal age, such \
            as 90, 180 and 365 days. Over the rows of single months the rate is far lower and swings with \
            campaigns and seasons: compare it with the same month of the year before. A cohort curve that \
            flattens early means that the offer has run out of suitable customers, or that nobody went back \
            to them.",
        diagnostic_questions: &[
            "From which first product do customers go on to a second one, and which first products lead \
                nowhere?",
            "How do segments compare at equal customer age, counted from the first purchase?",
            "Which sales representatives and channels serve many customers, but few with a flagged \
                cross-sell?",
            "What share of the customers with several products took them all in their first order?",
            "In which segments and product lines do the rate by products and the rate by flags drift apart?",
        ],
        actionable_tips: &[
            "List the customers with exactly one product in segments where most hold two, and give each \
                representative their part of the list.",
            "Make the first offer around the `median_time_to_cross_sell` of the segment, once the first \
                product is in use, instead of at checkout.",
            "For each common first product, choose the partner with the highest `basket_lift` among those \
                with enough sales as the standard second offer.",
            "Where a representative's rate trails that of colleagues with similar accounts, sit in on their \
                renewal calls and coach them on how to bring up the second product.",
            "Make the second order easier: reuse the signed contract, the payment details and the approval \
                that the customer already gave.",
        ],
        visualization_suggestions: "Draw one line per quarterly cohort, with months since the first purchase \
            on the horizontal axis and the rate on the vertical one: maturity and progress show together. \
            For segments, use horizontal bars with a 95 % Wilson interval and the number of customers \
            written beside each.",
        risk_warnings: "In a segment of a dozen customers a single sale moves the rate by eight points, so \
            never show it without the number of customers. Segments differ in how long their customers have \
            had time to buy, and a young one looks bad for that reason alone. The total can fall while every \
            segment rises, if the mix shifts to segments with low rates. Cheap extras and renamed product \
            codes raise it without bringing in revenue: read it with `cross_sell_revenue_share`.",
        tools_and_technologies: "The order, shop or ERP export holds customers and products, and the customer \
            master supplies those who never ordered. The flag comes from the CRM, Salesforce or HubSpot for \
            example, or from the checkout that displayed the offer.",
        integration_points: "Set it as a target per segment in account plans, and pass the customers with one \
            product to campaign lists. Financial planning can take the rate of a mature cohort as its \
            assumption about how many of today's new customers will buy a second product.",
        change_impact: "When it rises, `products_per_customer` and `penetration` rise as well, as they count \
            the same second products; `arpa` and `clv` follow only to the extent that these bring in \
            revenue. `repeat_purchase_rate` rises if the second product comes in a later order, and stays \
            the same if it comes in the first one. Customers move from the group of \
            `single_product_churn_rate` to that of `multi_product_churn_rate`, so both can change even if \
            nobody behaves differently. If it was raised by pushy selling, expect `csat` to fall.",
    },
};
