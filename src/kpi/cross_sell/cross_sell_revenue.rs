//! Cross-sell revenue: what cross-sells bring.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_revenue",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The revenue of cross-sells: of rows with the flag, or of products outside each customer's initial basket.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing; a NULL flag counts as FALSE. Without any amount the value is NULL; with amounts, but no cross-sell among them, it is 0. Rows with a NULL product or time count as revenue, but not as cross-sells.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "what existing customers pay for further products",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "sum of the amounts of TRUE rows",
            sql: "SELECT sum(CASE WHEN is_cross_sell THEN amount WHEN amount IS NOT NULL THEN 0 END) AS value\n\
                  FROM t",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::Sum(Total {
                amount: 0,
                only: Some(1),
            }),
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AMOUNT, Arg::AT],
            formula: "sum of the amounts of cross-sold products: those outside the initial basket, which is every product of the customer's earliest time",
            sql: "WITH sales AS (\n\
                  \x20 SELECT customer, product, amount, CASE WHEN product IS NOT NULL THEN \"at\" END AS sold_at\n\
                  \x20 FROM t WHERE customer IS NOT NULL\n\
                  ), starts AS (\n\
                  \x20 SELECT amount, sold_at, min(sold_at) OVER (PARTITION BY customer) AS customer_start,\n\
                  \x20   min(sold_at) OVER (PARTITION BY customer, product) AS product_start\n\
                  \x20 FROM sales\n\
                  )\n\
                  SELECT sum(CASE WHEN sold_at IS NOT NULL AND product_start > customer_start THEN amount\n\
                  \x20 WHEN amount IS NOT NULL THEN 0 END) AS value\n\
                  FROM starts",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::RevenueOutsideBasket {
                    item: 1,
                    at: 3,
                    amount: 2,
                }],
                outcomes: &[],
            },
            finish: Finish::OutsideBasket(Total {
                amount: 2,
                only: None,
            }),
        },
    ],
    example: Example {
        question: "What did cross-sells bring?",
        sql: "SELECT cross_sell_revenue(amount, flag) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, flag)",
        answer: "80.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some report one period but determine initial baskets over all history: the rest of the \
                history stays in the rows, without its amounts.",
            here: "SELECT cross_sell_revenue(customer_id, product_id,\n\
                   \x20 CASE WHEN ordered_at >= '2026-04-01' THEN amount END, ordered_at)\n\
                   FROM orders",
        },
        Convention {
            differs: "Some count product lines, so that revenue from an upgrade within a line is not \
                cross-sell revenue.",
            here: "SELECT cross_sell_revenue(o.customer_id, p.line, o.amount, o.ordered_at)\n\
                   FROM orders o LEFT JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "Some count everything that customers pay after their first order, repeat purchases of \
                the same product included.",
            here: "SELECT cross_sell_revenue(customer_id, order_id, amount, ordered_at) FROM orders",
        },
        Convention {
            differs: "Expansion revenue adds upsells to cross-sells, and a line that is both counts once.",
            here: "SELECT cross_sell_revenue(amount, is_cross_sell OR is_upsell) FROM orders",
        },
        Convention {
            differs: "Sales teams often report the value of cross-sell opportunities won in the CRM instead \
                of what was ordered.",
            here: "SELECT cross_sell_revenue(amount, is_cross_sell AND is_won) FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Cross-sell revenue is the money that existing customers pay for further products: the \
            sum of the amounts flagged as cross-sells or, without a flag, of products outside each \
            customer's initial basket. The initial basket is every product bought at the customer's earliest \
            time in the rows; a product that first turns up later is cross-sold, and all its amounts count, \
            repeat purchases included. It is revenue, not margin or pipeline. An upgrade is part of it only \
            where the higher tier has a product code of its own or carries the flag.",
        business_insights: "It puts an amount on cross-selling, where rates give only a frequency, so that \
            it can be weighed against the cost of the people and campaigns behind it. By product, it \
            identifies the complements that earn the money; by initial basket, the entry products that lead \
            to them. What the form with products counts beyond the form with flags is revenue from further \
            products that nobody flagged: upgrades with a product code of their own, repeat purchases, \
            forgotten flags.",
        measurement_approach: "Add up invoiced amounts net of tax, in one currency, from order or invoice \
            lines. `cross_sell_revenue(amount, is_cross_sell)` takes the flagged rows of whatever period you \
            select; `cross_sell_revenue(customer, product, amount, at)` finds the initial basket by itself \
            and needs each customer's rows from the very first purchase on. For a single month in that form \
            pass `CASE WHEN ordered_at >= … THEN amount END` as the amount, because filtering the rows would \
            make the month's first order the initial basket. Keep returns with their negative amounts: the \
            form with products offsets them against their product, while in the form with flags a return \
            without a flag reduces nothing. Pass the date instead of the time where a first order was \
            entered in several steps over a day. Close a month once late invoices and credit notes are in.",
        standard_formula: "Cross-sell revenue = sum of what existing customers pay for products outside their \
            first purchase (or of the amounts flagged as cross-sells)",
        trend_analysis: "The sum grows with the customer base even if nobody sells any better; divide by \
            customers, or read `cross_sell_revenue_share`, to take that growth out. Monthly figures follow \
            campaigns, quarter ends and the number of working days. In data that begin with the company, the \
            form with products starts at zero, as there is nothing outside a first basket yet, and climbs \
            for as long as customers mature. A falling sum over a steady number of cross-sells means smaller \
            deals or deeper discounts.",
        diagnostic_questions: &[
            "Did the mean amount of a cross-sold order change, or the number of such orders?",
            "Which products bring most of the sum, and what remains of it without the largest customer?",
            "Which initial baskets are followed by the largest cross-sell revenue per customer?",
            "What share of the flagged amounts was returned within a month, by channel and product?",
            "Which amounts does the form with products count that carry no flag, by representative and \
                product line?",
        ],
        actionable_tips: &[
            "Rank complements by cross-sell revenue per customer who could still buy them, and spend the \
                field team's time from the top down.",
            "Start with large accounts that hold one product: one contract there can bring as much as many \
                small ones.",
            "Compare the discounts on cross-sold lines with those on other lines, and set a floor where the \
                second product is being given away.",
            "Turn complements that the same customers order month after month into a subscription or a \
                framework order.",
            "Sort returns of cross-sold products by reason, and stop offering what keeps coming back to that \
                segment.",
        ],
        visualization_suggestions: "Stack each month's revenue in a column, with initial baskets at the \
            bottom and cross-sell revenue on top, in money. A Pareto chart over products, and another one \
            over customers, shows on how few of them the sum rests.",
        risk_warnings: "One large contract can make a quarter, so give the number of customers behind the \
            sum. Where the export starts later than the customer relationships, the first order in it is \
            mistaken for the initial basket, and products owned for years look cross-sold. In the form with \
            products, months that were filtered one by one do not add up to the year, since each month \
            starts baskets anew. A bonus on this figure invites flags on renewals and on first orders.",
        tools_and_technologies: "Order lines and invoices come from the ERP or the billing system, flags from \
            the CRM's order or opportunity lines. For subscriptions, a table of monthly charges per plan \
            serves as well, with the billing date as the time.",
        integration_points: "Finance can reconcile it with total revenue, as both are sums over the same \
            rows, and plan expansion from it by segment. Commission statements and campaign reports should \
            take their amounts from one query, so that nobody claims a deal both as a cross-sell and as an \
            upsell.",
        change_impact: "With the same customers, every amount added here also raises `arpa` and, over their \
            lifespan, `clv`. For recurring products it raises `nrr` in full, but `grr` only where it makes \
            up for what the same customer cut elsewhere, since that is capped at the starting revenue. It \
            pushes up `cross_sell_revenue_share` unless other revenue grows faster. A rise with a flat \
            `cross_sell_rate` comes from customers who had been cross-sold before, and concentrates revenue \
            on them.",
    },
};
