//! Cross-sell ratio: the share of transactions that are cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_ratio",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The share of transactions that are cross-sells.",
    unit: Unit::Percent,
    nulls: "A row without a flag is not counted. With a transaction as the first argument, a transaction none of whose rows has a flag is not counted either.",
    sources: &[Source {
        publication: Publication::CrossSellRatioBySegment,
        says: "cross-sells ÷ transactions, by segment",
    }],
    forms: &[
        Form {
            args: &[Arg::IS_CROSS_SELL],
            formula: "100 × TRUE rows ÷ rows with a flag",
            sql: "SELECT 100.0 * sum(CASE WHEN is_cross_sell THEN 1 ELSE 0 END)\n\
                  \x20 / nullif(count(is_cross_sell), 0) AS value\n\
                  FROM t",
            grain: Grain::Row(RowFold::Flag(0)),
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::TRANSACTION, Arg::IS_CROSS_SELL],
            formula: "100 × transactions with at least one TRUE row ÷ transactions with a flag",
            sql: "SELECT 100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN transaction END)\n\
                  \x20 / nullif(count(DISTINCT transaction), 0) AS value\n\
                  FROM t WHERE is_cross_sell IS NOT NULL",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[1],
                folds: &[Fold::Any(1)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "What share of our orders is a cross-sell, when an order has several lines?",
        sql: "SELECT cross_sell_ratio(order_id, is_cross_sell) FROM (VALUES (1, false), (1, true), (2, false), (3, false), (3, NULL), (4, true)) AS orders(order_id, is_cross_sell)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Banks call the mean number of products per customer the cross-sell ratio.",
            here: "SELECT products_per_customer(customer_id, product_id) FROM orders",
        },
        Convention {
            differs: "Some count customers instead of transactions, which is the cross-sell rate.",
            here: "SELECT cross_sell_rate(customer_id, is_cross_sell) FROM orders",
        },
        Convention {
            differs: "Some divide by all sales, and treat a sale whose flag was never filled in as an \
                ordinary one.",
            here: "SELECT cross_sell_ratio(order_id, coalesce(is_cross_sell, false))\n\
                   FROM orders WHERE quantity > 0",
        },
        Convention {
            differs: "Some weight each transaction by its amount, which is the cross-sell revenue share.",
            here: "SELECT cross_sell_revenue_share(amount, is_cross_sell) FROM orders",
        },
        Convention {
            differs: "Shops without a flag count every order with more than one product as a cross-sell.",
            here: "SELECT cross_sell_rate(order_id, product_id) FROM orders",
        },
    ],
    benchmarks: &[
        Benchmark {
            industry: None,
            band: "strong",
            low: Some(20.0),
            high: None,
            note: "Cross-selling works well; the offering can be broadened.",
            source: Publication::CrossSellRatioBySegment,
            year: None,
        },
        Benchmark {
            industry: None,
            band: "moderate",
            low: Some(10.0),
            high: Some(20.0),
            note: "Some success; train sales and work on how customers are addressed.",
            source: Publication::CrossSellRatioBySegment,
            year: None,
        },
        Benchmark {
            industry: None,
            band: "weak",
            low: None,
            high: Some(10.0),
            note: "Cross-selling falls short; rethink segments and sales strategy.",
            source: Publication::CrossSellRatioBySegment,
            year: None,
        },
    ],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The cross-sell ratio is the share of transactions that are cross-sells. A transaction \
            is a row or, where orders have several lines, an order, which is a cross-sell as soon as one of \
            its lines is flagged TRUE. Rows without a flag are in neither the numerator nor the denominator. \
            It counts sales, not customers, for which there is `cross_sell_rate`, and it is not the number \
            of products per customer, which banks call by the same name.",
        business_insights: "It shows how much of everyday selling goes into further products rather than \
            first purchases and repeat orders. A segment with many orders and a low ratio buys often but \
            always the same products: what it lacks is a suitable offer, not contact. Across channels and \
            representatives, it separates those who bring up a second product from those who only take \
            orders.",
        measurement_approach: "Select the orders of one period with a flag that follows one written rule, \
            for example that the line sells a product line which was not in the customer's first order. With \
            one row per transaction call `cross_sell_ratio(is_cross_sell)`; with order lines call \
            `cross_sell_ratio(order_id, is_cross_sell)`, because otherwise a long order weighs more than a \
            short one. Leave out returns, credit notes and internal orders with a condition such as \
            `quantity > 0`, or leave their flag NULL. Check the share of rows without a flag first: where it \
            differs between channels, their ratios are not comparable. Group by segment and report \
            quarterly, monthly only for segments with enough orders.",
        standard_formula: "Cross-sell ratio by segment = transactions with a cross-sell ÷ all transactions of \
            the segment × 100",
        trend_analysis: "The ratio reacts to both of its parts: a wave of first orders lowers it although \
            just as much is cross-sold, and a slow month for repeat orders raises it. Print the number of \
            cross-sold orders beside it, and compare quarters with the same quarter of the previous year. In \
            a young business it climbs until most orders come from existing customers. A fall over several \
            quarters with a steady number of orders points to worn-out offers, new staff or a flag that is \
            no longer maintained.",
        diagnostic_questions: &[
            "Did the number of cross-sold orders change, or only the number of all other orders?",
            "Which combinations of segment and channel have many orders and a ratio far below the segment's \
                other channels?",
            "Which representatives stay near zero, and do they differ from their colleagues in the accounts \
                or in the offers they make?",
            "What share of the lines has no flag, by month and channel, and did that share jump when the \
                ratio did?",
            "Are the ratios by order and by line moving apart, so that cross-sells are now in longer or \
                shorter orders than before?",
        ],
        actionable_tips: &[
            "For each segment, draw up a short list of complements from what its cross-sold orders contain, \
                and retire offers that no segment takes.",
            "Have representatives with a low ratio work through real cases of colleagues in the same \
                segment, and measure again a quarter later.",
            "Place the matching complement on the order form of the channel with the most single-product \
                orders, for a random half of the orders first.",
            "Offer one or two alternatives where the catalogue shows ten: customers who cannot decide take \
                none.",
            "Derive the flag from the order history, or make it a mandatory field, so that the figure does \
                not depend on who remembers to tick it.",
        ],
        visualization_suggestions: "A heat map with segments as rows, quarters as columns and the ratio as \
            colour shows where it moves; print the number of orders in each cell. For representatives, a dot \
            plot in order of the ratio, with larger dots for more orders.",
        risk_warnings: "Orders of the same customer resemble each other, so a few busy customers can carry a \
            segment, and an interval that treats orders as independent is then too narrow. Fewer ordinary \
            orders raise the ratio while cross-selling stands still. Splitting an order in two, or flagging \
            renewals, lifts it without a sale. Small segments swing by chance from quarter to quarter: pool \
            several quarters before acting on them.",
        tools_and_technologies: "Order headers and lines come from the ERP, the web shop or the tills; the \
            flag is set there or derived in the warehouse from earlier orders. The segment is usually an \
            attribute of the CRM account, joined by customer.",
        integration_points: "Use it in each segment's quarterly review and on representatives' scorecards, \
            with the number of orders next to it. Campaign planning picks the segments with low ratios, and \
            the same query on the orders after the campaign, compared with a holdout group, shows what the \
            campaign achieved.",
        change_impact: "A higher ratio lifts `cross_sell_revenue_share` unless cross-sold orders are small, \
            and `average_purchase_value` if the complement joins an order that would have been placed \
            anyway. `cross_sell_rate` rises only when the additional cross-sells reach customers who had \
            none. Complements bought in orders of their own raise `purchase_frequency`. A rising ratio with \
            flat `cross_sell_revenue` means fewer ordinary orders or cheaper complements.",
    },
};
