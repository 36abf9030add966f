//! Time to cross-sell: from the first purchase to the first purchase of something else.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "time_to_cross_sell",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The mean number of days from a customer's first purchase to the first later purchase of a product that was not in it.",
    unit: Unit::Days,
    nulls: "Rows whose product or time is NULL take no part. Customers without a cross-sell are left out.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "from the first purchase to the cross-sell, on average",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT],
        formula: "mean over customers of (first later time with a product outside the initial basket − earliest time), in days; the initial basket is every product of the earliest time",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::TimeToOutsideBasket { item: 1, at: 2 }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MeanDays,
    }],
    example: Example {
        question: "How many days pass until a customer buys something else?",
        sql: "SELECT time_to_cross_sell(customer, product, day) FROM (VALUES ('c1', 'CRM', DATE '2026-01-01'), ('c1', 'CRM', DATE '2026-01-05'), ('c1', 'Helpdesk', DATE '2026-01-11'), ('c2', 'CRM', DATE '2026-01-01'), ('c2', 'Chat', DATE '2026-01-21'), ('c3', 'CRM', DATE '2026-01-01')) AS orders(customer, product, day)",
        answer: "15.0",
    },
};
