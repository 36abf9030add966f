//! Median sales cycle length.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "median_sales_cycle_length",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The median number of days from the opening of an opportunity to its close.",
    unit: Unit::Days,
    nulls: "Rows without one of the two times are not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how long deals take; here the median",
    }],
    forms: &[Form {
        args: &[Arg::OPENED_AT, Arg::CLOSED_AT],
        formula: "median of (closed − opened), in days",
        grain: Grain::Row(RowFold::TimeBetween { from: 0, to: 1 }),
        finish: Finish::MedianDays,
    }],
    example: Example {
        question: "How many days does a typical deal take?",
        sql: "SELECT median_sales_cycle_length(opened_at, closed_at) FROM (VALUES (DATE '2026-01-01', DATE '2026-01-11'), (DATE '2026-01-01', DATE '2026-01-31'), (DATE '2026-01-01', DATE '2026-12-31'), (DATE '2026-03-01', NULL)) AS opportunities(opened_at, closed_at)",
        answer: "30.0",
    },
};
