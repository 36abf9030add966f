//! One call of a form: the facts that are known when a query is planned, and what follows from them.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, FieldRef, TimeUnit};
use datafusion::arrow::error::ArrowError;

use super::money::{mean_type, quotient_type, sum_type};
use super::tally::Tally;
use super::totals::Totals;
use super::words::{Encoder, SharedEncoder};
use crate::define::{Count, Finish, Fold, Form, Grain, Kind, Kpi, RowFold};

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The value alone.
    Value,
    /// The value with what it was made of, and how sure it is; see [`super::parts`].
    Parts,
    /// All that is known of the rows, to be merged with that of others and finished later.
    State,
}

impl Answer {
    /// Whether more has to be known of the rows than the value needs.
    pub fn is_audited(self) -> bool {
        self != Answer::Value
    }
}

/// A form together with the facts of one call of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Of which KPI.
    pub kpi: &'static Kpi,
    /// What is asked for.
    pub answer: Answer,
    /// Which argument list.
    pub form: &'static Form,
    /// The types of the arguments.
    pub arg_types: Vec<DataType>,
    /// The value of its argument that is written out, if it has one.
    pub literal: Option<f64>,
    /// Where the items are counted that a form divides by its entities.
    pub items: Items,
}

/// Who counts the distinct items of a [`Finish::DistinctPerEntity`]. Two entities may have an item in common, so the groups
/// of two partitions are added up only where rows are together by item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Items {
    /// The call itself, which hands on their names.
    Here,
    /// Another call, whose entities they are.
    Elsewhere,
}

impl Call {
    /// The type of the value.
    pub fn value_type(&self) -> Result<DataType, ArrowError> {
        match self.form.finish {
            Finish::Percent
            | Finish::Mean
            | Finish::MeanDays
            | Finish::MedianDays
            | Finish::MeanYears
            | Finish::PercentDifference
            | Finish::Lift
            | Finish::SumShare(_, _)
            | Finish::DistinctPerEntity(_)
            | Finish::Retention { .. }
            | Finish::LifetimeValue { .. }
            | Finish::OutsideBasketShare(_) => Ok(DataType::Float64),
            Finish::Count => Ok(DataType::Int64),
            Finish::Mix(item) => Ok(super::mix::mix_type(&self.arg_types[item])),
            Finish::SumPerEntity(total) => quotient_type(&self.arg_types[total.amount]),
            Finish::Sum(total) | Finish::OutsideBasket(total) => {
                sum_type(&self.arg_types[total.amount])
            }
            Finish::MeanAmount(total) => mean_type(&self.arg_types[total.amount]),
        }
    }

    /// The columns of a partial state.
    pub fn state_fields(&self) -> Result<Vec<FieldRef>, ArrowError> {
        Ok(super::groups::Groups::new(self.clone())?.state_fields()?)
    }

    /// The encoders of the arguments that a fold reads as words; those that name the entities are not among them.
    pub(super) fn encoders(&self) -> Result<Vec<Option<SharedEncoder>>, ArrowError> {
        let args = self.form.args.iter().enumerate();
        args.zip(&self.arg_types)
            .map(|((position, arg), data_type)| {
                let encoder = match arg.kind {
                    _ if self.is_elsewhere(position) => return Ok(None),
                    Kind::Item if self.is_dense(position) => Encoder::dense(data_type)?,
                    Kind::Item | Kind::Flag | Kind::Time | Kind::Tier => {
                        Encoder::ordered(data_type)?
                    }
                    Kind::Date => Encoder::dates()?,
                    Kind::Entity | Kind::Amount | Kind::Score | Kind::AtLeast | Kind::Years => {
                        return Ok(None);
                    }
                };
                Ok(Some(encoder.into()))
            })
            .collect()
    }

    /// The argument whose items the call counts beside its entities.
    pub fn counted_items(&self) -> Option<usize> {
        match (self.form.finish, self.items) {
            (Finish::DistinctPerEntity(item), Items::Here) => Some(item),
            _ => None,
        }
    }

