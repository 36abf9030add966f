//! Basket lift: whether two products are bought together more often than by chance.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "basket_lift",
    aliases: &[],
    family: Family::Penetration,
    summary: "How many times more often two products are in one basket than if they were bought independently; 1 is chance.",
    unit: Unit::Number,
    nulls: "A NULL flag is taken for FALSE; its row still makes its basket a basket. Where one of the products is in no basket there is no lift.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "lift of a pair of products",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_A, Arg::HAS_B],
        formula: "(baskets with both × baskets) ÷ (baskets with a × baskets with b)",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1), Fold::Any(2)],
            outcomes: &[Outcome::Both(0, 1), Outcome::Of(0), Outcome::Of(1)],
        },
        finish: Finish::Lift,
    }],
    example: Example {
        question: "Are the two products bought together more often than by chance?",
        sql: "SELECT basket_lift(basket, product = 'CRM', product = 'Chat') FROM (VALUES (1, 'CRM'), (1, 'Chat'), (2, 'CRM'), (3, 'Disk'), (4, 'Disk')) AS lines(basket, product)",
        answer: "2.0",
    },
};
