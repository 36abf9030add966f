//! Attach rate: how often one product is bought where another one is.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "attach_rate",
    aliases: &["basket_confidence"],
    family: Family::Penetration,
    summary: "The share of baskets with the base product that have the attached product as well.",
    unit: Unit::Percent,
    nulls: "A NULL flag is taken for FALSE. Without a basket that has the base product there is no rate.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "attach rate, the confidence of base → attached",
    }],
    forms: &[Form {
        args: &[Arg::BASKET, Arg::HAS_BASE, Arg::HAS_ATTACHED],
        formula: "100 × baskets with both products ÷ baskets with the base product",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1), Fold::Any(2)],
            outcomes: &[Outcome::Where {
                when: 0,
                is: 1,
                then: 1,
            }],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "How often is the chat sold to those who have the CRM?",
        sql: "SELECT attach_rate(customer, product = 'CRM', product = 'Chat') FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM'), ('c3', 'Chat')) AS orders(customer, product)",
        answer: "50.0",
    },
};
