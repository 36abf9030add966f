//! Net promoter score.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "nps",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Net promoter score: the share of promoters (9 and 10) minus the share of detractors (0 to 6).",
    unit: Unit::Points,
    nulls: "A NULL score is no answer and is not counted. A score of 0 is a detractor.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "would customers recommend the products?",
    }],
    forms: &[Form {
        args: &[Arg::SCORE],
        formula: "100 × (scores of 9 and 10 − scores of 0 to 6) ÷ scores",
        grain: Grain::Row(RowFold::NetScore {
            score: 0,
            domain: (0.0, 10.0),
            good: 9.0,
            bad: 6.0,
        }),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "How likely are our customers to recommend us?",
        sql: "SELECT nps(score) FROM (VALUES (10), (9), (8), (3), (NULL)) AS answers(score)",
        answer: "25.0",
    },
};
