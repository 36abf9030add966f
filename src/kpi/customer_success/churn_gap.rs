//! Churn gap: what several products do for loyalty.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "churn_gap",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "Churn of customers with several products minus churn of customers with one; below 0, those with several are more loyal.",
    unit: Unit::Points,
    nulls: "A NULL product or flag adds nothing; a customer without any product is not counted. Without customers of both kinds there is no gap.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "churn with several products beside churn with one",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::IS_CHURNED],
        formula: "multi_product_churn_rate − single_product_churn_rate",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DistinctUpToTwo(1), Fold::Any(2)],
            outcomes: &[
                Outcome::Where {
                    when: 0,
                    is: 2,
                    then: 1,
                },
                Outcome::Where {
                    when: 0,
                    is: 1,
                    then: 1,
                },
            ],
        },
        finish: Finish::PercentDifference,
    }],
    example: Example {
        question: "How much less do customers with several products leave?",
        sql: "SELECT churn_gap(customer, product, is_churned) FROM (VALUES ('c1', 'CRM', true), ('c2', 'CRM', false), ('c3', 'CRM', false), ('c3', 'Chat', false)) AS subscriptions(customer, product, is_churned)",
        answer: "-50.0",
    },
};
