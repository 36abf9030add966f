//! Product mix: how the products are spread over the customers.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "product_mix",
    aliases: &[],
    family: Family::Penetration,
    summary: "Every product with the number of customers who have it and their share; the shares add up to more than 100 where customers have several products.",
    unit: Unit::Mix,
    nulls: "A NULL product is not in the list, but its row still makes its customer a customer. Without customers the value is NULL.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how products are spread over the customers",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT],
        formula: "list of (product, customers with it, 100 × customers with it ÷ customers), most customers first, then by product",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctCount(1)],
            outcomes: &[],
        },
        finish: Finish::Mix(1),
    }],
    example: Example {
        question: "Which share of our customers has the most widespread product?",
        sql: "SELECT mix[1]['share'] FROM (SELECT product_mix(customer, product) AS mix FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM'), ('c3', 'CRM'), ('c4', NULL)) AS orders(customer, product))",
        answer: "75.0",
    },
};
