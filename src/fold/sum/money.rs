//! Sums of amounts per group, without drift.
//!
//! Integers and decimals are added exactly. Floats are added in `floats` with a compensation, which
//! keeps what each addition rounds off: the order of the rows, or a large amount that comes and goes
//! again, does not show in the digits that are printed.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Decimal256Array, Float64Array};
use datafusion::arrow::compute::{CastOptions, cast, cast_with_options};
use datafusion::arrow::datatypes::{
    DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType, Decimal128Type, Decimal256Type,
    DecimalType, Float64Type, i256,
};
use datafusion::arrow::error::ArrowError;

use crate::fold::facts::value_type::addable;
use crate::fold::sum::change::Change;
use crate::fold::sum::floats::FloatSums;

/// One sum per group.
#[derive(Debug)]
pub struct Sums {
    /// The type that amounts are cast to before they are added.
    amount_type: DataType,
    sums: KeptSums,
}

#[derive(Debug)]
enum KeptSums {
    Float(FloatSums),
    /// With the number of digits behind the point.
    Decimal128(Vec<i128>, i8),
    Decimal256(Vec<i256>, i8),
}

impl Sums {
    /// Sums of amounts of a type.
    pub fn new(data_type: &DataType) -> Result<Self, ArrowError> {
        let amount_type = addable(data_type)?;
        Ok(Sums {
            sums: match amount_type {
                DataType::Decimal128(_, scale) => KeptSums::Decimal128(vec![], scale),
                DataType::Decimal256(_, scale) => KeptSums::Decimal256(vec![], scale),
                _ => KeptSums::Float(FloatSums::default()),
            },
            amount_type,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        match &mut self.sums {
            KeptSums::Float(sums) => sums.grow(groups),
            KeptSums::Decimal128(sums, _) if sums.len() < groups => sums.resize(groups, 0),
            KeptSums::Decimal256(sums, _) if sums.len() < groups => sums.resize(groups, i256::ZERO),
            _ => {}
        }
    }

    /// Adds each row's amount to the sum of its group. NULL adds nothing.
    pub fn update(
        &mut self,
        amounts: &ArrayRef,
        groups: &[usize],
        change: Change,
    ) -> Result<(), ArrowError> {
        let amounts = cast(amounts, &self.amount_type)?;
        let add = change == Change::Add;
        match &mut self.sums {
            KeptSums::Float(sums) => {
                for (amount, group) in amounts.as_primitive::<Float64Type>().iter().zip(groups) {
                    if let Some(amount) = amount {
                        sums.change(*group, amount, change);
                    }
                }
            }
            KeptSums::Decimal128(sums, _) => {
                for (amount, group) in amounts.as_primitive::<Decimal128Type>().iter().zip(groups) {
                    let sum = &mut sums[*group];
                    let amount = amount.unwrap_or(0);
                    let changed = if add {
                        sum.checked_add(amount)
                    } else {
                        sum.checked_sub(amount)
                    };
                    *sum = changed.ok_or_else(too_large)?;
                }
            }
            KeptSums::Decimal256(sums, _) => {
                for (amount, group) in amounts.as_primitive::<Decimal256Type>().iter().zip(groups) {
                    let sum = &mut sums[*group];
                    let amount = amount.unwrap_or(i256::ZERO);
                    let changed = if add {
                        sum.checked_add(amount)
                    } else {
                        sum.checked_sub(amount)
                    };
                    *sum = changed.ok_or_else(too_large)?;
                }
            }
        }
        Ok(())
    }

    /// Each of the first groups' sums divided by a number, as one of the types below. Digits beyond
    /// those of the type are cut off, as DataFusion's `avg` does.
    pub fn divided_by(
        &self,
        divisors: impl Iterator<Item = Option<u64>>,
        to: &DataType,
    ) -> Result<ArrayRef, ArrowError> {
        match &self.sums {
            KeptSums::Float(sums) => Ok(Arc::new(Float64Array::from_iter(
                divisors
                    .zip(sums.parts())
                    .map(|(n, (sum, lost))| n.map(|n| (sum + lost) / n as f64)),
            ))),
            KeptSums::Decimal128(sums, _) if *to == DataType::Float64 => {
                Ok(Arc::new(Float64Array::from_iter(
                    divisors
                        .zip(sums)
                        .map(|(n, sum)| n.map(|n| *sum as f64 / n as f64)),
                )))
            }
            KeptSums::Decimal128(sums, scale) => decimal_quotients(
                divisors.zip(sums.iter().map(|sum| i256::from_i128(*sum))),
                *scale,
                to,
            ),
            KeptSums::Decimal256(sums, scale) => {
                decimal_quotients(divisors.zip(sums.iter().copied()), *scale, to)
            }
        }
    }

    /// A group's sum as a float.
    pub fn as_float(&self, group: usize) -> f64 {
        let scaled = |digits: f64, scale: i8| digits / 10f64.powi(scale.into());
        match &self.sums {
            KeptSums::Decimal128(sums, scale) => scaled(sums[group] as f64, *scale),
            KeptSums::Decimal256(sums, scale) => {
                // By way of its digits, which are rounded once.
                let digits = sums[group].to_string().parse();
                scaled(digits.unwrap_or(f64::NAN), *scale)
            }
            KeptSums::Float(sums) => sums.of(group),
        }
    }

    /// Adds a sum of another set of sums of the same amounts.
    pub fn add_from(&mut self, group: usize, other: &Sums, index: usize) -> Result<(), ArrowError> {
        match (&mut self.sums, &other.sums) {
            (KeptSums::Float(sums), KeptSums::Float(others)) => {
                let (sum, lost) = others.parts_of(index);
                sums.change(group, sum, Change::Add);
                sums.change(group, lost, Change::Add);
            }
            (KeptSums::Decimal128(sums, _), KeptSums::Decimal128(others, _)) => {
                sums[group] = sums[group]
                    .checked_add(others[index])
                    .ok_or_else(too_large)?;
            }
            (KeptSums::Decimal256(sums, _), KeptSums::Decimal256(others, _)) => {
                sums[group] = sums[group]
                    .checked_add(others[index])
                    .ok_or_else(too_large)?;
            }
            _ => {
                return Err(ArrowError::ComputeError(
                    "sums of different amounts cannot be put together".into(),
                ));
            }
        }
        Ok(())
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        match &mut self.sums {
            KeptSums::Float(sums) => sums.drop_first(groups),
            KeptSums::Decimal128(sums, _) => drop(sums.drain(..groups)),
            KeptSums::Decimal256(sums, _) => drop(sums.drain(..groups)),
        }
    }

    /// How many columns [`Sums::state`] has.
    pub fn state_width(&self) -> usize {
        match self.sums {
            KeptSums::Float(_) => 2,
            KeptSums::Decimal128(..) | KeptSums::Decimal256(..) => 1,
        }
    }

    /// Names and types of [`Sums::state`].
    pub fn state_types(data_type: &DataType) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        Ok(match addable(data_type)? {
            DataType::Decimal128(_, scale) => {
                vec![(
                    "total",
                    DataType::Decimal128(DECIMAL128_MAX_PRECISION, scale),
                )]
            }
            DataType::Decimal256(_, scale) => {
                vec![(
                    "total",
                    DataType::Decimal256(DECIMAL256_MAX_PRECISION, scale),
                )]
            }
            _ => vec![
                ("total", DataType::Float64),
                ("total_rounded_off", DataType::Float64),
            ],
        })
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        match &self.sums {
            KeptSums::Decimal128(sums, scale) => vec![Arc::new(
                Decimal128Array::from_iter_values(sums[..groups].iter().copied())
                    .with_data_type(DataType::Decimal128(DECIMAL128_MAX_PRECISION, *scale)),
            )],
            KeptSums::Decimal256(sums, scale) => vec![Arc::new(
                Decimal256Array::from_iter_values(sums[..groups].iter().copied())
                    .with_data_type(DataType::Decimal256(DECIMAL256_MAX_PRECISION, *scale)),
            )],
            KeptSums::Float(sums) => vec![
                Arc::new(Float64Array::from_iter_values(
                    sums.parts().take(groups).map(|(sum, _)| sum),
                )),
                Arc::new(Float64Array::from_iter_values(
                    sums.parts().take(groups).map(|(_, lost)| lost),
                )),
            ],
        }
    }

    /// Adds the rows of a state.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        match &mut self.sums {
            KeptSums::Float(sums) => {
                for column in state {
                    for (part, group) in column.as_primitive::<Float64Type>().iter().zip(groups) {
                        sums.change(*group, part.unwrap_or(0.0), Change::Add);
                    }
                }
            }
            KeptSums::Decimal128(sums, _) => {
                for (part, group) in state[0].as_primitive::<Decimal128Type>().iter().zip(groups) {
                    let sum = &mut sums[*group];
                    *sum = sum.checked_add(part.unwrap_or(0)).ok_or_else(too_large)?;
                }
            }
            KeptSums::Decimal256(sums, _) => {
                for (part, group) in state[0].as_primitive::<Decimal256Type>().iter().zip(groups) {
                    let sum = &mut sums[*group];
                    let part = part.unwrap_or(i256::ZERO);
                    *sum = sum.checked_add(part).ok_or_else(too_large)?;
                }
            }
        }
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        match &self.sums {
            KeptSums::Float(sums) => sums.size(),
            KeptSums::Decimal128(sums, _) => sums.capacity() * size_of::<i128>(),
            KeptSums::Decimal256(sums, _) => sums.capacity() * size_of::<i256>(),
        }
    }
}

