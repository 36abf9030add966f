//! Cross-sell rate: the share of customers who bought more than one product.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "cross_sell_rate",
    aliases: &["ccr"],
    family: Family::CrossSell,
    summary: "The share of customers who bought more than one product, or who have at least one cross-sell.",
    unit: Unit::Percent,
    nulls: "A NULL product or flag adds nothing to the numerator, but its row still makes its customer a customer.",
    sources: &[
        Source {
            publication: Publication::CustomerCrossSellRate,
            says: "more than one product",
        },
        Source {
            publication: Publication::CrossSellRateMetric,
            says: "at least one cross-sell",
        },
    ],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_CROSS_SELL],
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
    ],
    example: Example {
        question: "Which share of our customers bought more than one product?",
        sql: "SELECT cross_sell_rate(customer, product) FROM (VALUES ('c1', 'CRM'), ('c1', 'Helpdesk'), ('c2', 'CRM'), ('c3', NULL), ('c4', 'CRM')) AS orders(customer, product)",
        answer: "25.0",
    },
};
