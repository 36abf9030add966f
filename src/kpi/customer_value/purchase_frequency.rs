//! Purchase frequency: how often a customer buys.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "purchase_frequency",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The number of orders per customer.",
    unit: Unit::Number,
    nulls: "A NULL order adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase frequency",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::ORDER],
        formula: "distinct orders ÷ customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Exists],
            outcomes: &[],
        },
        finish: Finish::DistinctPerEntity(&[1]),
    }],
    example: Example {
        question: "How many orders does a customer place?",
        sql: "SELECT purchase_frequency(customer, order_id) FROM (VALUES ('c1', 1), ('c1', 1), ('c1', 2), ('c2', 3)) AS lines(customer, order_id)",
        answer: "1.5",
    },
};
