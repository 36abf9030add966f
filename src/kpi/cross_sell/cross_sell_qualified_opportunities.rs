//! Qualified opportunities: how many meet the criteria.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_qualified_opportunities",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The number of distinct opportunities that meet the criteria for a cross-sell.",
    unit: Unit::Number,
    nulls: "A NULL flag does not qualify. Rows without an opportunity are ignored. Where there are none the value is 0, not NULL.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "opportunities that qualify for a cross-sell",
    }],
    forms: &[Form {
        args: &[Arg::OPPORTUNITY, Arg::IS_QUALIFIED],
        formula: "distinct opportunities with at least one TRUE row",
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
};
