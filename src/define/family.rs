//! The chapters of the library.

/// The chapters of the KPI library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Do customers buy more than one product?
    CrossSell,
    /// Do customers move up?
    Upsell,
    /// How widely is each product held?
    Penetration,
    /// What is a customer worth?
    CustomerValue,
    /// How well are chances turned into deals, and deals into use?
    SalesPerformance,
    /// Are customers content, and do they stay?
    CustomerSuccess,
}

impl Family {
    /// The title of the chapter.
    pub fn title(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell",
            Family::Upsell => "Upsell",
            Family::Penetration => "Penetration and mix",
            Family::CustomerValue => "Customer value",
            Family::SalesPerformance => "Sales performance and operations",
            Family::CustomerSuccess => "Customer success",
        }
    }

    /// The title where it stands among chapters of other functions.
    pub fn chapter(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell KPIs",
            Family::Upsell => "Upsell KPIs",
            Family::Penetration => "Penetration KPIs",
            Family::CustomerValue => "Customer value KPIs",
            Family::SalesPerformance => "Sales performance KPIs",
            Family::CustomerSuccess => "Customer success KPIs",
        }
    }
}
