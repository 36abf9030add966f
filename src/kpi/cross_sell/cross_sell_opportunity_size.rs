//! Opportunity size: what an opportunity is worth on average.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_opportunity_size",
    aliases: &["opportunity_size"],
    family: Family::CrossSell,
    summary: "The mean amount of opportunities, or of those that are cross-sells.",
    unit: Unit::Money,
    nulls: "A NULL amount is not counted; a NULL flag is not TRUE.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "mean size of the deals",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT],
            formula: "sum of the amounts ÷ non-NULL amounts",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::MeanAmount(Total {
                amount: 0,
                only: None,
            }),
        },
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "sum of the amounts of TRUE rows ÷ non-NULL amounts of TRUE rows",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::MeanAmount(Total {
                amount: 0,
                only: Some(1),
            }),
        },
    ],
    example: Example {
        question: "How large is a cross-sell opportunity on average?",
        sql: "SELECT cross_sell_opportunity_size(amount, is_cross_sell) FROM (VALUES (100.0, true), (50.0, true), (900.0, false), (NULL, true)) AS opportunities(amount, is_cross_sell)",
        answer: "75.0",
    },
};
