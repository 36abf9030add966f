//! Upsell revenue: what upsells bring.

use crate::define::*;

pub const KPI: Kpi = Kpi {
    name: "upsell_revenue",
    aliases: &[],
    family: Family::Upsell,
    summary: "The revenue of upsells.",
    unit: Unit::Money,
    nulls: "A NULL amount adds nothing; a NULL flag is not TRUE. Where there is no amount at all the value is NULL, where there is none of the kind it is 0.",
    sources: &[Source {
        publication: Publication::CrmUpsellRate,
        says: "revenue of upgrades",
    }],
    forms: &[Form {
        args: &[Arg::AMOUNT, Arg::IS_UPSELL],
        formula: "sum of the amounts of TRUE rows",
        grain: Grain::Row(RowFold::Exists),
        finish: Finish::Sum(Total {
            amount: 0,
            only: Some(1),
        }),
    }],
    example: Example {
        question: "What did upsells bring?",
        sql: "SELECT upsell_revenue(amount, flag) FROM (VALUES (100.0, false), (50.0, true), (30.0, true), (20.0, NULL)) AS orders(amount, flag)",
        answer: "80.0",
    },
};
