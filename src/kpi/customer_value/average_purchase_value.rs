//! Average purchase value: what one order brings.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "average_purchase_value",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The average amount of an order.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing, but the row's order still counts in the denominator. Amounts without an order are not counted.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase value",
    }],
    forms: &[Form {
        args: &[Arg::PURCHASE, Arg::AMOUNT],
        formula: "sum of the amounts ÷ distinct orders",
        sql: "SELECT 1.0 * coalesce(sum(amount), 0) / nullif(count(DISTINCT \"order\"), 0) AS value\n\
             FROM t\n\
             WHERE \"order\" IS NOT NULL",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::SumPerEntity(Total {
            amount: 1,
            only: None,
        }),
    }],
    example: Example {
        question: "What is an order worth on average?",
        sql: "SELECT average_purchase_value(order_id, amount) FROM (VALUES (1, 100.0), (1, 50.0), (2, 30.0)) AS orders(order_id, amount)",
        answer: "90.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Shops usually mean average order value before returns: returns booked as orders are \
            left out, with their amounts.",
            here: "SELECT average_purchase_value(order_id, amount) FILTER (WHERE quantity > 0) AS average_order_value\n\
                  FROM orders",
        },
        Convention {
            differs: "Some systems report the mean order line as the average sale.",
            here: "SELECT average_purchase_value(order_id || '/' || line_no, amount) AS average_line_value\n\
                  FROM orders",
        },
        Convention {
            differs: "Some take the average order of each customer first and then the mean of those, so that \
            a customer with one order has as much weight as one with fifty.",
            here: "WITH customers AS (\n\
                  \x20 SELECT customer_id, average_purchase_value(order_id, amount) AS average_order\n\
                  \x20 FROM orders\n\
                  \x20 WHERE customer_id IS NOT NULL\n\
                  \x20 GROUP BY customer_id\n\
                  )\n\
                  SELECT avg(average_order) AS mean_of_customers FROM customers",
        },
        Convention {
            differs: "As a factor of customer value it covers orders with a known customer only; unmatched \
            sales are left out.",
            here: "SELECT average_purchase_value(order_id, amount) AS average_purchase_value\n\
                  FROM orders\n\
                  WHERE customer_id IS NOT NULL",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The average purchase value is the sum of all amounts divided by the number of distinct \
            orders. An order of five lines is one order, and an order whose lines carry no amount still \
            counts, with zero. It measures the size of a purchase; how often a customer makes one is \
            `purchase_frequency`, and what a customer brings in total is `arpa`.",
        business_insights: "It tells whether revenue comes from many small orders or from a few large ones, \
            and so whether bundles and order thresholds have anything to work on. Between orders with and \
            without a cross-sold line, it shows what the further product adds to a single order. A gap \
            between channels often reflects what is sold there (first installations in the field, spare \
            parts on the web), so break it down by product before judging the channel.",
        measurement_approach: "Pass the order number and the net amount of each line: \
            `average_purchase_value(order_id, amount)`. Use amounts after discount, without tax and freight, \
            in one currency, and drop cancelled, test and sample orders. Decide on returns: as orders of \
            their own with negative amounts they lower the sum and add an order to the denominator; either \
            filter them out or book them under the number of the order that they reverse. Where systems were \
            merged, prefix the order number with the shop, or two orders with the same number become one. \
            Assign orders to periods by the date of the order, not of the invoice, so that partial invoices \
            do not spread an order over two months. Weekly suits a web shop, monthly or quarterly project \
            sales.",
        standard_formula: "average purchase value = total amount of all purchases ÷ number of purchases",
        trend_analysis: "It peaks when budgets are spent at the end of a year and falls in clearance sales, \
            so compare a month with the same month of the year before. A jump with fewer orders and \
            unchanged `arpa` is usually a new minimum order or freight rule that packs the same demand into \
            fewer orders. A slow decline beside a growing number of orders is normal where consumables and \
            renewals follow the first installation.",
        diagnostic_questions: &[
            "Did the number of lines per order change, or the amount per line?",
            "How large is a customer's first order compared with the later ones, by segment?",
            "Which products make up the largest tenth of the orders, and through which channel do they \
            come?",
            "How does the value differ by discount level, and did the share of discounted orders grow?",
            "Does the gap between two sales representatives remain within the same segment and product \
            line?",
        ],
        actionable_tips: &[
            "Put the threshold for free freight somewhat above the median order of the segment, and \
            compare the whole distribution of order values before and after.",
            "Offer the product with the highest `attach_rate` on the order form of its base product.",
            "Replace discounts on single products by a bundle price for pairs with a `basket_lift` above \
            1.",
            "Raise small web orders by larger pack sizes; a call costs more than such an order can bring.",
        ],
        visualization_suggestions: "A histogram of order values on a logarithmic axis, one panel per \
            channel, with mean and median as vertical lines. For the trend, a monthly line above bars with \
            the number of orders; use quarters where months are thin.",
        risk_warnings: "The mean is not the usual order: few large installations pull it up, so publish the \
            median beside it. Splitting a delivery into several orders lowers it and merging raises it, \
            without any change in demand, and a representative who is paid by it will merge. Mixing amounts \
            with and without tax, or in two currencies, makes the figure meaningless. Orders without a \
            customer count here and not in `arpa`, so the two reconcile only over rows with a customer.",
        tools_and_technologies: "Order lines come from the ERP system, the web shop or the point of sale; \
            the payment provider knows amounts, but rarely lines. Check there whether a changed order \
            keeps its number or gets a new one.",
        integration_points: "Pricing and merchandising use it to set freight thresholds, minimum orders \
            and bundle prices. Marketing needs it to decide what a campaign may cost per order, and it is \
            the first factor of the customer value on which `clv` rests.",
        change_impact: "With `purchase_frequency` unchanged, `arpa` and `clv` rise in proportion to it; \
            often frequency falls, because customers stock up and come less often. Cross-selling in the \
            same order lifts it along with `basket_support` and `attach_rate`, whereas cross-selling in a \
            later order lifts `purchase_frequency` and may leave it lower. More upgrades (`upsell_rate`) \
            raise it through the price of the line.",
    },
};
