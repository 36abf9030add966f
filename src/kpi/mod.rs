//! The facts: one file per KPI, one folder per family, in the order of the manual.
//!
//! Nothing here knows how a KPI is computed. To add one, write its file and its name in the list of
//! its family; `docs/adding-a-kpi.md` is the recipe.

use crate::define::Kpi;

/// The families, each with its question and its KPIs, in the order of the manual; a macro is given them all.
macro_rules! families {
    ($then:ident) => {
        $then! {
            "Do customers buy more than one product?"
            cross_sell: cross_sell_rate, cross_sell_ratio, cross_sell_revenue, cross_sell_revenue_share,
                cross_sell_conversion_rate, cross_sell_opportunity_size, cross_sell_qualified_opportunities,
                time_to_cross_sell, median_time_to_cross_sell, products_per_customer;
            "Do customers move up?"
            upsell: upsell_rate, upsell_revenue;
            "How widely is each product held?"
            penetration: penetration, product_mix, attach_rate, basket_support, basket_lift;
            "What is a customer worth?"
            customer_value: arpa, average_purchase_value, purchase_frequency, customer_lifespan, clv,
                repeat_purchase_rate, nrr, grr;
            "How well are chances turned into deals, and deals into use?"
            sales_performance: sales_cycle_length, median_sales_cycle_length, sales_team_engagement,
                implementation_success_rate;
            "Are customers content, and do they stay?"
            customer_success: product_usage_rate, csat, nps, churn_rate, single_product_churn_rate,
                multi_product_churn_rate, churn_gap;
        }
    };
}

/// Declares the module of each KPI and the list of all together, so that neither can be forgotten.
macro_rules! declare {
    ($($question:literal $family:ident: $($name:ident),+;)+) => {
        $(
            #[doc = $question]
            mod $family {
                $(mod $name;)+
                pub(super) const LIST: &[&crate::define::Kpi] = &[$(&$name::KPI),+];
            }
        )+

        /// Every KPI, in the order of the manual.
        pub fn all() -> impl Iterator<Item = &'static Kpi> {
            [$($family::LIST),+].into_iter().flatten().copied()
        }
    };
}

families!(declare);

pub(crate) use families;

/// The KPI of a name, or of an alias.
pub fn find(name: &str) -> Option<&'static Kpi> {
    all().find(|kpi| kpi.name == name || kpi.aliases.contains(&name))
}
