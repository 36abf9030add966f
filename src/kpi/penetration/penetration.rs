//! Penetration: the share of customers who hold several products, or a certain one.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "penetration",
    aliases: &[],
    family: Family::Penetration,
    summary: "The share of customers who hold more than one product, at least a given number of products, or a particular product.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "product penetration rate",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_HOLDER],
            formula: "100 × customers with at least one TRUE row ÷ customers",
            sql: "SELECT 100.0 * sum(holds) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT max(CASE WHEN is_holder THEN 1 ELSE 0 END) AS holds\n\
                  \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
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
            args: &[Arg::CUSTOMER, Arg::PRODUCT],
            formula: "100 × customers with more than one distinct product ÷ customers",
            sql: "SELECT 100.0 * sum(CASE WHEN products > 1 THEN 1 ELSE 0 END) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT count(DISTINCT product) AS products\n\
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
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT_LEAST],
            formula: "100 × customers with at least at_least distinct products ÷ customers",
            sql: "SELECT 100.0 * sum(CASE WHEN products >= 3 THEN 1 ELSE 0 END) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT count(DISTINCT product) AS products\n\
                  \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
                  ) AS customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DistinctAtLeast {
                    item: 1,
                    count: Count::Argument(2),
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "What share of our customers has the CRM?",
        sql: "SELECT penetration(customer, product = 'CRM') FROM (VALUES ('c1', 'CRM'), ('c1', 'Helpdesk'), ('c2', 'Chat'), ('c3', NULL), ('c4', 'CRM')) AS orders(customer, product)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Many divide by all customers on file instead of by those who have ordered.",
            here: "SELECT penetration(c.customer_id, o.product_id LIKE 'ANA%') AS penetration\n\
                   FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
        Convention {
            differs: "Others call the share of customers with more than one product the cross-sell rate.",
            here: "SELECT cross_sell_rate(customer_id, product_id) AS penetration FROM orders",
        },
        Convention {
            differs: "Some count product lines, so that a customer who moved from the Basic to the Plus \
                      tier does not hold two products.",
            here: "SELECT penetration(o.customer_id, p.line) AS penetration\n\
                   FROM orders o LEFT JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Subscription businesses count who holds the product today, not who ever bought it.",
            here: "SELECT penetration(customer_id, plan = 'Analytics' AND ended_on IS NULL)\n\
                   \x20 FILTER (WHERE ended_on IS NULL) AS penetration\n\
                   FROM subscriptions",
        },
        Convention {
            differs: "In basket analysis the penetration of one product is its support, with the customer \
                      as the basket.",
            here: "SELECT basket_support(customer_id, product_id LIKE 'ANA%', product_id LIKE 'ANA%') AS support\n\
                   FROM orders",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Penetration is the share of customers who hold a particular product, or who hold more \
            than one product or at least a given number of them. Each customer counts once, however often or \
            how much was bought. It is a share of your own customers; market penetration, as in marketing \
            plans, divides by a target market, most of which is not in your order table. It says how widely \
            products are held, not who sold them or in which order they were bought.",
        business_insights: "Per product it shows how far each one has spread through the customer base and \
            where room is left. The share with two, three or four products describes how deep the \
            relationships are, which one average of products per customer hides. By segment, it separates \
            products that fit everywhere from those that only one kind of customer takes.",
        measurement_approach: "Choose the form: `penetration(customer, is_holder)` for one product, \
            `penetration(customer, product)` for several, and `penetration(customer, product, at_least)` for \
            a ladder of two, three and four. Choose the denominator: a table of customers with a LEFT JOIN \
            to the orders gives the share of all customers, the orders alone give the share of buyers. For \
            holdings, take contracts active on the reporting date; for purchases, take all history up to \
            that date and leave out products that were returned in full. Put product lines in place of item \
            numbers if tiers, colours or pack sizes of one product have numbers of their own. Remove test \
            accounts and merge duplicates of customers beforehand, as both add to the denominator. A monthly \
            snapshot is frequent enough.",
        standard_formula: "Product penetration rate (%) = customers who hold the product (or more than one \
            product) ÷ all customers × 100",
        trend_analysis: "Counted over all history, the penetration of a fixed group of customers can only \
            rise; a fall in the total means that new customers came in faster than they bought further \
            products. After a launch it follows an S-shaped curve: slow, then fast, then flat as those who \
            need the product have it. Flat curves per cohort under a rising total point at an older \
            customer base rather than at better selling.",
        diagnostic_questions: &[
            "In which segments is the product held by far fewer customers than in the others, with enough \
             customers in each to tell?",
            "How does the share with two products after twelve months differ between the cohorts of sign-up \
             quarters?",
            "Which second product do the customers with exactly two hold most often, and which do those of \
             each industry lack?",
            "How much lower is the rate over all customers than over buyers, and who are the customers \
             without any order?",
            "Does the share with three or more products differ between acquisition channels?",
        ],
        actionable_tips: &[
            "List the customers of the segment with the lowest share who resemble holders in the other \
             segments, and start the offer there.",
            "If most customers stop at one product, work on the step to the second one before launching a \
             fourth.",
            "Where a product is held widely in one industry only, turn its references into material for the \
             neighbouring industry.",
            "Leave customers without any order to onboarding, not to cross-selling: they lower the rate for \
             another reason.",
            "For a product that is flat at a low share, ask lost customers why before spending on its \
             promotion.",
        ],
        visualization_suggestions: "Horizontal bars per product sorted by share, one panel per segment. For \
            depth, a stacked bar per quarter of sign-up with the shares that hold one, two, three and four \
            or more products.",
        risk_warnings: "Customers who signed up last month have had less time than those of last year, so \
            compare cohorts at the same age and not totals. History counts a product as held after the \
            contract has ended, which makes the figure look best where many products have churned. Item \
            numbers for tiers and sizes inflate the share with several products without a single cross-sell. \
            In a segment of a dozen customers one purchase moves the rate by eight points.",
        tools_and_technologies: "Order lines of an ERP system or shop give purchases; billing or \
            subscription systems give active holdings; a customer master table gives the denominator.",
        integration_points: "Account planning uses the missing products per customer as its white-space \
            list, and the board report shows the ladder of products beside revenue. Product management \
            compares the curves of launches at the same number of months after release.",
        change_impact: "Wider penetration raises `products_per_customer`, `arpa` and `cross_sell_revenue`, \
            and with them `clv` if customers stay as long as before. The form with several products is the \
            same number as `cross_sell_rate` on products, so the two never disagree. As more customers hold \
            several products, a larger part of the base moves from `single_product_churn_rate` to \
            `multi_product_churn_rate`; watch `churn_gap` before calling that a gain in loyalty. A surge of \
            new customers lowers penetration for a while and says nothing against selling.",
    },
};
