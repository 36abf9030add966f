//! Sales cycle length: from the opening of an opportunity to its close.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "sales_cycle_length",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The mean number of days from the opening of an opportunity to its close.",
    unit: Unit::Days,
    nulls: "Rows where either time is NULL are not counted, nor are rows whose close is before the opening.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how long cross-sell deals take, beside those with new customers",
    }],
    forms: &[Form {
        args: &[Arg::OPENED_AT, Arg::CLOSED_AT],
        formula: "mean of (closed − opened), in days, over rows that do not close before they open",
        sql: "SELECT avg((EXTRACT(EPOCH FROM closed_at) - EXTRACT(EPOCH FROM opened_at)) / 86400.0) AS value\n\
              FROM t WHERE closed_at >= opened_at",
        grain: Grain::Row(RowFold::TimeBetween { from: 0, to: 1 }),
        finish: Finish::MeanDays,
    }],
    example: Example {
        question: "How many days does it take to close a deal?",
        sql: "SELECT sales_cycle_length(opened_at, closed_at) FROM (VALUES (DATE '2026-01-01', DATE '2026-01-31'), (DATE '2026-02-01', DATE '2026-02-11'), (DATE '2026-03-01', NULL)) AS opportunities(opened_at, closed_at)",
        answer: "20.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Most CRM reports count won opportunities only, as a loss may be booked long after the \
                      customer decided.",
            here: "SELECT sales_cycle_length(opened_on, closed_on) FILTER (WHERE is_won) AS days FROM opportunities",
        },
        Convention {
            differs: "Guides to cross-selling compare deals with existing customers to those with new ones.",
            here: "SELECT\n\
                   \x20 sales_cycle_length(opened_on, closed_on) FILTER (WHERE is_cross_sell) AS cross_sell_days,\n\
                   \x20 sales_cycle_length(opened_on, closed_on) FILTER (WHERE NOT is_cross_sell) AS other_days\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Some start the clock at the first contact, for which the customer's sign-up can serve \
                      as a substitute.",
            here: "SELECT sales_cycle_length(c.signed_up_on, o.closed_on) AS days\n\
                   FROM opportunities o JOIN customers c ON c.customer_id = o.customer_id",
        },
        Convention {
            differs: "Pipeline reports include open opportunities with the age that they have reached by \
                      the reporting date.",
            here: "SELECT sales_cycle_length(opened_on, coalesce(closed_on, DATE '2026-06-30')) AS days\n\
                   FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "Sales cycle length is the mean number of days from the opening of an opportunity to its \
            close. An opportunity counts once it has both dates, won or lost; open ones have no length yet \
            and are left out. It measures the seller's process from the first record of an opportunity to \
            the decision, not the time between a customer's purchases, which is `time_to_cross_sell`. Dates \
            give whole days, timestamps give fractions of a day.",
        business_insights: "It shows how far ahead of a target the pipeline has to be filled: with a cycle \
            of ninety days, this quarter's late opportunities are next quarter's revenue. Cross-sells should \
            close faster than deals with new customers, as contracts and trust are there already; where they \
            do not, the advantage of the existing relationship is being wasted. By product and deal size it \
            shows where deals wait.",
        measurement_approach: "Take the opportunity table with the dates on which each deal was created and \
            decided; a reopened deal keeps its first opening date. Use FILTER or GROUP BY to keep won and \
            lost deals apart, and cross-sells apart from new business. Assign deals to the period of their \
            opening and wait until nearly all of it is decided, or assign them to the period of their close \
            and accept that both views answer different questions. Rows in which the close precedes the \
            opening are left out and counted in `rows_ignored` of `sales_cycle_length_parts`: list these \
            errors. A DATE counts as midnight, so CAST both to DATE where the close has no time of day. \
            Apply one rule to all deals that were entered only on the day they were won. Report it quarterly \
            beside the median and the number of deals.",
        standard_formula: "Sales cycle length (days) = sum of (close date − open date) over closed \
            opportunities ÷ number of closed opportunities",
        trend_analysis: "A gradual rise often comes from larger deals or more people in the buying decision \
            and not from slower selling. Means per month of close peak when old opportunities are cleared \
            out, typically at the end of a fiscal year. A shorter cycle with a steady win rate is a real \
            gain; with a falling one it may only show that doubtful deals are given up earlier.",
        diagnostic_questions: &[
            "How do won and lost deals differ in length, and is the rise in one of them alone?",
            "Does the mean move because of the mix of deal sizes: how long are deals within each band of \
             amounts?",
            "Which representatives have many deals of zero or one day, entered after the fact?",
            "How long are cross-sells compared with new business in the same segment?",
            "What part of the total number of days is due to the slowest tenth of the deals?",
        ],
        actionable_tips: &[
            "Close out or disqualify opportunities that are older than twice the mean of won deals, after \
             one last call.",
            "Prepare a standard contract addendum for existing customers if cross-sells take as long as new \
             business.",
            "Where long cycles sit in one product, bring its technical specialist into the second meeting \
             instead of the fourth.",
            "Let the CRM set the opening date when the opportunity is created, so that nobody can type it \
             in later.",
        ],
        visualization_suggestions: "A line per quarter of opening for cross-sells and one for new business, \
            in days, with the number of closed deals below the axis. A histogram of lengths in classes of \
            ten days shows the long tail that the mean conceals.",
        risk_warnings: "Deals that are still open are missing, and they are the slow ones: the mean of \
            recent opening months is too short. A few stale opportunities that are booked as lost after a \
            year can add days to the mean of a whole team. A change in the mix of segments or deal sizes \
            changes the total with no deal faster or slower. If representatives are paid for short cycles, \
            they will open opportunities late.",
        tools_and_technologies: "The opportunity table of a CRM such as Salesforce or HubSpot has both \
            dates; its field history adds the stage changes that explain where the days went. In small \
            firms the dates of quote and order from the ERP system serve as a substitute.",
        integration_points: "Forecasting multiplies open pipeline by win rate and shifts it by this length. \
            Sales operations sets alerts on the age of opportunities from it, and hiring plans for new \
            representatives use it to estimate when they will first bring revenue.",
        change_impact: "A shorter cycle lets the same team work on more deals, so `cross_sell_revenue` per \
            quarter grows even at an unchanged `cross_sell_conversion_rate`. Chasing larger deals lengthens \
            it while `cross_sell_opportunity_size` rises. Faster cross-sells bring `time_to_cross_sell` \
            down by at most the days saved, as the wait before the opportunity is opened remains. Stricter \
            qualification lowers `cross_sell_qualified_opportunities` and, with fewer hopeless deals in the \
            table, shortens the mean too.",
    },
};
