//! Upsell revenue: what upsells bring.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "upsell_revenue",
    aliases: &[],
    family: Family::Upsell,
    summary: "The revenue of upsells.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing; a NULL flag counts as FALSE. Without any amount the value is NULL; with amounts, but no upsell among them, it is 0.",
    sources: &[Source {
        publication: Publication::CrmUpsellRate,
        says: "revenue of upgrades",
    }],
    forms: &[Form {
        args: &[Arg::AMOUNT, Arg::IS_UPSELL],
        formula: "sum of the amounts of TRUE rows",
        sql: "SELECT sum(CASE WHEN is_upsell THEN amount WHEN amount IS NOT NULL THEN 0 END) AS value\n\
              FROM t",
        grain: Grain::Row(RowFold::Exists),
        finish: Finish::Sum(Total {
            amount: 0,
            only: Some(1),
        }),
    }],
    example: Example {
        question: "What did upsells bring?",
        sql: "SELECT upsell_revenue(amount, flag) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, flag)",
        answer: "80.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Subscription businesses often count only the increase over what was paid before, not \
                      the whole price of the new tier.",
            here: "SELECT upsell_revenue(mrr_end - mrr_start, mrr_start > 0 AND mrr_end > mrr_start) AS extra_per_month\n\
                   FROM subscriptions",
        },
        Convention {
            differs: "Some add cross-sells and report all revenue from expansion in one sum.",
            here: "SELECT upsell_revenue(amount, is_upsell OR is_cross_sell) AS expansion\n\
                   FROM orders",
        },
        Convention {
            differs: "Some report it as a share of all revenue.",
            here: "SELECT cross_sell_revenue_share(amount, is_upsell) AS percent_of_revenue\n\
                   FROM orders",
        },
        Convention {
            differs: "Some divide it by the customers who took an upsell.",
            here: "SELECT arpa(customer_id, amount) AS per_upsold_customer\n\
                   FROM orders WHERE is_upsell",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Upsell revenue is the sum of the amounts of all rows that are flagged as upsells. The \
         whole amount of such a row counts, so if the row carries the full price of the new tier, it \
         includes what the customer already paid for the old one. It measures neither profit nor growth, and \
         it says nothing about how many customers it came from. Where there are amounts but no upsell among \
         them it is 0; without any amount it is NULL.",
        business_insights: "It shows what moving customers up brings in, so that the effort can be compared \
         with that of winning new ones. By product line, it shows where a step in the price list pays. \
         Together with the number of upsold customers, it separates many small upgrades from a few large \
         ones, which need different handling.",
        measurement_approach: "Use order or invoice lines with amount and flag, net of tax and after \
         discounts, in one currency; in exact decimals the sum is exact. Assign each line to the month of \
         its order or of its invoice, and keep to one of the two. Subtract returned upgrades: if the return \
         line has no flag of its own, give it the flag of the line it returns, otherwise the sum stays \
         gross. Spread prepaid contracts over their term, or note that a three-year upgrade is in the month \
         of its signature. A line that is both an upgrade and a further product should carry only one flag, \
         so that it is not counted in `cross_sell_revenue` as well. Close the figure when late invoices are \
         in, and list the amounts without a flag beside it.",
        standard_formula: "Upsell revenue = sum of the amounts of upsell sales in the period",
        trend_analysis: "It is uneven: renewal months and the end of a fiscal year stand out, and one large \
         account can make a quarter, so compare with the same months of last year. A sum that grows only as \
         fast as the number of customers does not show better upselling; for that, the amount per customer \
         has to rise. After a new top tier is launched it peaks and then settles on what newly grown \
         customers bring.",
        diagnostic_questions: &[
            "How much of the change comes from more upsold customers and how much from larger amounts per \
             customer?",
            "Which product lines and target tiers bring the sum, and at which average discount?",
            "What share of it comes from the five largest customers?",
            "How much was returned, credited or downgraded within 90 days, by sales rep?",
            "How large is the sum of amounts whose flag is empty, by channel?",
        ],
        actionable_tips: &[
            "Shift sellers' time to the product line where an upgrade brings most per customer still below \
             its top tier.",
            "Limit discounts on upgrades where the discounted and the full offers are accepted equally often.",
            "Give the large customers whose upgrades carry the sum a named contact and an early date for the \
             renewal talk.",
            "Bundle the top tier with the service that upgraded customers buy next, and test it on one \
             segment first.",
        ],
        visualization_suggestions: "Monthly columns stacked by product line, with the same month of the \
         previous year as an outline. A waterfall from last quarter's revenue to this quarter's, with upsell, \
         cross-sell, new customers and losses as steps.",
        risk_warnings: "Full prices of replaced plans overstate what was gained: the increase alone is often \
         a fraction of the row. A seller who is paid for it has a reason to flag renewals and price rises as \
         upsells; check flagged rows against the tiers. Returns without a flag are not deducted. A rising \
         sum may hide a falling rate if fewer, larger customers carry it.",
        tools_and_technologies: "Invoice or order lines from the ERP or billing system give reliable \
         amounts, while the upgrade flag often exists only in the CRM; join the two on order or contract \
         number. A plan catalogue with tiers helps to derive the flag.",
        integration_points: "Monthly revenue reporting carries it as one line between new business and \
         churn. It feeds commission statements and the expansion part of the budget, and the price committee \
         reads it by tier after each change of the price list.",
        change_impact: "`arpa` rises with it as long as other revenue and the number of customers stay, and \
         `nrr` does if the higher plan recurs. `cross_sell_revenue_share` falls when upsells grow and \
         cross-sells do not, because upsells are part of all revenue. `upsell_rate` need not move: larger \
         upgrades by the same customers lift the sum alone. A sum bought with discounts is followed by a \
         lower `grr` when list prices fall due and some customers step down.",
    },
};