    /// Whether nothing reads this argument, because another call does.
    fn is_elsewhere(&self, argument: usize) -> bool {
        self.items == Items::Elsewhere
            && !self.answer.is_audited()
            && self.form.finish == Finish::DistinctPerEntity(argument)
    }

    /// Whether the words of this argument must be dense: every item is kept for each entity, or counted beside them.
    fn is_dense(&self, argument: usize) -> bool {
        let Grain::Entity { folds, .. } = self.form.grain else {
            return false;
        };
        let counts_all = matches!(self.form.finish, Finish::DistinctPerEntity(_));
        counts_all
            || folds.iter().any(|fold| match *fold {
                // Two are told apart by one word.
                Fold::DistinctAtLeast {
                    count: Count::Fixed(2),
                    ..
                }
                | Fold::DistinctUpToTwo(_) => false,
                Fold::DistinctAtLeast { item, .. }
                | Fold::DistinctCount(item)
                | Fold::TimeToOutsideBasket { item, .. }
                | Fold::RevenueOutsideBasket { item, .. } => item == argument,
                Fold::Upgrade { line, .. } => line == Some(argument),
                Fold::Exists
                | Fold::Any(_)
                | Fold::DaysBetweenFirstAndLast(_)
                | Fold::Change { .. } => false,
            })
    }

    /// How many outcomes a row or an entity has.
    pub(super) fn outcomes(&self) -> usize {
        match self.form.grain {
            Grain::Row(_) => 1,
            Grain::Entity { outcomes, .. } => outcomes.len(),
        }
    }

    /// The arguments without which a row does not count.
    pub fn required(&self) -> Vec<usize> {
        [self.key(), self.needs()].concat()
    }

