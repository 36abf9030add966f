//! Qualified opportunities: how many meet the criteria.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_qualified_opportunities",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The number of distinct opportunities that meet the criteria for a cross-sell.",
    unit: Unit::Number,
    nulls: "A NULL flag does not qualify. Rows without an opportunity are ignored. With nothing to count the value is 0, not NULL.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "opportunities that qualify for a cross-sell",
    }],
    forms: &[Form {
        args: &[Arg::OPPORTUNITY, Arg::IS_QUALIFIED],
        formula: "distinct opportunities with at least one TRUE row",
        sql: "SELECT count(DISTINCT CASE WHEN is_qualified THEN opportunity END) AS value\n\
              FROM t",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Count,
    }],
    example: Example {
        question: "How many opportunities are qualified?",
        sql: "SELECT cross_sell_qualified_opportunities(opportunity, is_qualified) FROM (VALUES (1, true), (1, true), (2, false), (3, NULL), (4, true)) AS opportunities(opportunity, is_qualified)",
        answer: "2",
    },
    direction: Direction::Higher,
    conventions: &[
        Convention {
            differs: "Some count the customers who have a qualified opportunity, so that two offers to one \
                      customer count once.",
            here: "SELECT cross_sell_qualified_opportunities(customer_id, is_qualified) AS customers\n\
                   FROM opportunities WHERE is_cross_sell",
        },
        Convention {
            differs: "Some go by the stage in the CRM and count what is past the lead, whatever the flag \
                      says.",
            here: "SELECT cross_sell_qualified_opportunities(opportunity_id, stage <> 'lead') AS past_lead\n\
                   FROM opportunities WHERE is_cross_sell",
        },
        Convention {
            differs: "Some count a stock, the qualified opportunities that are open today, instead of all \
                      that came up.",
            here: "SELECT cross_sell_qualified_opportunities(opportunity_id, is_qualified) AS open_now\n\
                   FROM opportunities WHERE is_cross_sell AND closed_on IS NULL",
        },
        Convention {
            differs: "Some report the share of opportunities that qualify, which does not grow with their \
                      number.",
            here: "SELECT cross_sell_ratio(opportunity_id, is_qualified) AS qualified_percent\n\
                   FROM opportunities WHERE is_cross_sell",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Cross-sell qualified opportunities is the number of distinct opportunities that meet \
         the criteria for a cross-sell. An opportunity counts once, however many rows it has, as soon as one \
         of them has the flag TRUE. It is a count and not a rate: it grows with the number of customers and \
         sellers and with the length of the period. Whether a qualified opportunity is won later is measured \
         by `cross_sell_conversion_rate`.",
        business_insights: "It is the leading indicator among the cross-selling KPIs, because what is not \
         qualified this quarter cannot be won in the next. Per customer of a segment it shows where needs \
         are recognised and where accounts are only administered. Compared with the target, it shows whether \
         the pipeline is large enough before revenue does.",
        measurement_approach: "Write down what qualifies, for instance a named need, a budget and a contact, \
         and keep the rule stable for at least a year. Take all rows of the CRM's opportunity or stage table \
         in which `is_cross_sell` is TRUE; rows per contact or per stage do no harm, since opportunities are \
         counted once. For the inflow of a month filter by the date of qualification, or by the opening date \
         where no other is kept; for the current stock, filter the open ones. Remove merged duplicates, test \
         records and renewals before counting. A NULL flag means that nobody has assessed the opportunity \
         yet, and it does not count; report the number of such rows beside the figure. Count weekly to \
         manage the pipeline and monthly for the record.",
        standard_formula: "Cross-sell qualified opportunities = count of distinct opportunities that satisfy \
         the criteria for a cross-sell",
        trend_analysis: "The inflow follows the working calendar and campaigns: holidays and the first weeks \
         of a quarter are slow, events bring a wave. In a young customer base it grows by itself as \
         customers reach the age at which a second product makes sense. A jump on one day is nearly always \
         an import or a changed rule. A decline that is followed by fewer wins one sales cycle later was a \
         real one.",
        diagnostic_questions: &[
            "How many qualified opportunities came from each owner, per customer in the owner's care?",
            "Which segments or products fell most against the same months of last year?",
            "What share of all cross-sell opportunities qualified, by source: campaign, support request, \
             usage signal, owner's idea?",
            "How many customers with several qualified opportunities are there, and are some of these the \
             same offer entered twice?",
            "How long do opportunities stay unqualified, and who are they waiting for?",
        ],
        actionable_tips: &[
            "Give each owner a monthly list of customers who hold one product and match the profile of those \
             with two.",
            "Turn usage limits and repeated support questions into tasks, so that a need is followed up \
             within days.",
            "Decide on every unassessed opportunity within two weeks: qualified, not qualified, or back to \
             marketing.",
            "Each quarter, have somebody who does not own the opportunities check the criteria on a sample \
             of twenty.",
        ],
        visualization_suggestions: "Weekly columns of newly qualified opportunities, stacked by product, \
         with the number needed for the target as a horizontal line. A funnel from all cross-sell \
         opportunities through the qualified to the won ones, for the opportunities opened in one quarter.",
        risk_warnings: "A count is easy to inflate: a target on it alone brings loosely qualified deals, \
         which only the conversion rate exposes months later. It says nothing about size, so ten small \
         opportunities look better than one large. More customers or more sellers raise it without better \
         work; divide by either before comparing teams. If the rule changes mid-year, recount the old \
         opportunities or start a new series.",
        tools_and_technologies: "CRM systems keep the flag or the stage, and, where there is a stage \
         history, the day on which it was reached. Marketing automation and product telemetry supply the \
         signals that lead to a qualification.",
        integration_points: "It is the handover point between customer success or marketing, who recognise a \
         need, and sales, who answer it. Revenue planning turns it into expected bookings with the win rate \
         and the mean size; staffing follows from the number of open opportunities per seller.",
        change_impact: "More of them raise `cross_sell_revenue` one sales cycle later, if \
         `cross_sell_conversion_rate` holds; with looser criteria it will not. If more owners take part, \
         `sales_team_engagement` rises with it. A full pipeline with the same staff tends to lengthen \
         `sales_cycle_length`. `cross_sell_rate` follows only for opportunities at customers without an \
         earlier cross-sell.",
    },
};
