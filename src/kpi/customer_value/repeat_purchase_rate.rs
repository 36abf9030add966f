//! Repeat purchase rate: the share of customers who came back.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "repeat_purchase_rate",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The share of customers with more than one order.",
    unit: Unit::Percent,
    nulls: "A NULL order adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "repeat purchase rate",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::ORDER],
        formula: "100 × customers with more than one distinct order ÷ customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctAtLeast {
                item: 1,
                count: Count::Fixed(2),
            }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of our customers ordered again?",
        sql: "SELECT repeat_purchase_rate(customer, order_id) FROM (VALUES ('c1', 1), ('c1', 2), ('c2', 3), ('c2', 3)) AS lines(customer, order_id)",
        answer: "50.0",
    },
};
