//! Cross-sell revenue: what cross-sells bring.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_revenue",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The revenue of cross-sells: of rows with the flag, or of products outside each customer's initial basket.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing; a NULL flag is not TRUE. Where there is no amount at all the value is NULL, where there is none of the kind it is 0. Rows whose product or time is NULL are revenue, but not cross-sell.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "what existing customers pay for further products",
    }],
    forms: &[
        Form {
            args: &[Arg::AMOUNT, Arg::IS_CROSS_SELL],
            formula: "sum of the amounts of TRUE rows",
            grain: Grain::Row(RowFold::Exists),
            finish: Finish::Sum(Total {
                amount: 0,
                only: Some(1),
            }),
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AMOUNT, Arg::AT],
            formula: "sum of the amounts of cross-sold products: those outside the initial basket, which is every product of the customer's earliest time",
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
            finish: Finish::OutsideBasket(Total {
                amount: 2,
                only: None,
            }),
        },
    ],
    example: Example {
        question: "What did cross-sells bring?",
        sql: "SELECT cross_sell_revenue(amount, flag) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, flag)",
        answer: "80.0",
    },
};
