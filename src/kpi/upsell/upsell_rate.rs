//! Upsell rate: the share of customers who moved up.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "upsell_rate",
    aliases: &[],
    family: Family::Upsell,
    summary: "The share of customers who bought an upsell, or who came to hold a higher tier than the one they started with.",
    unit: Unit::Percent,
    nulls: "A NULL flag, product line, tier or time adds nothing to the numerator, but its row still makes its customer a customer. Rows whose tier or time is NULL take no part in finding the earliest time.",
    sources: &[Source {
        publication: Publication::CrmUpsellRate,
        says: "customers who made an upsell purchase ÷ customers",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::IS_UPSELL],
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
            args: &[Arg::CUSTOMER, Arg::TIER, Arg::AT],
            formula: "100 × customers who at some time hold a tier above the highest tier of their earliest time ÷ customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Upgrade {
                    line: None,
                    tier: 1,
                    at: 2,
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::PRODUCT_LINE, Arg::TIER, Arg::AT],
            formula: "100 × customers who in some product line at some time hold a tier above the highest tier of their earliest time in that line ÷ customers",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::Upgrade {
                    line: Some(1),
                    tier: 2,
                    at: 3,
                }],
                outcomes: &[Outcome::Of(0)],
            },
            finish: Finish::Percent,
        },
    ],
    example: Example {
        question: "Which share of our customers moved to a higher plan than the one they started with?",
        sql: "SELECT upsell_rate(customer, plan, day) FROM (VALUES ('c1', 1, DATE '2026-01-01'), ('c1', 2, DATE '2026-03-01'), ('c2', 3, DATE '2026-01-01'), ('c2', 1, DATE '2026-02-01')) AS plans(customer, plan, day)",
        answer: "50.0",
    },
};
