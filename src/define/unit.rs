//! The unit of a value, and which way it should go.

/// The unit of a KPI's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Percent, 0 to 100.
    Percent,
    /// Percent of a start, which growth takes above 100.
    PercentOfStart,
    /// Points, -100 to 100.
    Points,
    /// Days.
    Days,
    /// The unit of the amounts.
    Money,
    /// A plain number.
    Number,
    /// A list of products with numbers and shares of customers.
    Mix,
    /// Years of 365.25 days.
    Years,
}

impl Unit {
    /// The unit in words.
    pub fn words(self) -> &'static str {
        match self {
            Unit::Percent => "percent (0 to 100)",
            Unit::PercentOfStart => "percent (growth takes it above 100)",
            Unit::Points => "points (-100 to 100)",
            Unit::Days => "days",
            Unit::Money => "the unit of the amounts",
            Unit::Number => "a plain number",
            Unit::Mix => "a list of structs; the shares are percent and add up to more than 100",
            Unit::Years => "years of 365.25 days",
        }
    }
}

/// Which way a KPI should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// It describes; whether more is better depends on the business.
    Neither,
}
