//! Customer lifetime value: what a customer brings over the years.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "clv",
    aliases: &[],
    family: Family::CustomerValue,
    summary: "Customer lifetime value: revenue per customer and year, times the years that customers stay.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing and a NULL time is left out, but their rows still make their customer a customer. Without any date there is no value.",
    sources: &[Source {
        publication: Publication::CustomerCrossSellRate,
        says: "average purchase value × average purchase frequency × average customer lifespan",
    }],
    forms: &[
        Form {
            args: &[Arg::CUSTOMER, Arg::AMOUNT, Arg::DATE],
            formula: "revenue ÷ customers ÷ window × lifespan; window = (last date − first date + 1 day) ÷ 365.25, lifespan = mean over customers of (last date − first date) ÷ 365.25",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DaysBetweenFirstAndLast(2)],
                outcomes: &[],
            },
            finish: Finish::LifetimeValue {
                revenue: Total {
                    amount: 1,
                    only: None,
                },
                years: None,
            },
        },
        Form {
            args: &[Arg::CUSTOMER, Arg::AMOUNT, Arg::DATE, Arg::LIFESPAN_YEARS],
            formula: "revenue ÷ customers ÷ window × lifespan_years",
            grain: Grain::Entity {
                entity: &[0],
                needs: &[],
                folds: &[Fold::DaysBetweenFirstAndLast(2)],
                outcomes: &[],
            },
            finish: Finish::LifetimeValue {
                revenue: Total {
                    amount: 1,
                    only: None,
                },
                years: Some(3),
            },
        },
    ],
    example: Example {
        question: "What is a customer worth if they stay for two years?",
        sql: "SELECT clv(customer, amount, day, 2.0) FROM (VALUES ('c1', 100.0, DATE '2020-01-01'), ('c1', 50.0, DATE '2023-12-31'), ('c2', 50.0, DATE '2021-06-30')) AS orders(customer, amount, day)",
        answer: "50.0",
    },
};
