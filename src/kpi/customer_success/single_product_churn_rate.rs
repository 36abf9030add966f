//! Single-product churn rate: the share who left among the customers with exactly one product.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "single_product_churn_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who left, among those with exactly one product.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing; a customer without any product has neither one nor several and is not counted.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "churn with several products beside churn with one",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::IS_CHURNED],
        formula: "100 × customers with exactly one product and at least one TRUE row ÷ customers with exactly one product",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctUpToTwo(1), Fold::Any(2)],
            outcomes: &[Outcome::Where {
                when: 0,
                is: 1,
                then: 1,
            }],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of the customers with exactly one product left?",
        sql: "SELECT single_product_churn_rate(customer, product, is_churned) FROM (VALUES ('c1', 'CRM', true), ('c2', 'CRM', false), ('c3', 'CRM', false), ('c3', 'Chat', false), ('c4', 'Chat', true)) AS subscriptions(customer, product, is_churned)",
        answer: "66.666666667",
    },
};
