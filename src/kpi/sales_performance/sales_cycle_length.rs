//! Sales cycle length: from the opening of an opportunity to its close.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "sales_cycle_length",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The mean number of days from the opening of an opportunity to its close.",
    unit: Unit::Days,
    nulls: "Rows without one of the two times are not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how long cross-sell deals take, beside those with new customers",
    }],
    forms: &[Form {
        args: &[Arg::OPENED_AT, Arg::CLOSED_AT],
        formula: "mean of (closed − opened), in days",
        grain: Grain::Row(RowFold::TimeBetween { from: 0, to: 1 }),
        finish: Finish::MeanDays,
    }],
    example: Example {
        question: "How many days does it take to close a deal?",
        sql: "SELECT sales_cycle_length(opened_at, closed_at) FROM (VALUES (DATE '2026-01-01', DATE '2026-01-31'), (DATE '2026-02-01', DATE '2026-02-11'), (DATE '2026-03-01', NULL)) AS opportunities(opened_at, closed_at)",
        answer: "20.0",
    },
};
