//! Gross revenue retention: how much of the revenue stays, upgrades left out.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "grr",
    aliases: &["gross_revenue_retention"],
    family: Family::CustomerValue,
    summary: "Gross revenue retention: the share of the starting revenue that customers still bring at the end, each customer capped at what they started with.",
    unit: Unit::Percent,
    nulls: "A NULL amount is no revenue: a customer who ends with NULL is lost, one who starts with NULL or 0 is new and not counted.",
    sources: &[Source {
        publication: Publication::CommonUsage,
        says: "revenue retention",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::START_REVENUE, Arg::END_REVENUE],
        formula: "100 × the lesser of what each customer pays at the end and paid at the start ÷ what they paid at the start, over customers who paid something at the start",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::Change { start: 1, end: 2 }],
            outcomes: &[],
        },
        finish: Finish::Retention { capped: true },
    }],
    example: Example {
        question: "How much of last year's recurring revenue is still there?",
        sql: "SELECT grr(customer, mrr_start, mrr_end) FROM (VALUES ('c1', 100.0, 130.0), ('c2', 100.0, 60.0), ('c3', 0.0, 500.0)) AS subscriptions(customer, mrr_start, mrr_end)",
        answer: "80.0",
    },
};