/// Quotients as a decimal type, or as the integer type of a sum of integers.
fn decimal_quotients(
    quotients: impl Iterator<Item = (Option<u64>, i256)>,
    scale: i8,
    to: &DataType,
) -> Result<ArrayRef, ArrowError> {
    let (precision, out_scale) = match to {
        DataType::Decimal128(precision, out_scale) | DataType::Decimal256(precision, out_scale) => {
            (*precision, *out_scale)
        }
        // More than any 64 bits hold; the cast below finds what does not fit.
        _ => (DECIMAL128_MAX_PRECISION, 0),
    };
    let shift = i256::from_i128(10).wrapping_pow((out_scale - scale) as u32);
    let quotients = quotients
        .map(|(n, sum)| {
            n.map(|n| {
                let quotient = sum
                    .checked_mul(shift)
                    .ok_or_else(too_large)?
                    .wrapping_div(i256::from_i128(n.into()));
                Decimal256Type::validate_decimal_precision(quotient, precision, out_scale)
                    .map_err(|_| too_large())?;
                Ok(quotient)
            })
            .transpose()
        })
        .collect::<Result<Vec<_>, ArrowError>>()?;
    let decimals: ArrayRef = match to {
        DataType::Decimal256(_, _) => Arc::new(
            Decimal256Array::from_iter(quotients).with_precision_and_scale(precision, out_scale)?,
        ),
        _ => Arc::new(
            Decimal128Array::from_iter(
                quotients
                    .into_iter()
                    .map(|quotient| quotient.map(i256::as_i128)),
            )
            .with_precision_and_scale(precision, out_scale)?,
        ),
    };
    if to.is_integer() {
        let exact = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        return cast_with_options(&decimals, to, &exact).map_err(|_| too_large());
    }
    Ok(decimals)
}

