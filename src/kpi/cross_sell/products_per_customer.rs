//! Products per customer: how many different products a customer has on average.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "products_per_customer",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The mean number of distinct products per customer; banks call this the cross-sell ratio.",
    unit: Unit::Number,
    nulls: "A NULL product adds nothing to the numerator, but the row's customer still counts in the denominator.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "the cross-sell ratio of banks",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT],
        formula: "distinct products of each customer, added up ÷ customers",
        sql: "SELECT 1.0 * sum(products) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT customer, count(DISTINCT product) AS products\n\
                  \x20 FROM t WHERE customer IS NOT NULL GROUP BY customer\n\
                  ) AS customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctCount(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Mean,
    }],
    example: Example {
        question: "How many different products does a customer have?",
        sql: "SELECT products_per_customer(customer, product) FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c1', 'CRM'), ('c2', 'CRM')) AS orders(customer, product)",
        answer: "1.5",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some databases of KPIs call the share of transactions that are cross-sells the \
                cross-sell ratio.",
            here: "SELECT cross_sell_ratio(order_id, is_cross_sell) FROM orders",
        },
        Convention {
            differs: "Some count what customers hold on a given day instead of all that they ever bought.",
            here: "SELECT products_per_customer(customer_id, plan) FROM subscriptions WHERE ended_on IS NULL",
        },
        Convention {
            differs: "Some banks count contracts, so that two savings accounts are two; here every order line \
                is one.",
            here: "SELECT products_per_customer(customer_id, concat(order_id, '/', line_no)) FROM orders",
        },
        Convention {
            differs: "Some count product lines or categories instead of single products.",
            here: "SELECT products_per_customer(o.customer_id, p.line)\n\
                   FROM orders o LEFT JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Some include customers without any product, who count with 0.",
            here: "SELECT products_per_customer(c.customer_id, o.product_id)\n\
                   FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Products per customer is the mean number of different products that a customer has. Each \
            customer counts with the distinct products among their rows, and with 0 if none of these names a \
            product. Quantities and repeat purchases add nothing. Banks publish it as their cross-sell \
            ratio, although it is a plain number and no percentage.",
        business_insights: "Where `cross_sell_rate` asks only for a second product, the mean also sees the \
            third and the fourth, so it still tells customers apart when nearly everybody has two. The \
            amount by which it exceeds 1 is the number of further products per buyer. By entry product, \
            segment and age of the relationship, it separates broad accounts from those that stay with what \
            they came for. Together with `product_mix`, it shows whether breadth comes from one popular \
            extra or from the whole range.",
        measurement_approach: "Take rows that pair a customer with a product, from order lines, contracts or \
            accounts; the same pair may occur any number of times. Choose one level of product (article, \
            plan or line) and keep to it, because a finer one gives a higher mean from the same sales. For \
            holdings keep the contracts that are open on the day; for purchases take all history or a fixed \
            window such as two years. Start from the customer table with a LEFT JOIN if customers without \
            products belong in the mean, and leave internal accounts out. Delete purchases that were \
            cancelled or fully sent back together with their reversal, since both rows carry the product. \
            One figure at each month's end is enough.",
        standard_formula: "Products per customer = sum of each customer's distinct products ÷ number of \
            customers",
        trend_analysis: "Over all history the mean creeps upwards as customers age and falls when many \
            newcomers arrive with one product each; over current holdings, cancellations lower it too. \
            Launches and split product codes lift it in steps. Look at the distribution behind it: one more \
            product for customers with four is a different story from the step from one to two. If newer \
            cohorts have a lower mean at the same age than older ones had, cross-selling is weakening before \
            the total shows it.",
        diagnostic_questions: &[
            "How many customers have exactly one, two, three and more products, and which of these groups \
                changed?",
            "Which segment or entry product has the lowest mean among customers of more than a year?",
            "Did the mean move among customers who were there before, or because others joined or left?",
            "Which product is most often the second one, and which the third?",
            "How much of a jump comes from product codes that were new, split or merged in that month?",
        ],
        actionable_tips: &[
            "For each common pair of products, look up which third one comparable customers have, and make \
                that the next offer.",
            "Bundle a rarely bought product with a popular one in new contracts, and count how many keep it \
                at the first renewal.",
            "Review customers who hold many products and use few of them (`product_usage_rate`), and get the \
                products into use or take them out of the contract.",
            "Send account managers the customers below their segment's mean, in order of revenue.",
            "Clean up the product table before setting a target: near-identical articles belong under one \
                product.",
        ],
        visualization_suggestions: "One stacked column per quarter with the customers who have 1, 2, 3 and 4 \
            or more products, and the mean written above it. Beside that, the mean by years since the first \
            purchase, with one line per yearly cohort.",
        risk_warnings: "A few customers with the whole catalogue lift the mean while most have one product: \
            give the median or the distribution with it. Commission per product opened invites accounts that \
            the customer never asked for. When customers with one product leave, the mean of those who \
            remain rises, which is survivorship bias, not success. Figures of two companies compare only if \
            both count the same level of product and the same kind of customer, be it person, household or \
            firm.",
        tools_and_technologies: "Core banking, policy administration and subscription billing hold one row \
            per contract, the ERP one per order line. A maintained table that maps articles to products and \
            lines is part of the measurement, as any change in it shows in the mean.",
        integration_points: "Banks and insurers use it in reports by branch and adviser, software vendors in \
            account plans that list what a customer does not have yet. It is one input to an account's \
            health score, as breadth beside usage.",
        change_impact: "A second product raises it along with `cross_sell_rate`; a third or fourth raises it \
            alone, and with it `penetration` with a higher `at_least`. `arpa` follows only if the added \
            products have a price of their own. Customers with more products tend to be older customers, so \
            a lower `multi_product_churn_rate` beside a higher mean does not yet prove that products keep \
            people. If it rises while `product_usage_rate` by customer and product falls, customers were \
            sold what they do not use.",
    },
};