    /// The arguments that name the entity, if what is judged is not a row.
    pub fn key(&self) -> &'static [usize] {
        self.form.entity()
    }

    /// The arguments without which a row does not count even for its entity's existence.
    pub fn needs(&self) -> &'static [usize] {
        match self.form.grain {
            Grain::Row(_) => &[],
            Grain::Entity { needs, .. } => needs,
        }
    }

    /// The number that a declaration gives, or this call.
    pub(super) fn count(&self, count: Count) -> u32 {
        match count {
            Count::Fixed(count) => count,
            // As large as it gets, if it is larger: nobody has more items than that.
            Count::Argument(_) => self.literal() as u32,
        }
    }

    /// The argument that is written out in the call.
    pub(super) fn literal(&self) -> f64 {
        self.literal.expect("the call was checked to have it")
    }

    /// The value of each of some groups from what was counted and added up in them.
    pub(super) fn finish(
        &self,
        tally: &Tally,
        groups: usize,
        totals: &Totals,
    ) -> Result<ArrayRef, ArrowError> {
        let floats = |value: &dyn Fn(usize) -> Option<f64>| -> ArrayRef {
            Arc::new(Float64Array::from_iter((0..groups).map(value)))
        };
        // One multiplication and one division, so that the value is off by two roundings at most.
        let mean = |outcome: usize, group: usize, times: f64, per: f64| {
            let (n, sum) = tally.of(outcome, group);
            (n > 0).then(|| sum as f64 * times / (n as f64 * per))
        };
        Ok(match self.form.finish {
            Finish::Percent => floats(&|group| mean(0, group, 100.0, 1.0)),
            Finish::Mean => floats(&|group| mean(0, group, 1.0, 1.0)),
            Finish::MeanDays => {
                let per_day = self.ticks_per_day();
                floats(&|group| mean(0, group, 1.0, per_day))
            }
            Finish::MeanYears => floats(&|group| mean(0, group, 1.0, 365.25)),
            Finish::PercentDifference => {
                floats(&|group| Some(mean(0, group, 100.0, 1.0)? - mean(1, group, 100.0, 1.0)?))
            }
            Finish::Lift => floats(&|group| {
                let (n, both) = tally.of(0, group);
                let (_, first) = tally.of(1, group);
                let (_, second) = tally.of(2, group);
                let expected = first as f64 * second as f64;
                (expected > 0.0).then(|| both as f64 * n as f64 / expected)
            }),
            Finish::Count => {
                // No more entities than ids, so the sum of their ones and zeros fits.
                let count = |group| tally.of(0, group).1 as i64;
                Arc::new(Int64Array::from_iter_values((0..groups).map(count)))
            }
            Finish::MedianDays => {
                let per_day = self.ticks_per_day();
                floats(&|group| Some(tally.median(group)? / per_day))
            }
            Finish::SumPerEntity(_) => {
                let entities = |group| Some(tally.of(0, group).0).filter(|n| *n > 0);
                let divisors = (0..groups).map(entities);
                totals.sums(0).divided_by(divisors, &self.value_type()?)?
            }
            Finish::Sum(_) => {
                let ones = (0..groups).map(|group| (totals.amounts(0, group) > 0).then_some(1));
                totals.sums(0).divided_by(ones, &self.value_type()?)?
            }
            Finish::MeanAmount(_) => {
                let added = |group| Some(totals.added(0, group)).filter(|n| *n > 0);
                let divisors = (0..groups).map(added);
                totals.sums(0).divided_by(divisors, &self.value_type()?)?
            }
            Finish::SumShare(_, _) => floats(&|group| {
                let part = totals.sums(0).as_float(group);
                let whole = totals.sums(1).as_float(group);
                (whole != 0.0).then(|| 100.0 * part / whole)
            }),
            Finish::Mix(_)
            | Finish::DistinctPerEntity(_)
            | Finish::Retention { .. }
            | Finish::LifetimeValue { .. }
            | Finish::OutsideBasket(_)
            | Finish::OutsideBasketShare(_) => {
                unreachable!("a finish that looks at entities is not given a tally")
            }
        })
    }

    /// How many units of the outcomes, which are time spans, make a day.
    pub(super) fn ticks_per_day(&self) -> f64 {
        if let Grain::Row(RowFold::TimeBetween { .. }) = self.form.grain {
            return super::rows::NANOSECONDS_PER_DAY as f64;
        }
        let times = self.form.args.iter().map(|arg| arg.kind);
        let time = times
            .zip(&self.arg_types)
            .find(|(kind, _)| *kind == Kind::Time)
            .map(|(_, data_type)| plain_type(data_type));
        match time {
            Some(DataType::Timestamp(TimeUnit::Second, _)) => 86_400.0,
            Some(DataType::Timestamp(TimeUnit::Millisecond, _) | DataType::Date64) => 86_400e3,
            Some(DataType::Timestamp(TimeUnit::Microsecond, _)) => 86_400e6,
            Some(DataType::Timestamp(TimeUnit::Nanosecond, _)) => 86_400e9,
            _ => 1.0,
        }
    }
}

/// The type of the values of a dictionary or run-end array; any other type itself.
pub fn plain_type(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::RunEndEncoded(_, values) => plain_type(values.data_type()),
        plain => plain,
    }
}

impl Kind {
    /// Whether an argument may have this type. NULL is taken for anything.
    pub fn takes(self, data_type: &DataType) -> bool {
        let data_type = plain_type(data_type);
        if *data_type == DataType::Null {
            return true;
        }
        match self {
            Kind::Entity | Kind::Item => {
                !matches!(data_type, DataType::Map(_, _) | DataType::Union(_, _))
            }
            Kind::Flag => *data_type == DataType::Boolean,
            Kind::Time | Kind::Date => matches!(
                data_type,
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, _)
            ),
            // Texts and bytes order by their letters, which says nothing of what they mean.
            Kind::Tier => {
                data_type.is_numeric()
                    || matches!(
                        data_type,
                        DataType::Boolean
                            | DataType::Date32
                            | DataType::Date64
                            | DataType::Timestamp(_, _)
                    )
            }
            Kind::Amount | Kind::Score | Kind::Years => data_type.is_numeric(),
            Kind::AtLeast => data_type.is_integer(),
        }
    }
}
