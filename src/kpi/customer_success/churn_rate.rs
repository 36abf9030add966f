//! Churn rate: the share of customers who left.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "churn_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who left, among the customers of the rows.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how many customers cancel",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::IS_CHURNED],
        formula: "100 × customers with at least one TRUE row ÷ customers",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Any(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::Percent,
    }],
    example: Example {
        question: "Which share of our customers left?",
        sql: "SELECT churn_rate(customer, is_churned) FROM (VALUES ('c1', false), ('c1', true), ('c2', false), ('c3', NULL), ('c4', false)) AS subscriptions(customer, is_churned)",
        answer: "25.0",
    },
};
