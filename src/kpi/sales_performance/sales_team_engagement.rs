//! Sales team engagement: the share of representatives who pursue cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "sales_team_engagement",
    aliases: &[],
    family: Family::SalesPerformance,
    summary: "The share of sales representatives who pursue cross-sells.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but its row still makes its representative a representative.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "who of the sales team goes after cross-sells",
    }],
    forms: &[Form {
        args: &[Arg::REP, Arg::IS_PURSUING],
        formula: "100 × representatives with at least one TRUE row ÷ representatives",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of the sales team pursues cross-sells?",
        sql: "SELECT sales_team_engagement(rep, is_cross_sell) FROM (VALUES ('r1', true), ('r1', false), ('r2', false), ('r3', NULL), ('r4', true)) AS opportunities(rep, is_cross_sell)",
        answer: "50.0",
    },
};
