//! Median sales cycle length.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "median_sales_cycle_length",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The median number of days from the opening of an opportunity to its close.",
    unit: Unit::Days,
    nulls: "Rows where either time is NULL are not counted, nor are rows whose close is before the opening.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how long deals take; here the median",
    }],
    forms: &[Form {
        args: &[Arg::OPENED_AT, Arg::CLOSED_AT],
        formula: "median of (closed − opened), in days, over rows that do not close before they open",
        sql: "SELECT\n\
              \x20 percentile_cont(0.5) WITHIN GROUP (\n\
              \x20   ORDER BY (EXTRACT(EPOCH FROM closed_at) - EXTRACT(EPOCH FROM opened_at)) / 86400.0\n\
              \x20 ) AS value\n\
              FROM t WHERE closed_at >= opened_at",
        grain: Grain::Row(RowFold::TimeBetween { from: 0, to: 1 }),
        finish: Finish::MedianDays,
    }],
    example: Example {
        question: "How many days does a typical deal take?",
        sql: "SELECT median_sales_cycle_length(opened_at, closed_at) FROM (VALUES (DATE '2026-01-01', DATE '2026-01-11'), (DATE '2026-01-01', DATE '2026-01-31'), (DATE '2026-01-01', DATE '2026-12-31'), (DATE '2026-03-01', NULL)) AS opportunities(opened_at, closed_at)",
        answer: "30.0",
    },
    direction: Direction::Lower,
    conventions: &[
        Convention {
            differs: "Many dashboards show the mean under the same title, although a few very long deals \
                      pull it upwards.",
            here: "SELECT sales_cycle_length(opened_on, closed_on) AS days FROM opportunities",
        },
        Convention {
            differs: "Sales managers often mean the typical won deal and leave the lost ones out.",
            here: "SELECT median_sales_cycle_length(opened_on, closed_on) FILTER (WHERE is_won) AS days\n\
                   FROM opportunities",
        },
        Convention {
            differs: "Some average the medians of the representatives, so that each of them has the same \
                      weight.",
            here: "SELECT avg(days) AS days\n\
                   FROM (\n\
                   \x20 SELECT owner, median_sales_cycle_length(opened_on, closed_on) AS days\n\
                   \x20 FROM opportunities GROUP BY owner\n\
                   )",
        },
        Convention {
            differs: "Some include open opportunities with their present age, which gives a lower bound for \
                      the median of all deals once decided.",
            here: "SELECT median_sales_cycle_length(opened_on, coalesce(closed_on, DATE '2026-06-30')) AS days\n\
                   FROM opportunities",
        },
    ],
    benchmarks: &[],
    since: "0.1.0",
    knowledge: Knowledge {
        definition: "The median sales cycle length is the number of days within which half of the closed \
            opportunities were decided. It is taken over every row with an opening and a closing time, won \
            or lost; between two deals in the middle it is the mean of both. It describes the typical deal, \
            so forgotten deals that drag on for a year barely affect it. It does not add up: neither the \
            median of two teams together nor a yearly total can be worked out from their separate medians.",
        business_insights: "It is the figure to quote when somebody asks how long a deal takes, since half \
            of the customers decided sooner and half later. The gap to the mean is informative in itself: \
            the further the mean lies above the median, the more of the team's time goes into a few \
            stragglers. Compared between cross-sells and new business, it is hardly disturbed by single \
            large contracts.",
        measurement_approach: "Use one row per opportunity, with the day on which it was created and the \
            day of the decision. Select a completed group, such as all opportunities opened in one quarter, \
            and note how many of it are still open before reading the figure. If less than half of a group \
            is decided, no honest median of the whole group exists yet. Split by outcome, by new or \
            existing customer and by deal size with GROUP BY, each group with its own number of deals. \
            Compute it afresh from the rows for every total, for instance with GROUPING SETS, instead of \
            averaging the medians of its parts. A quarterly rhythm suits most sales teams, a monthly one \
            those with many small deals.",
        standard_formula: "Median sales cycle length (days) = median of (close date − open date) over \
            closed opportunities",
        trend_analysis: "The median reacts when the ordinary deal changes, for example through a new \
            approval step on the customer's side, and stays put when one giant deal finally closes. When \
            the mean rises and the median does not, look at the tail; when both rise, look at the process. \
            In groups with few deals it moves in jumps from one deal's length to that of the next.",
        diagnostic_questions: &[
            "Which segments have a mean far above the median, and which deals make up that tail?",
            "Are two kinds of deals hidden in one figure: does a histogram by segment or product show two \
             humps?",
            "How did the median of cross-sells change between opening quarters of which at least nine \
             tenths are decided?",
            "Which representatives close typical deals faster at the same `cross_sell_conversion_rate`?",
        ],
        actionable_tips: &[
            "Use twice the median as the age at which an open opportunity must be reviewed by the manager.",
            "Set delivery and follow-up dates in quotes by the median of the customer's own segment instead \
             of a company-wide rule.",
            "If the median of small cross-sells is close to that of large deals, let them skip the approval \
             steps made for large ones.",
            "Study the quickest quarter of won cross-sells for what they had in common, and make that the \
             standard approach.",
        ],
        visualization_suggestions: "A box plot per quarter of opening, with days on the y axis and the \
            median labelled, for cross-sells and new business side by side. Where open deals matter, draw a \
            survival curve: the share of opportunities still open by age in days, whose crossing of 50 % is \
            the median.",
        risk_warnings: "Only decided deals have a length, so the median of a young group is that of its \
            fastest deals and will grow. Each segment's median can fall while the total rises, if slow \
            segments take a larger part of the deals. Being robust, it hides a growing tail; never show it \
            without the mean or a high percentile. Days entered by hand gather at round numbers and at \
            month ends, which makes small differences between groups meaningless.",
        tools_and_technologies: "A CRM export with created and closed dates is sufficient; stage histories \
            help to explain, and statistics packages with survival analysis are the right tool when many \
            deals are open.",
        integration_points: "Put it into the pipeline review as the yardstick for the age of each open \
            deal, and into marketing plans as the lead time between a campaign and its bookings. \
            Service-level targets of legal and pricing teams can be derived from the part of the typical \
            cycle that they take.",
        change_impact: "When the typical deal gets faster, `sales_cycle_length` usually follows, but by \
            less if the stragglers remain. `median_time_to_cross_sell` shrinks with it where the wait lies \
            in the deal and not in finding the need. A drop together with a drop in \
            `cross_sell_opportunity_size` means smaller deals rather than better selling, and \
            `cross_sell_revenue` will not gain from it.",
    },
};
