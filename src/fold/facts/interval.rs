//! Which interval the `_parts` of a form carry, and what their numerator and denominator are.
//!
//! [`crate::fold::value::parts`] computes them, `kpi_change` compares by them, and the manual tells of them.

use crate::define::{Finish, Form, Grain, RowFold, Sought, Total};

/// How the 95 % interval of a value is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntervalMethod {
    /// Wilson's, of a percentage of counted things.
    Wilson,
    /// Student's t, around a mean.
    StudentT,
    /// The normal one, around a net score.
    Normal,
    /// Newcombe's, of the difference of two percentages.
    Newcombe,
    /// None that would be honest.
    None,
}

impl Form {
    /// How the interval of its value is found.
    pub fn interval_method(&self) -> IntervalMethod {
        match self.finish {
            Finish::Percent => match self.grain {
                Grain::Row(RowFold::NetScore { .. }) => IntervalMethod::Normal,
                Grain::Row(
                    RowFold::Exists
                    | RowFold::Flag(_)
                    | RowFold::ScoreAtLeast { .. }
                    | RowFold::TimeBetween { .. },
                )
                | Grain::Entity { .. } => IntervalMethod::Wilson,
            },
            Finish::PercentDifference => IntervalMethod::Newcombe,
            Finish::Mean
            | Finish::MeanDays
            | Finish::MeanYears
            | Finish::MeanAmount(_)
            | Finish::SumPerEntity(Total { only: None, .. })
            | Finish::DistinctPerEntity(_) => IntervalMethod::StudentT,
            Finish::SumPerEntity(Total { only: Some(_), .. })
            | Finish::Count
            | Finish::MedianDays
            | Finish::Lift
            | Finish::Sum(_)
            | Finish::SumShare(_, _)
            | Finish::Mix(_)
            | Finish::Retention { .. }
            | Finish::LifetimeValue { .. }
            | Finish::OutsideBasket(_)
            | Finish::OutsideBasketShare(_) => IntervalMethod::None,
        }
    }

    /// The interval, the numerator and the denominator of its parts, in full sentences.
    pub fn interval_in_words(&self) -> String {
        let counted = self.counted();
        let interval = match self.interval_method() {
            IntervalMethod::Wilson => {
                "The Wilson interval for a proportion. It stays between 0 and 100, and is wide for small groups."
                    .to_string()
            }
            IntervalMethod::StudentT => {
                let shared = match self.finish.sought() {
                    Some(Sought::Presence(item)) => format!(
                        ", and where one {} belongs to two of them, because the value is then not a mean",
                        self.names(&[item])
                    ),
                    Some(
                        Sought::Items(_)
                        | Sought::Change { .. }
                        | Sought::Dates { .. }
                        | Sought::Outside { .. },
                    )
                    | None => String::new(),
                };
                format!(
                    "Student's t interval for a mean over {counted}. NULL with fewer than two of them, and without variation{shared}."
                )
            }
            IntervalMethod::Normal => {
                "The normal interval for a net score, between -100 and 100. NULL where all answers fall into one group: without variation there is no estimate of the uncertainty."
                    .to_string()
            }
            IntervalMethod::Newcombe => {
                "Newcombe's interval for the difference of two proportions, based on the Wilson interval of each."
                    .to_string()
            }
            IntervalMethod::None => format!(
                "No interval, because {}: `std_error`, `ci_low` and `ci_high` are NULL.",
                self.why_none()
            ),
        };
        format!("{interval} {}", self.numerator_and_denominator())
    }

    fn why_none(&self) -> &'static str {
        match self.finish {
            Finish::MedianDays => "the interval of a mean does not apply to a median",
            Finish::Lift => "its three counts depend on each other",
            Finish::Mix(_) => "the value is a list",
            Finish::Count | Finish::Sum(_) | Finish::OutsideBasket(_) => {
                "a total is exact, not an estimate"
            }
            Finish::LifetimeValue { .. } => "it is a product of several means",
            Finish::Percent
            | Finish::Mean
            | Finish::MeanDays
            | Finish::MeanYears
            | Finish::PercentDifference
            | Finish::SumPerEntity(_)
            | Finish::MeanAmount(_)
            | Finish::SumShare(_, _)
            | Finish::DistinctPerEntity(_)
            | Finish::Retention { .. }
            | Finish::OutsideBasketShare(_) => {
                "one large amount can dominate a ratio of two sums of money"
            }
        }
    }

    fn numerator_and_denominator(&self) -> String {
        match self.finish {
            Finish::Percent if self.interval_method() == IntervalMethod::Normal => {
                "`numerator` is the number of promoters minus that of detractors, `denominator` the number of answers."
                    .to_string()
            }
            Finish::Percent => {
                let counted = self.counted();
                format!("`numerator` and `denominator` are the two counts, of {counted}.")
            }
            Finish::Mean
            | Finish::MeanDays
            | Finish::MeanYears
            | Finish::MeanAmount(_)
            | Finish::SumPerEntity(_)
            | Finish::DistinctPerEntity(_) => {
                "`numerator` is the sum, `denominator` the number it is divided by.".to_string()
            }
            Finish::MedianDays => {
                let counted = self.counted();
                format!(
                    "`denominator` is the number of {counted} that the median is over, `numerator` is NULL."
                )
            }
            Finish::Mix(_) => {
                let counted = self.counted();
                format!("`denominator` is the number of {counted}; `value` and `numerator` are NULL.")
            }
            Finish::SumShare(_, _) | Finish::OutsideBasketShare(_) | Finish::Retention { .. } => {
                "`numerator` and `denominator` are the two sums.".to_string()
            }
            Finish::Lift => {
                "`numerator` is the number with both × the number of all, `denominator` the number with one × the \
                 number with the other."
                    .to_string()
            }
            Finish::PercentDifference
            | Finish::Count
            | Finish::Sum(_)
            | Finish::OutsideBasket(_)
            | Finish::LifetimeValue { .. } => "`numerator` and `denominator` are NULL.".to_string(),
        }
    }

    /// What is counted once.
    fn counted(&self) -> String {
        match self.grain {
            Grain::Row(_) => "rows".to_string(),
            Grain::Entity { entity, .. } if entity.len() == 1 => {
                format!("distinct values of {}", self.names(entity))
            }
            Grain::Entity { entity, .. } => format!("distinct pairs of {}", self.names(entity)),
        }
    }

    fn names(&self, arguments: &[usize]) -> String {
        let names = arguments
            .iter()
            .map(|i| format!("`{}`", self.args[*i].name));
        names.collect::<Vec<_>>().join(" and ")
    }
}
