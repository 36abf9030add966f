//! Median time to cross-sell: the time by which half of those who buy something else have done so.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "median_time_to_cross_sell",
    aliases: &[],
    family: Family::CrossSell,
    summary: "The median number of days from a customer's first purchase to the first later purchase of a product that was not in it.",
    unit: Unit::Days,
    nulls: "Rows whose product or time is NULL take no part. Customers without a cross-sell are left out.",
    sources: &[Source {
        publication: Publication::MeasuringCrossSelling,
        says: "from the first purchase to the cross-sell; here the median",
    }],
    forms: &[Form {
        args: &[Arg::CUSTOMER, Arg::PRODUCT, Arg::AT],
        formula: "median over customers of (first later time with a product outside the initial basket − earliest time), in days",
        grain: Grain::Entity {
            entity: &[0],
            needs: &[],
            folds: &[Fold::TimeToOutsideBasket { item: 1, at: 2 }],
            outcomes: &[Outcome::Of(0)],
        },
        finish: Finish::MedianDays,
    }],
    example: Example {
        question: "After how many days have half of the cross-sold customers bought something else?",
        sql: "SELECT median_time_to_cross_sell(customer, product, day) FROM (VALUES ('c1', 'CRM', DATE '2026-01-01'), ('c1', 'Chat', DATE '2026-01-11'), ('c2', 'CRM', DATE '2026-01-01'), ('c2', 'Chat', DATE '2026-01-21'), ('c3', 'CRM', DATE '2026-01-01'), ('c3', 'Chat', DATE '2026-12-31')) AS orders(customer, product, day)",
        answer: "20.0",
    },
};
