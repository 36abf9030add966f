//! Opportunity size: what an opportunity is worth on average.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_opportunity_size",
    aliases: &["opportunity_size"],
    family: Family::CrossSell,
    summary: "The mean amount of opportunities, or of those that are cross-sells.",
    unit: Unit::Money,
    nulls: "A NULL amount is not counted; a NULL flag counts as FALSE.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "mean size of the deals",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT],
            formula: "sum of the amounts ÷ non-NULL amounts",
            sql: "SELECT avg(amount) AS value\n\
                  FROM t",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::MeanAmount(Total {
                amount: 0,
                only: None,
            }),
        },
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "sum of the amounts of TRUE rows ÷ non-NULL amounts of TRUE rows",
            sql: "SELECT avg(CASE WHEN is_cross_sell THEN amount END) AS value\n\
                  FROM t",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::MeanAmount(Total {
                amount: 0,
                only: Some(1),
            }),
        },
    ],
    example: Example {
        question: "How large is a cross-sell opportunity on average?",
        sql: "SELECT cross_sell_opportunity_size(amount, is_cross_sell) FROM (VALUES (100.0, true), (50.0, true), (900.0, false), (NULL, true)) AS opportunities(amount, is_cross_sell)",
        answer: "75.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some mean the size of a deal and count only what was won.",
            here: "SELECT opportunity_size(amount, is_cross_sell) AS won_deal\n\
                   FROM opportunities WHERE is_won",
        },
        Convention {
            differs: "Some describe the pipeline and count only what is still open.",
            here: "SELECT opportunity_size(amount, is_cross_sell) AS open_deal\n\
                   FROM opportunities WHERE is_won IS NULL",
        },
        Convention {
            differs: "Some multiply it by the win rate, for what an opportunity is worth before it is \
                      decided.",
            here: "SELECT opportunity_size(amount, is_cross_sell)\n\
                   \x20 * win_rate(is_won) FILTER (WHERE is_cross_sell) / 100 AS expected\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Some divide by customers instead of opportunities, so that several offers to one \
                      customer add up.",
            here: "SELECT arpa(customer_id, amount) AS per_customer\n\
                   FROM opportunities WHERE is_cross_sell",
        },
        Convention {
            differs: "Some count an opportunity without an amount as zero instead of leaving it out.",
            here: "SELECT opportunity_size(coalesce(amount, 0), is_cross_sell) AS unknown_is_zero\n\
                   FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The cross-sell opportunity size is the mean amount of cross-sell opportunities, in the \
         currency of the rows. Open, won and lost opportunities count alike unless the query filters them, so \
         it measures what is offered and not what is sold. An opportunity without an amount enters neither \
         the sum nor the count. It is not revenue: for that there is `cross_sell_revenue`.",
        business_insights: "It shows whether selling more to existing customers is worth the effort of a \
         deal, which a count of opportunities cannot show. Compared with the size of new business, it shows \
         whether cross-sells are small additions or contracts in their own right. Comparing open with won \
         amounts shows whether customers take all that they are offered or only part of it.",
        measurement_approach: "Use the CRM's opportunities with one row each and the latest amount; sum a \
         table of quote lines per opportunity first. Either filter the cross-sells and call the form with \
         the amount alone, or pass the flag as second argument and keep all rows, which puts cross-sell and \
         total size side by side in one query. Decide whether the amount is the first-year value, the yearly \
         recurring value or the total of the contract, and convert currencies before averaging. Choose the \
         period by opening date for what is being offered and by closing date for what was decided. Leave \
         out test deals and the placeholder amounts (1, or a round default) that owners type to get past a \
         required field. Once a quarter is often enough, since a mean amount needs many deals to stabilise.",
        standard_formula: "Cross-sell opportunity size = total amount of cross-sell opportunities ÷ number of \
         cross-sell opportunities with an amount",
        trend_analysis: "It climbs after price rises, with longer contracts and when effort moves to larger \
         customers, so split by segment before calling it better selling. One very large deal lifts a single \
         quarter and is gone in the next; a level that holds for several quarters is a change. If the size \
         of open deals grows while that of won deals does not, amounts are being entered more optimistically \
         than before.",
        diagnostic_questions: &[
            "Which segments and products does the change come from, and did their share of the opportunities \
             change too?",
            "How large are won, lost and open cross-sells, each taken separately?",
            "What is the mean without the five largest opportunities?",
            "Which owners have amounts that shrink between opening and winning, if the CRM keeps a history?",
            "How many opportunities have no amount, or the same round one, per owner?",
        ],
        actionable_tips: &[
            "Offer the products that are often won together as one package, where the single offers are too \
             small to pay for a visit.",
            "Send opportunities below the cost of a sales visit to the web shop or to phone sales, and keep \
             the field for the larger ones.",
            "Where won deals are much smaller than open ones, base offers on the customer's number of users \
             or sites instead of the full catalogue.",
            "Ask for a discount approval only above the typical size of the segment, so that small deals do \
             not wait.",
        ],
        visualization_suggestions: "A histogram of the amounts on a logarithmic axis, with the mean and the \
         median marked, says more than any line. Over time, one box plot per quarter for cross-sells beside \
         one for new business.",
        risk_warnings: "Amounts of deals are skewed: a few large ones pull the mean far above what most \
         opportunities bring, so look at the median as well and do not compare means of small groups. If \
         missing amounts are mostly those of small or early deals, leaving them out raises the figure. A \
         bonus on pipeline value invites optimistic amounts, which show up as a growing gap between open and \
         won deals. Different contract lengths or currencies in one mean make it meaningless.",
        tools_and_technologies: "Amounts come from the CRM's opportunity table or from a quoting system, \
         which holds list price and discount line by line. A billing system gives the amounts that were \
         actually charged, for comparison with what was won.",
        integration_points: "Territory and capacity planning use it to decide how many opportunities one \
         representative needs for the target. Finance uses it with the win rate in the forecast, and product \
         management reads it per product when a package or a price is under discussion.",
        change_impact: "If won deals are among the larger ones, `cross_sell_revenue` rises at the same number \
         of wins, and `arpa` with it. Larger deals tend to need more people to agree, so \
         `cross_sell_conversion_rate` often falls and `sales_cycle_length` grows with them. `cross_sell_rate` \
         does not react to it, because it counts customers and not money; `cross_sell_revenue_share` does.",
    },
};
