//! Customer satisfaction score.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "csat",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Customer satisfaction score: the share of answers that are satisfied, by default those of 4 and more.",
    unit: Unit::Percent,
    nulls: "A NULL score is no answer and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "customer satisfaction score",
    }],
    forms: &[
        Form {
            args: &[Arg::SCORE],
            formula: "100 × scores of 4 and more ÷ scores",
            grain: Grain::Row(RowFold::ScoreAtLeast {
                score: 0,
                from: Count::Fixed(4),
            }),
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::SCORE, Arg::SATISFIED_FROM],
            formula: "100 × scores of at least satisfied_from ÷ scores",
            grain: Grain::Row(RowFold::ScoreAtLeast {
                score: 0,
                from: Count::Argument(1),
            }),
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "Which share of the answers is satisfied?",
        sql: "SELECT csat(score) FROM (VALUES (5), (4), (3), (1), (NULL)) AS answers(score)",
        answer: "50.0",
    },
};
