//! Products per customer: how many different products a customer has on average.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "products_per_customer",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The mean number of distinct products per customer; banks call this the cross-sell ratio.",
    unit: Unit::Number,
    nulls: "A NULL product adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "the cross-sell ratio of banks",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT],
        formula: "distinct products of each customer, added up ÷ customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctCount(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Mean,
    }],
    example: Example {
        question: "How many different products does a customer have?",
        sql: "SELECT products_per_customer(customer, product) FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c1', 'CRM'), ('c2', 'CRM')) AS orders(customer, product)",
        answer: "1.5",
    },
};
