//! Sales team engagement: the share of representatives who pursue cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "sales_team_engagement",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The share of sales representatives who pursue cross-sells.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but the row's representative still counts in the denominator.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "who in the sales team pursues cross-sells",
    }],
    forms: &[Form {
        args: &[Arg::REP, Arg::IS_PURSUING],
        formula: "100 × representatives with at least one TRUE row ÷ representatives",
        sql: "SELECT 100.0 * sum(pursues) / nullif(count(*), 0) AS value\n\
              FROM (\n\
              \x20 SELECT max(CASE WHEN is_pursuing THEN 1 ELSE 0 END) AS pursues\n\
              \x20 FROM t WHERE rep IS NOT NULL GROUP BY rep\n\
              ) AS reps",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "What share of the sales team pursues cross-sells?",
        sql: "SELECT sales_team_engagement(rep, is_cross_sell) FROM (VALUES ('r1', true), ('r1', false), ('r2', false), ('r3', NULL), ('r4', true)) AS opportunities(rep, is_cross_sell)",
        answer: "50.0",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Personnel reports divide by everybody on the team, including those without a single \
                      opportunity in the period.",
            here: "SELECT sales_team_engagement(team.rep, o.is_cross_sell) AS engagement\n\
                   FROM (SELECT DISTINCT sales_rep AS rep FROM orders) AS team\n\
                   LEFT JOIN opportunities o ON o.owner = team.rep AND o.opened_on >= DATE '2026-04-01'",
        },
        Convention {
            differs: "Where pursuing must mean now, a cross-sell counts only while it is open.",
            here: "SELECT sales_team_engagement(owner, is_cross_sell AND closed_on IS NULL) AS engagement\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Some require several cross-sell opportunities before a representative counts as \
                      active, here twenty-five.",
            here: "SELECT\n\
                   \x20 penetration(owner, CASE WHEN is_cross_sell THEN opportunity_id END, 25) AS engagement\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Others count only representatives who have won a cross-sell.",
            here: "SELECT sales_team_engagement(owner, is_cross_sell AND is_won) AS engagement FROM opportunities",
        },
        Convention {
            differs: "Activity reports give the share of opportunities that are cross-sells, in which a busy \
                      representative has more weight.",
            here: "SELECT cross_sell_ratio(is_cross_sell) AS engagement FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Sales team engagement is the share of sales representatives who pursue cross-sells. A \
            representative counts as soon as one row says so, for example one cross-sell opportunity in the \
            period, and counts once whatever the number. The denominator is every representative who \
            appears in the rows. It has nothing to do with the engagement that staff surveys measure, and \
            it says nothing about success.",
        business_insights: "It shows whether cross-selling is the habit of a team or the hobby of a few. A \
            programme whose revenue depends on three people is fragile, however good the total looks. \
            Representatives without any attempt are a question of training, territory or pay, and their \
            names are the first thing to list.",
        measurement_approach: "Take the opportunities opened in the period, with the owner as the \
            representative and the cross-sell flag. Start from the list of the team with a LEFT JOIN to the \
            opportunities, so that those without any opportunity are in the denominator. Keep the period \
            short and constant, such as a month or a quarter: over a year nearly everybody has tried once. \
            Leave out managers, partners, house accounts and people who joined or left in the middle. Where \
            the flag is missing for many opportunities, fix that before judging people, since NULL counts as \
            no attempt.",
        standard_formula: "Sales team engagement (%) = representatives who pursue cross-sells ÷ all sales \
            representatives × 100",
        trend_analysis: "It jumps when an incentive or a target is announced and sinks back within a quarter \
            or two unless managers ask for it in reviews. A rise with no more qualified opportunities behind \
            it is box-ticking. Hiring depresses it for a while, as new people win new customers before they \
            cross-sell.",
        diagnostic_questions: &[
            "Which representatives had customers with only one product in the period but opened no \
             cross-sell?",
            "How are the cross-sell opportunities distributed: what share of them belongs to the top two \
             owners?",
            "Does the figure differ between teams or regions that have the same commission plan?",
            "How much does it fall if only qualified or open opportunities count as pursuing?",
            "Do representatives of field and phone sales differ, given territories of similar size?",
        ],
        actionable_tips: &[
            "Give each representative without an attempt a short list of customers with one product, and \
             talk it through in the next one-to-one.",
            "Let the most active cross-seller of each team take a colleague along to two customer meetings.",
            "Remove commission rules that pay for new customers only, if whole teams stay at zero.",
            "Make the cross-sell flag a required field of the opportunity, filled from the customer's \
             existing products and not by hand.",
        ],
        visualization_suggestions: "A dot per representative with the number of cross-sell opportunities on \
            the x axis, sorted, with the zeros highlighted: it tells more than the one percentage. Over \
            time, a column per month with the share, and the head count as a label.",
        risk_warnings: "In a team of ten, one person is ten points, so changes of a step or two are not a \
            trend. One token opportunity per head brings it to 100, which is easy for those who are measured \
            by it. Comparing a month with a quarter is meaningless, as longer periods give everybody more \
            chances to count. Representatives who own only new prospects cannot cross-sell, and their share \
            differs between teams.",
        tools_and_technologies: "CRM opportunities with owner and type hold the attempts; the list of \
            representatives with dates of joining and leaving comes from the personnel or commission \
            system.",
        integration_points: "Sales managers use the list of names behind it in their pipeline meetings, and \
            sales enablement uses it to see who applied a training four weeks later. Commission plans should \
            refer to revenue and use this share only as a leading indicator.",
        change_impact: "More representatives at work raise `cross_sell_qualified_opportunities` first, then \
            `cross_sell_revenue` and `cross_sell_rate` after one `sales_cycle_length`. Beginners' attempts \
            may lower `cross_sell_conversion_rate` for a time without being a loss. If it rises and \
            `cross_sell_ratio` does not, the newcomers have made one attempt each and stopped.",
    },
};
