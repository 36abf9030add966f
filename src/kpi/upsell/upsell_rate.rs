//! Upsell rate: the share of customers who moved up.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "upsell_rate",
    aliases: &[],
    family: Family::Upsell,
    summary: "The share of customers who bought an upsell, or who came to hold a higher tier than the one they started with.",
    unit: Unit::Percent,
    nulls: "A NULL flag, product line, tier or time adds nothing to the numerator, but the row's customer still counts in the denominator. Rows with a NULL tier or time are not used to find the earliest time.",
    sources: &[Source {
        publication: Publication::CrmUpsellRate,
        says: "customers who made an upsell purchase ÷ customers",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_UPSELL],
            formula: "100 × customers with at least one TRUE row ÷ customers",
            sql: "SELECT 100.0 * sum(upsold) / nullif(count(*), 0) AS value\n\
                  FROM (\n\
                  \x20 SELECT customer, max(CASE WHEN is_upsell THEN 1 ELSE 0 END) AS upsold\n\
                  \x20 FROM t WHERE customer IS NOT NULL\n\
                  \x20 GROUP BY customer\n\
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
            args: &[Arg::CUSTOMER, Arg::TIER, Arg::AT],
            formula: "100 × customers who at some time hold a tier above the highest tier of their earliest time ÷ customers",
            sql: "WITH held AS (\n\
                  \x20 SELECT customer, tier, t.at AS held_at,\n\
                  \x20   min(CASE WHEN tier IS NOT NULL THEN t.at END) OVER (PARTITION BY customer) AS started\n\
                  \x20 FROM t WHERE customer IS NOT NULL\n\
                  ), customers AS (\n\
                  \x20 SELECT customer,\n\
                  \x20   max(CASE WHEN held_at = started THEN tier END) AS first_tier,\n\
                  \x20   max(CASE WHEN held_at > started THEN tier END) AS later_tier\n\
                  \x20 FROM held\n\
                  \x20 GROUP BY customer\n\
                  )\n\
                  SELECT 100.0 * sum(CASE WHEN later_tier > first_tier THEN 1 ELSE 0 END)\n\
                  \x20 / nullif(count(*), 0) AS value\n\
                  FROM customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Upgrade {
                    line: None,
                    tier: 1,
                    at: 2,
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT_LINE, Arg::TIER, Arg::AT],
            formula: "100 × customers who in some product line at some time hold a tier above the highest tier of their earliest time in that line ÷ customers",
            sql: "WITH held AS (\n\
                  \x20 SELECT customer, product_line, tier, t.at AS held_at,\n\
                  \x20   min(CASE WHEN tier IS NOT NULL THEN t.at END)\n\
                  \x20     OVER (PARTITION BY customer, product_line) AS started\n\
                  \x20 FROM t WHERE customer IS NOT NULL\n\
                  ), product_lines AS (\n\
                  \x20 SELECT customer, product_line,\n\
                  \x20   max(CASE WHEN held_at = started THEN tier END) AS first_tier,\n\
                  \x20   max(CASE WHEN held_at > started THEN tier END) AS later_tier\n\
                  \x20 FROM held\n\
                  \x20 GROUP BY customer, product_line\n\
                  ), customers AS (\n\
                  \x20 SELECT customer,\n\
                  \x20   max(CASE WHEN product_line IS NOT NULL AND later_tier > first_tier\n\
                  \x20     THEN 1 ELSE 0 END) AS upsold\n\
                  \x20 FROM product_lines\n\
                  \x20 GROUP BY customer\n\
                  )\n\
                  SELECT 100.0 * sum(upsold) / nullif(count(*), 0) AS value\n\
                  FROM customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Upgrade {
                    line: Some(1),
                    tier: 2,
                    at: 3,
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "What share of our customers moved to a higher plan than the one they started with?",
        sql: "SELECT upsell_rate(customer, plan, day) FROM (VALUES ('c1', 1, DATE '2026-01-01'), ('c1', 2, DATE '2026-03-01'), ('c2', 3, DATE '2026-01-01'), ('c2', 1, DATE '2026-02-01')) AS orders(customer, plan, day)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some count add-ons as upsells as well as upgrades.",
            here: "SELECT upsell_rate(customer_id, is_upsell OR is_cross_sell) AS with_add_ons\n\
                   FROM orders",
        },
        Convention {
            differs: "Some divide upsell orders by orders instead of customers by customers.",
            here: "SELECT cross_sell_ratio(order_id, is_upsell) AS of_orders\n\
                   FROM orders",
        },
        Convention {
            differs: "Some divide by the customers at the start of the period instead of all customers in \
                      the rows.",
            here: "SELECT upsell_rate(customer_id, is_upsell AND ordered_at >= DATE '2026-01-01') AS of_starters\n\
                   FROM orders\n\
                   WHERE customer_id IN (SELECT customer_id FROM orders WHERE ordered_at < DATE '2026-01-01')",
        },
        Convention {
            differs: "Some divide by every customer on the books, including those who never ordered.",
            here: "SELECT upsell_rate(c.customer_id, o.is_upsell) AS of_all_customers\n\
                   FROM customers c LEFT JOIN orders o ON o.customer_id = c.customer_id",
        },
        Convention {
            differs: "Subscription businesses often call it expansion and count customers who pay more at the \
                      end than at the start, price rises and seats included.",
            here: "SELECT upsell_rate(customer_id, mrr_end > mrr_start) AS expanded\n\
                   FROM (\n\
                   \x20 SELECT customer_id, sum(mrr_start) AS mrr_start, sum(mrr_end) AS mrr_end\n\
                   \x20 FROM subscriptions GROUP BY customer_id\n\
                   ) AS customers\n\
                   WHERE mrr_start > 0",
        },
    ],
    benchmarks: &[
        Benchmark {
            industry: Some("Subscription"),
            band: "typical",
            low: Some(10.0),
            high: Some(30.0),
            note: "What software and other subscription businesses often aim for, depending on how mature the base and how complex the product is.",
            source: Publication::CrmUpsellRate,
            year: None,
        },
        Benchmark {
            industry: Some("Retail and e-commerce"),
            band: "typical",
            low: Some(5.0),
            high: Some(20.0),
            note: "Towards the upper end where offers complement each other.",
            source: Publication::CrmUpsellRate,
            year: None,
        },
        Benchmark {
            industry: Some("B2B"),
            band: "typical",
            low: Some(15.0),
            high: Some(25.0),
            note: "For complex products and services; depends on industry and segment.",
            source: Publication::CrmUpsellRate,
            year: None,
        },
    ],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The upsell rate is the share of customers who moved up, in percent of all customers in \
         the rows. With a flag, a customer has moved up as soon as one row is marked as an upsell; with a \
         tier and a time, as soon as a tier appears that is above the highest one of the customer's earliest \
         time. With a product line as well, every line is evaluated separately. Ten upgrades count the same \
         as one, and a later downgrade does not undo an upgrade. Buying a different kind of product is \
         measured by `cross_sell_rate`.",
        business_insights: "It shows how many customers outgrow what they started with, which says as much \
         about the plans as about the sellers. By product line, it shows which step in the price list \
         customers take and which they avoid. Comparing the form with tiers to the form with the flag shows \
         how many upgrades nobody recorded.",
        measurement_approach: "The form with the flag suits order lines that sales or the shop flags \
         reliably, and works for any period. The tier forms need no flag, but they need each customer's full \
         history: a WHERE on the date would mistake a later tier for the first one. Where customers hold \
         products of several lines, pass the line as second argument; otherwise a premium scanner after a \
         basic software plan counts as an upgrade. The join decides who is a customer: a LEFT JOIN from the \
         customer table gives all of them, the orders alone give buyers. Remove internal accounts and \
         returned upgrades. For the rate of one product over all customers write `is_upsell AND product_id = \
         'X'`, and use GROUP BY for segment or acquisition channel. Report the form with the flag monthly, \
         and the tier forms quarterly or by cohort of first purchase.",
        standard_formula: "Upsell rate = customers with at least one upsell ÷ customers × 100",
        trend_analysis: "Over a customer's whole history the rate of a cohort can only rise, so compare \
         cohorts at the same age; over all customers it drops when many new ones arrive. Per month it \
         follows renewals and product launches. Many upgrades in the first weeks point to an entry plan that \
         is too small, and hardly any after a year to steps that are too high. A growing gap between flags \
         and tiers points to a change in record keeping.",
        diagnostic_questions: &[
            "In which product lines and from which tier to which do customers move, and which step is hardly \
             ever taken?",
            "How does the rate differ between representatives within one segment, and between field, phone \
             and web?",
            "Which customers does the tier form find that the flag missed, and whose orders were they?",
            "How many of the customers who moved up have gone down or left since?",
            "Were the upgraded customers near a limit of their plan before, judging by their active days?",
        ],
        actionable_tips: &[
            "Offer the next tier when usage comes near the limit of the present one, and at renewal, rather \
             than on a fixed date.",
            "If one step is skipped by nearly everybody, change its price or contents before training anybody \
             to sell it.",
            "Hold back upgrade offers from customers with an open complaint or a low survey score until that \
             is settled.",
            "Let the order system set the upsell flag from the tiers instead of asking sellers to tick a box.",
            "Show sellers their customers who have been on the entry tier for longer than upgraders usually \
             stay there.",
        ],
        visualization_suggestions: "A flow chart (Sankey) from first tier to highest tier, one per product \
         line, with the number of customers on each band. A line per cohort of first purchase with months \
         since then on the horizontal axis and the cumulative rate on the vertical one.",
        risk_warnings: "With a price as the tier, every price rise and every reduced discount turns \
         customers who changed nothing into upgraders. The names of plans have no order, so they are refused \
         as tiers: rank them with CASE. GROUP BY on an attribute of the order, such as sales rep or month, \
         splits a customer's history, and the tier forms then miss upgrades across the split. In the flag \
         form an unflagged row is not an upsell, so poor record keeping looks like poor selling. Customers \
         who started on the top tier are in the denominator although they cannot move up.",
        tools_and_technologies: "A billing or subscription system has plan, level and start date of each \
         contract, which suits the tier forms. CRM deals typed as upgrades, or flagged order lines, supply \
         the flag; product telemetry adds how close a customer is to a limit.",
        integration_points: "It is acted on in renewal calls and in-product prompts. Pricing reviews use it \
         by step, customer success puts it beside survey scores before an offer goes out, and compensation \
         plans use it per representative only where the flag is set by the system.",
        change_impact: "More upgrades lift `upsell_revenue`, `arpa` and `nrr`; `grr` stays where it is, as \
         it does not count growth. `clv` rises with the revenue per year, as long as upgraded customers \
         stay. Upgrades sold under pressure come back as a falling `csat`, a lower `grr` through downgrades \
         and a higher `churn_rate` some months later. `cross_sell_rate` by product rises as well when each \
         tier is a product of its own, and does not when it is counted by product line.",
    },
};
