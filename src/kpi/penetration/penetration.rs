//! Penetration: the share of customers who hold several products, or a certain one.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "penetration",
    aliases: &[],
    family: Family::Penetration,
    summary: "The share of customers who hold more than one product, at least so many products, or a certain product.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "product penetration rate",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_HOLDER],
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
            args: &[Arg::CUSTOMER, Arg::PRODUCT],
            formula: "100 × customers with more than one distinct product ÷ customers",
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
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT_LEAST],
            formula: "100 × customers with at least so many distinct products ÷ customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DistinctAtLeast {
                    item: 1,
                    count: Count::Argument(2),
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "Which share of our customers has the CRM?",
        sql: "SELECT penetration(customer, product = 'CRM') FROM (VALUES ('c1', 'CRM'), ('c1', 'Helpdesk'), ('c2', 'Chat'), ('c3', NULL), ('c4', 'CRM')) AS orders(customer, product)",
        answer: "50.0",
    },
};
