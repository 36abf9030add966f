//! Average revenue per account.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "arpa",
    aliases: &["arpu", "customer_value"],
    family: Family::CustomerValue,
    summary: "Average revenue per account: all revenue divided by the number of customers.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing to the revenue, but its row still makes its customer a customer. Revenue without a customer is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "all revenue ÷ customers",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::REVENUE],
        formula: "sum of the revenue ÷ customers",
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
        question: "What does an account bring us on average?",
        sql: "SELECT arpa(customer, amount) FROM (VALUES ('c1', 100.0), ('c1', 50.0), ('c2', 30.0), ('c3', NULL)) AS orders(customer, amount)",
        answer: "60.0",
    },
};
