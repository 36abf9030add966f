//! Cross-sell conversion rate: the share of decided opportunities that were won.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_conversion_rate",
    aliases: &["win_rate", "conversion_rate"],
    family: Family::CrossSell,
    summary: "The share of decided cross-sell opportunities that were won.",
    unit: Unit::Percent,
    nulls: "An opportunity whose flag is NULL is still open and is not counted; for the rate over all opportunities write coalesce(is_won, false).",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "won cross-sells ÷ attempted ones",
    }],
    forms: &[Form {
        args: &[Arg::IS_WON],
        formula: "100 × TRUE rows ÷ non-NULL rows",
        sql: "SELECT 100.0 * sum(CASE WHEN is_won THEN 1 ELSE 0 END) / nullif(count(is_won), 0) AS value\n\
              FROM t",
        grain: Grain::Row(RowFold::Flag(0)),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of our closed opportunities did we win?",
        sql: "SELECT cross_sell_conversion_rate(is_won) FROM (VALUES (true), (false), (NULL), (true), (false)) AS opportunities(is_won)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some divide by all opportunities that were ever opened, so that those still open count \
                      as not won.",
            here: "SELECT win_rate(coalesce(is_won, false)) AS over_all_opened\n\
                   FROM opportunities WHERE is_cross_sell",
        },
        Convention {
            differs: "Some follow a cohort and take the opportunities opened in a period instead of those \
                      closed in it.",
            here: "SELECT win_rate(is_won) AS opened_in_the_quarter\n\
                   FROM opportunities\n\
                   WHERE is_cross_sell AND opened_on >= DATE '2025-10-01' AND opened_on < DATE '2026-01-01'",
        },
        Convention {
            differs: "Some weight each opportunity by its amount and report won money over decided money.",
            here: "SELECT cross_sell_revenue_share(amount, is_won) AS won_money\n\
                   FROM opportunities WHERE is_cross_sell AND is_won IS NOT NULL",
        },
        Convention {
            differs: "Some count customers and ask how many of those who decided on an offer took at least \
                      one.",
            here: "SELECT cross_sell_rate(customer_id, is_won) AS customers_won\n\
                   FROM opportunities WHERE is_cross_sell AND is_won IS NOT NULL",
        },
        Convention {
            differs: "Some start to count when an opportunity is qualified and leave early rejections out.",
            here: "SELECT win_rate(is_won) AS of_the_qualified\n\
                   FROM opportunities WHERE is_cross_sell AND is_qualified",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The cross-sell conversion rate is the share of decided cross-sell opportunities that \
         were won, in percent. Every row is one opportunity: TRUE is a win, FALSE a loss, and NULL means \
         that it is still open and is not counted. It measures attempts, not customers: a customer with \
         three opportunities counts three times, and a customer whom nobody approached does not count at \
         all, unlike in `cross_sell_rate`. The query decides which opportunities are cross-sells; without \
         such a condition the result is the win rate of all deals.",
        business_insights: "It separates two reasons for weak cross-selling that look alike in revenue: too \
         few attempts, or attempts that fail. Compared with the win rate of new business, it shows how much \
         an existing relationship helps. Broken down by owner, product and segment, it shows where an offer \
         fits and where effort goes to customers who will not buy.",
        measurement_approach: "Take the opportunity table of the CRM with one row per opportunity in its \
         current state; reduce a stage history to its last row first, because every decided row counts. Keep \
         the cross-sells (`WHERE is_cross_sell`) and remove test deals and duplicates. Report by closing \
         date to see current performance and by opening date to see what became of a quarter's \
         opportunities, and never mix the two in one chart. Set a rule that closes opportunities which have \
         been silent for longer than any won deal took; otherwise losses hide among the open deals. Where \
         the table has one row per offered product, `cross_sell_ratio(opportunity_id, is_won)` counts each \
         opportunity once. A quarterly figure usually rests on more decisions than a monthly one and is more \
         stable.",
        standard_formula: "Cross-sell conversion rate = won cross-sell opportunities ÷ (won + lost cross-sell \
         opportunities) × 100",
        trend_analysis: "By closing date the rate swings at the end of a quarter, when wins are rushed and \
         dead deals are cleared out at the same time. By opening date the newest cohorts keep moving until \
         their last deal is decided; compare them only at the same age. A slow fall while the number of \
         attempts grows suggests that the obvious customers have been approached already. A rise with ever \
         fewer attempts often means that only safe deals are still being recorded.",
        diagnostic_questions: &[
            "Which owners win more and which less than the rest, among opportunities of the same segment?",
            "Is the drop in one product or in all of them, if the lost opportunities are grouped by what was \
             offered?",
            "Do opportunities with `is_qualified` TRUE convert better than the others, and if not, what does \
             the qualification achieve?",
            "How do wins compare with losses in `median_sales_cycle_length` and in amount?",
            "How many decided opportunities were opened and closed on the same day, per owner?",
        ],
        actionable_tips: &[
            "Where qualified deals convert no better than unqualified ones, rewrite the criteria based on \
             what last year's won deals had in common.",
            "Pair the owners with the highest rate in a segment with those with the lowest on one deal, and \
             compare the segment again after a quarter.",
            "Stop offering a product in the segments where it is lost most of the time, and spend the time \
             on the segments where it wins.",
            "Make the reason for a loss a required field, so that lost deals can be counted by price, timing \
             and missing features.",
            "Approach customers after a successful rollout of what they have: check whether those with \
             `is_implementation_success` TRUE convert better first.",
        ],
        visualization_suggestions: "Stacked columns of won, lost and open cross-sell opportunities per \
         quarter of opening, with the rate of the decided ones as a line on a second axis from 0 to 100. For \
         owners, a bar chart sorted by rate with the number of decided deals beside each bar.",
        risk_warnings: "Open deals are left out, so if losses are recorded later than wins, every recent \
         cohort looks better than it will turn out to be. An owner who enters an opportunity on the day of \
         its signature scores close to 100 without being better at selling. The total can fall while each \
         segment improves, if attempts move to segments that convert less; compare within segments. With ten \
         decided deals a single one moves the rate by ten points, so show the count beside it.",
        tools_and_technologies: "The rows are in the opportunity or deal table of a CRM such as Salesforce \
         or HubSpot, with the outcome and a field that separates cross-sells from new business. Quoting \
         tools hold attempts that never became an opportunity.",
        integration_points: "Sales forecasts multiply the open cross-sell pipeline by it, per stage and \
         segment. Pipeline reviews and coaching use it by owner, and marketing receives it by campaign to \
         see which leads deserve a call.",
        change_impact: "With the same number of attempts, a higher rate raises `cross_sell_revenue`, and it \
         raises `cross_sell_rate` to the extent that the wins come from customers without an earlier \
         cross-sell. Stricter criteria raise it and lower `cross_sell_qualified_opportunities`. If it rises \
         because owners turn to small deals, `cross_sell_opportunity_size` falls. Giving up hopeless deals \
         early shortens `sales_cycle_length` over all closed deals without changing the rate.",
    },
};
