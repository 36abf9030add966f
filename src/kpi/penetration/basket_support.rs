//! Basket support: how often two products are bought together.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "basket_support",
    aliases: &[],
    family: Family::Penetration,
    summary: "The share of all baskets that have both products.",
    unit: Unit::Percent,
    nulls: "A NULL flag is taken for FALSE; its row still makes its basket a basket.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "support of a pair of products",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_A, Arg::HAS_B],
        formula: "100 × baskets with both products ÷ baskets",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1), Fold::Any(2)],
            outcomes: &[Outcome::Both(0, 1)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of the orders has both products?",
        sql: "SELECT basket_support(basket, product = 'CRM', product = 'Chat') FROM (VALUES (1, 'CRM'), (1, 'Chat'), (2, 'CRM'), (3, 'Chat'), (4, 'Disk')) AS lines(basket, product)",
        answer: "25.0",
    },
};
