//! Cross-sell ratio: the share of transactions that are cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_ratio",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The share of transactions that are cross-sells.",
    unit: Unit::Percent,
    nulls: "A row without a flag is not counted; with a transaction as first argument, neither is a transaction none of whose rows has a flag.",
    sources: &[Source {
        publication: Publication::CrossSellRatioBySegment,
        says: "cross-sells ÷ transactions, by segment",
    }],
    forms: &[
        Form {
            args: &[Arg::IS_CROSS_SELL],
            formula: "100 × TRUE rows ÷ rows with a flag",
            grain: Grain::Row(RowFold::Flag(0)),
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::TRANSACTION, Arg::IS_CROSS_SELL],
            formula: "100 × transactions with at least one TRUE row ÷ transactions with a flag",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[1],
                folds: &[Fold::Any(1)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "Which share of our orders is a cross-sell, when an order has several lines?",
        sql: "SELECT cross_sell_ratio(order_id, is_cross_sell) FROM (VALUES (1, false), (1, true), (2, false), (3, false), (3, NULL), (4, true)) AS orders(order_id, is_cross_sell)",
        answer: "50.0",
    },
};
