//! Cross-sell revenue share: the part of the revenue that comes from cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_revenue_share",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The share of the revenue that comes from cross-sells: the rate weighted by value.",
    unit: Unit::Percent,
    nulls: "A NULL amount adds nothing; a NULL flag counts as FALSE. Where the revenue is 0 the share is NULL. Rows with a NULL product or time count as revenue, but not as cross-sells.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "the value of cross-sold items, which the rate leaves out",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "100 × sum of the amounts of TRUE rows ÷ sum of all amounts",
            sql: "SELECT 100.0 * sum(CASE WHEN is_cross_sell THEN amount ELSE 0 END)\n\
                  \x20 / nullif(CAST(sum(amount) AS DOUBLE PRECISION), 0) AS value\n\
                  FROM t",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::SumShare(
                Total {
                    amount: 0,
                    only: Some(1),
                },
                Total {
                    amount: 0,
                    only: None,
                },
            ),
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AMOUNT, Arg::AT],
            formula: "100 × sum of the amounts of products outside the initial basket ÷ sum of all amounts",
            sql: "WITH sales AS (\n\
                  \x20 SELECT customer, product, amount, CASE WHEN product IS NOT NULL THEN \"at\" END AS sold_at\n\
                  \x20 FROM t WHERE customer IS NOT NULL\n\
                  ), starts AS (\n\
                  \x20 SELECT amount, sold_at, min(sold_at) OVER (PARTITION BY customer) AS customer_start,\n\
                  \x20   min(sold_at) OVER (PARTITION BY customer, product) AS product_start\n\
                  \x20 FROM sales\n\
                  )\n\
                  SELECT 100.0 * sum(CASE WHEN sold_at IS NOT NULL AND product_start > customer_start\n\
                  \x20 THEN amount ELSE 0 END) / nullif(CAST(sum(amount) AS DOUBLE PRECISION), 0) AS value\n\
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
            finish: Finish::OutsideBasketShare(Total {
                amount: 2,
                only: None,
            }),
        },
    ],
    example: Example {
        question: "What share of our revenue comes from cross-sells?",
        sql: "SELECT cross_sell_revenue_share(amount, is_cross_sell) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, is_cross_sell)",
        answer: "40.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some divide by what existing customers spend, leaving first orders out of the \
                denominator.",
            here: "SELECT cross_sell_revenue_share(amount, is_cross_sell)\n\
                   FROM (\n\
                   \x20 SELECT amount, is_cross_sell, ordered_at > min(ordered_at) OVER (PARTITION BY customer_id) AS is_later\n\
                   \x20 FROM orders WHERE customer_id IS NOT NULL\n\
                   ) AS sales\n\
                   WHERE is_later",
        },
        Convention {
            differs: "Subscription businesses mean the share of recurring revenue on a given date that comes \
                from plans added after the first one.",
            here: "SELECT cross_sell_revenue_share(customer_id, plan, mrr_end, started_on) FROM subscriptions",
        },
        Convention {
            differs: "Some count product lines instead of products, which keeps upgrades within a line out \
                of the share.",
            here: "SELECT cross_sell_revenue_share(o.customer_id, p.line, o.amount, o.ordered_at)\n\
                   FROM orders o LEFT JOIN products p ON p.product_id = o.product_id",
        },
        Convention {
            differs: "The expansion share counts upsells with cross-sells.",
            here: "SELECT cross_sell_revenue_share(amount, is_cross_sell OR is_upsell) FROM orders",
        },
        Convention {
            differs: "Sales teams also use the name for the share of cross-sells in the value of won deals.",
            here: "SELECT cross_sell_revenue_share(amount, is_cross_sell) FROM opportunities WHERE is_won",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The cross-sell revenue share is the percentage of revenue that comes from cross-sells. \
            The numerator is `cross_sell_revenue`, by flag or by products outside the initial basket; the \
            denominator is all amounts in the rows, including those of new customers. Each sale is weighted \
            by its amount, unlike in `cross_sell_rate` and `cross_sell_ratio`, which count customers and \
            transactions. It describes the composition of revenue, not growth or profit.",
        business_insights: "It shows how much of the business rests on selling further products to existing \
            customers. Compared with the `cross_sell_ratio` of the same lines, it reveals the size of \
            cross-sells: a share below the ratio means that a cross-sold line is worth less than an average \
            one. By segment it shows where cross-selling carries revenue and where it keeps people busy for \
            little money.",
        measurement_approach: "Take both sums from the same lines, net of tax and in one currency; a \
            numerator of booked deals over a denominator of invoices is not a share. The form with a flag \
            treats rows without one as ordinary revenue, so check how complete the flag is before comparing \
            periods. The form with customers ignores sales that have no customer in both sums, while the \
            form with a flag keeps them in the denominator: expect a gap where marketplace or anonymous \
            sales are large. For a quarter in the form with customers, replace amounts outside it by NULL \
            instead of filtering rows, so that baskets are determined over all history. A return belongs in \
            the rows with its negative amount and with the flag of the sale that it reverses, as otherwise \
            it reduces only the denominator. Report by quarter, with test orders left out.",
        standard_formula: "Cross-sell revenue share = cross-sell revenue ÷ total revenue × 100",
        trend_analysis: "A good quarter for new business pushes the share down although cross-sells brought \
            more than before, so look at both sums first. With few new customers it rises by itself, because \
            more and more of the revenue comes after first orders. Counted by baskets over a growing history \
            it levels off at what customers habitually spend on their later products. A rising share of \
            falling revenue is a warning: the base is worked harder while new business dries up.",
        diagnostic_questions: &[
            "Which changed most against the previous quarter: first purchases, repeat purchases of the \
                initial basket, or cross-sells?",
            "In segments far under the total, are cross-sells rare, or are they small?",
            "How far does the share fall without the five largest cross-sold invoices?",
            "Is the revenue without a flag or without a customer equally large in the periods that are \
                compared?",
            "Which product lines live on cross-selling, and which ones are how customers come in?",
        ],
        actionable_tips: &[
            "Where the share is below the cross-sell ratio, lead with the complement of higher value and \
                stop pushing cheap add-ons.",
            "Agree on a range for the share in each segment together with a floor for new-customer revenue, \
                so that nobody reaches it by neglecting new business.",
            "Invoice bundles with an amount for each product, as a single bundle line hides what the second \
                product brings.",
            "Shift account managers' time to segments with a low share in which comparable customers already \
                run several products.",
            "Try out, as an entry offer, a product that is sold almost only as a cross-sell, and keep it as \
                a pure complement if new customers do not take it.",
        ],
        visualization_suggestions: "A 100 % stacked area by quarter (first purchases, repeats of the initial \
            basket, cross-sells), with total revenue as a line in a small panel above, since shares hide \
            their size. For segments, a scatter plot of share against `cross_sell_rate`, with bubbles as \
            large as the revenue.",
        risk_warnings: "Large accounts dominate a weighted share, and an interval for proportions does not \
            apply to money: resample customers if you need one. Returns can bring the denominator of a small \
            group close to zero or below it, where the share passes 100 or turns negative. Revenue moving \
            towards segments with a high share raises the total even though no segment improved. Transfer \
            prices or discounts that shift value between the lines of an order change it without any change \
            in what was bought.",
        tools_and_technologies: "Invoice lines of the ERP or billing system give both sums in one pass. If \
            the flag lives in the CRM, join it by order line and not by opportunity, so that amounts are \
            neither doubled nor lost.",
        integration_points: "Show it in the management's revenue report under the split into new, repeat and \
            cross-sold revenue, and write it into the revenue plan as an assumption to be checked each \
            quarter. Pricing can simulate with the same query what a discount on complements would do to the \
            split.",
        change_impact: "If first-purchase revenue and customer numbers hold, a rising share means a rising \
            `arpa`, and a rising `average_purchase_value` where complements join orders that come anyway. It \
            can rise at an unchanged `cross_sell_rate` when the same customers take larger complements; \
            `cross_sell_opportunity_size` then rises before it. If it gains what `upsell_revenue` loses, \
            upgrades are probably being flagged as cross-sells. With a high share each customer counted in \
            `churn_rate` takes several products' revenue along.",
    },
};
