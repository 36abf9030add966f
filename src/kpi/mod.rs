//! The facts: one file per KPI, one folder per family, in the order of the manual.
//!
//! Nothing here knows how a KPI is computed. To add one, write its file and its name in the list of
//! its family; `docs/adding-a-kpi.md` is the recipe.

use crate::define::Kpi;

/// Declares the modules of a family and the list of its KPIs together, so that neither can be
/// forgotten.
macro_rules! family {
    ($list:ident: $($name:ident),+ $(,)?) => {
        $(mod $name;)+
        pub(super) const $list: &[&crate::define::Kpi] = &[$(&$name::KPI),+];
    };
}

mod cross_sell {
    //! Do customers buy more than one product?
    family! {
        LIST: cross_sell_rate, cross_sell_ratio, cross_sell_revenue, cross_sell_revenue_share,
        cross_sell_conversion_rate, cross_sell_opportunity_size, cross_sell_qualified_opportunities,
        time_to_cross_sell, median_time_to_cross_sell, products_per_customer
    }
}
mod upsell {
    //! Do customers move up?
    family! { LIST: upsell_rate, upsell_revenue }
}
mod penetration {
    //! How widely is each product held?
    family! { LIST: penetration, product_mix, attach_rate, basket_support, basket_lift }
}
mod customer_value {
    //! What is a customer worth?
    family! { LIST: arpa, average_purchase_value, purchase_frequency, customer_lifespan, clv,
    repeat_purchase_rate, nrr, grr }
}
mod sales_performance {
    //! How well are chances turned into deals, and deals into use?
    family! { LIST: sales_cycle_length, median_sales_cycle_length, sales_team_engagement, implementation_success_rate }
}
mod customer_success {
    //! Are customers content, and do they stay?
    family! {
        LIST: product_usage_rate, csat, nps, churn_rate, single_product_churn_rate,
        multi_product_churn_rate, churn_gap
    }
}

/// Every KPI, in the order of the manual.
pub fn all() -> impl Iterator<Item = &'static Kpi> {
    [
        cross_sell::LIST,
        upsell::LIST,
        penetration::LIST,
        customer_value::LIST,
        sales_performance::LIST,
        customer_success::LIST,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The KPI of a name, or of an alias.
pub fn find(name: &str) -> Option<&'static Kpi> {
    all().find(|kpi| kpi.name == name || kpi.aliases.contains(&name))
}
