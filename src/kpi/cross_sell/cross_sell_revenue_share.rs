//! Cross-sell revenue share: the part of the revenue that comes from cross-sells.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_revenue_share",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The share of the revenue that comes from cross-sells: the rate weighted by value.",
    unit: Unit::Percent,
    nulls: "A NULL amount adds nothing; a NULL flag is not TRUE. Where the revenue is 0 there is no share. Rows whose product or time is NULL are revenue, but not cross-sell.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "the value of cross-sold items, which the rate leaves out",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "100 × sum of the amounts of TRUE rows ÷ sum of all amounts",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::SumShare(
                Total {
                    amount: 0,
                    only: Some(1),
                },
                Total {
                    amount: 0,
                    only: None,
                },
            ),
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AMOUNT, Arg::AT],
            formula: "100 × sum of the amounts of products outside the initial basket ÷ sum of all amounts",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::RevenueOutsideBasket {
                    item: 1,
                    at: 3,
                    amount: 2,
                }],
                outcomes: &[],
            },
            finish: Finish::OutsideBasketShare(Total {
                amount: 2,
                only: None,
            }),
        },
    ],
    example: Example {
        question: "Which share of our revenue comes from cross-sells?",
        sql: "SELECT cross_sell_revenue_share(amount, is_cross_sell) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, is_cross_sell)",
        answer: "40.0",
    },
};