fn too_large() -> ArrowError {
    ArrowError::ComputeError("the sum of the amounts does not fit into its DECIMAL type".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_amounts_that_cancel_leave_the_small_ones() {
        let mut sums = Sums::new(&DataType::Float64).unwrap();
        sums.grow(1);
        let amounts: ArrayRef = Arc::new(Float64Array::from(vec![0.1, 1e17, 0.2, -1e17]));
        sums.update(&amounts, &[0; 4], Change::Add).unwrap();
        let mean = sums
            .divided_by([Some(1)].into_iter(), &DataType::Float64)
            .unwrap();
        assert!((mean.as_primitive::<Float64Type>().value(0) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn an_infinite_amount_gives_an_infinite_sum() {
        let mut sums = Sums::new(&DataType::Float64).unwrap();
        sums.grow(1);
        let amounts: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::INFINITY, 2.0]));
        sums.update(&amounts, &[0; 3], Change::Add).unwrap();
        let mean = sums
            .divided_by([Some(1)].into_iter(), &DataType::Float64)
            .unwrap();
        assert_eq!(mean.as_primitive::<Float64Type>().value(0), f64::INFINITY);
    }

    #[test]
    fn a_decimal_sum_that_does_not_fit_is_an_error() {
        let mut sums = Sums::new(&DataType::Decimal128(38, 0)).unwrap();
        sums.grow(1);
        let large =
            Decimal128Array::from(vec![i128::MAX, 1]).with_data_type(DataType::Decimal128(38, 0));
        let amounts: ArrayRef = Arc::new(large);
        let error = sums.update(&amounts, &[0, 0], Change::Add).unwrap_err();
        assert!(error.to_string().contains("does not fit"));
    }
}
