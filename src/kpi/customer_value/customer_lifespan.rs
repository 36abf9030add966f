//! Customer lifespan: how long a customer keeps buying.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "customer_lifespan",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "The mean time from a customer's first to last purchase, in years.",
    unit: Unit::Years,
    nulls: "A NULL time is left out, but its row still makes its customer a customer. A customer with a single date counts as 0.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average customer lifespan",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::DATE],
        formula: "mean over customers of (last date − first date) ÷ 365.25",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::DaysBetweenFirstAndLast(1)],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MeanYears,
    }],
    example: Example {
        question: "How many years does a customer stay with us?",
        sql: "SELECT customer_lifespan(customer, day) FROM (VALUES ('c1', DATE '2020-01-01'), ('c1', DATE '2024-01-01'), ('c2', DATE '2021-06-30')) AS orders(customer, day)",
        answer: "2.0",
    },
};
