//! Where a definition comes from.

/// What a publication says a KPI is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who says it.
    pub publication: Publication,
    /// The definition in short.
    pub says: &'static str,
}

/// The texts that the definitions are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publication {
    /// An article on the customer cross-sell rate of B2B software companies.
    CustomerCrossSellRate,
    /// A definition of the customer cross-sell rate with its kinds and benchmarks.
    CrossSellRateMetric,
    /// A guide to the metrics of cross-selling.
    MeasuringCrossSelling,
    /// A definition of the upsell rate as a CRM tracks it.
    CrmUpsellRate,
    /// An entry of a KPI database.
    CrossSellRatioBySegment,
    /// What analysts commonly mean by the name.
    CommonUsage,
}

impl Publication {
    /// Its title.
    pub fn title(self) -> &'static str {
        match self {
            Publication::CustomerCrossSellRate => "Understanding Customer Cross-sell Rate (CCR)",
            Publication::CrossSellRateMetric => "Customer Cross-Sell Rate Metric Definition",
            Publication::MeasuringCrossSelling => {
                "Measuring Cross-Selling Success: Key Metrics and KPIs"
            }
            Publication::CrmUpsellRate => "CRM Upsell Rate Metric Definition",
            Publication::CrossSellRatioBySegment => "KPI Depot: Cross-Sell Ratio by Segment",
            Publication::CommonUsage => "common usage",
        }
    }
}
