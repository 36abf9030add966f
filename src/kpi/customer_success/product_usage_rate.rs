//! Product usage rate: the share of customers, or of their products, in use.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "product_usage_rate",
    aliases: &[],
    family: Family::CustomerSuccess,
    summary: "The share of customers who use their product; with a product, the share of customers' products that are used.",
    unit: Unit::Percent,
    nulls: "A NULL flag adds nothing to the numerator, but its row still counts its customer, or its pair of customer and product. A row without a product is no pair.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "how much each product is in use",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_USED],
            formula: "100 × customers with at least one TRUE row ÷ customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Any(1)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::USED_PRODUCT, Arg::IS_USED],
            formula: "100 × distinct pairs of customer and product with at least one TRUE row ÷ distinct pairs",
            grain: Grain::Entity {
                entity: &[0, 1],
                needs: &[],
                folds: &[Fold::Any(2)],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "Which share of the products that customers have do they use?",
        sql: "SELECT product_usage_rate(customer, product, is_used) FROM (VALUES ('c1', 'CRM', true), ('c1', 'Chat', false), ('c2', 'CRM', false), ('c2', 'CRM', true), ('c3', 'CRM', false)) AS usage(customer, product, is_used)",
        answer: "50.0",
    },
};
