//! What the value of a KPI is, as far as it can be judged beside others.

use datafusion::error::{DataFusionError, Result};

use crate::define::{Finish, Grain, Kpi, RowFold};

/// What a value is, and so what its parts tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// 100 × a count ÷ another.
    Share,
    /// A sum ÷ a count.
    Mean,
    /// 100 × what promoters are more than detractors ÷ a count.
    NetScore,
    /// 100 × a sum ÷ another.
    Ratio,
    /// A median of so many.
    Median,
    /// What is no quotient, in words.
    Other(&'static str),
}

impl ValueKind {
    /// That of a KPI. All of its forms are of one kind.
    pub fn of(kpi: &Kpi) -> Self {
        ValueKind::of_form(&kpi.forms[0])
    }

    fn of_form(form: &crate::define::Form) -> Self {
        match form.finish {
            Finish::Percent => match form.grain {
                Grain::Row(RowFold::NetScore { .. }) => ValueKind::NetScore,
                Grain::Row(_) | Grain::Entity { .. } => ValueKind::Share,
            },
            Finish::Mean
            | Finish::MeanDays
            | Finish::MeanYears
            | Finish::MeanAmount(_)
            | Finish::SumPerEntity(_)
            | Finish::DistinctPerEntity(_) => ValueKind::Mean,
            Finish::SumShare(_, _) | Finish::Retention { .. } | Finish::OutsideBasketShare(_) => {
                ValueKind::Ratio
            }
            Finish::MedianDays => ValueKind::Median,
            Finish::Count | Finish::Sum(_) | Finish::OutsideBasket(_) => {
                ValueKind::Other("a total")
            }
            Finish::PercentDifference => ValueKind::Other("a difference of two percentages"),
            Finish::Lift => ValueKind::Other("a lift"),
            Finish::Mix(_) => ValueKind::Other("a list"),
            Finish::LifetimeValue { .. } => ValueKind::Other("a product of means"),
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            ValueKind::Share => "a percentage of counted things",
            ValueKind::Mean => "a mean",
            ValueKind::NetScore => "a net score",
            ValueKind::Ratio => "a share of one sum in another",
            ValueKind::Median => "a median",
            ValueKind::Other(words) => words,
        }
    }

    /// By what the quotient of the parts is multiplied; `None` where the value is no such quotient.
    pub fn scale(self) -> Option<f64> {
        match self {
            ValueKind::Share | ValueKind::NetScore | ValueKind::Ratio => Some(100.0),
            ValueKind::Mean => Some(1.0),
            ValueKind::Median | ValueKind::Other(_) => None,
        }
    }

    /// Whether the denominator of its parts is a number of things.
    pub fn counts(self) -> bool {
        match self {
            ValueKind::Share | ValueKind::Mean | ValueKind::NetScore | ValueKind::Median => true,
            ValueKind::Ratio | ValueKind::Other(_) => false,
        }
    }
}

/// The KPI that parts name.
pub fn kpi_of(function: &str, name: &str) -> Result<&'static Kpi> {
    crate::kpi::find(name).ok_or_else(|| {
        DataFusionError::Execution(format!(
            "{function}: there is no KPI {name:?}; SELECT name FROM kpi_catalog() lists them"
        ))
    })
}

/// The one KPI that all parts of a call are of; `None` where there are no parts.
pub fn one_kpi<'a>(
    function: &str,
    names: impl Iterator<Item = &'a str>,
    example: &str,
) -> Result<Option<&'static Kpi>> {
    let mut only: Option<&str> = None;
    for name in names {
        match only {
            Some(first) if first != name => {
                return Err(DataFusionError::Execution(format!(
                    "{function}: all arguments must be parts of one KPI; got {first} and {name}. Example: {example}"
                )));
            }
            _ => only = Some(name),
        }
    }
    only.map(|name| kpi_of(function, name)).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts do not tell which form they are of.
    #[test]
    fn all_forms_of_a_kpi_are_of_one_kind() {
        for kpi in crate::kpi::all() {
            for form in kpi.forms {
                let (kind, of_kpi) = (ValueKind::of_form(form), ValueKind::of(kpi));
                assert_eq!(kind, of_kpi, "{}", kpi.signature(form));
            }
        }
    }
}
