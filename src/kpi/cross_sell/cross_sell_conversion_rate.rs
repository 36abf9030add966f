//! Cross-sell conversion rate: the share of decided opportunities that were won.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_conversion_rate",
    aliases: &["win_rate", "conversion_rate"],
    family: Family::CrossSell,
    summary: "The share of decided cross-sell opportunities that were won.",
    unit: Unit::Percent,
    nulls: "An opportunity whose flag is NULL is still open and is not counted; for the rate over all opportunities write coalesce(is_won, false).",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "won cross-sells ÷ attempted ones",
    }],
    forms: &[Form {
        args: &[Arg::IS_WON],
        formula: "100 × TRUE rows ÷ non-NULL rows",
        grain: Grain::Row(RowFold::Flag(0)),
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of our closed opportunities did we win?",
        sql: "SELECT cross_sell_conversion_rate(is_won) FROM (VALUES (true), (false), (NULL), (true), (false)) AS opportunities(is_won)",
        answer: "50.0",
    },
};
