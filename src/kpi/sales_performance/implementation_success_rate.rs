//! Implementation success rate: the share of products that were put to work as planned.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "implementation_success_rate",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The share of implementations that succeeded.",
    unit: Unit::Percent,
    nulls: "A NULL flag is an implementation without a result so far and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how many implementations after a cross-sell succeed",
    }],
    forms: &[Form {
        args: &[Arg::IS_SUCCESS],
        formula: "100 × TRUE rows ÷ non-NULL rows",
        grain: Grain::Row(RowFold::Flag(0)),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of the implementations succeeded?",
        sql: "SELECT implementation_success_rate(is_success) FROM (VALUES (true), (true), (false), (NULL), (true)) AS projects(is_success)",
        answer: "75.0",
    },
};
