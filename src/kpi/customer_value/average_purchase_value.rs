//! Average purchase value: what one order brings.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "average_purchase_value",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The average amount of an order.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing, but its row still makes its order an order. Amounts without an order are not counted.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase value",
    }],
    forms: &[Form {
        args: &[Arg::PURCHASE, Arg::AMOUNT],
        formula: "sum of the amounts ÷ distinct orders",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::SumPerEntity(Total {
            amount: 1,
            only: None,
        }),
    }],
    example: Example {
        question: "What is an order worth on average?",
        sql: "SELECT average_purchase_value(order_id, amount) FROM (VALUES (1, 100.0), (1, 50.0), (2, 30.0)) AS lines(order_id, amount)",
        answer: "90.0",
    },
};
