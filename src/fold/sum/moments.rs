//! How far amounts scatter around their mean, per group, in one pass and in any order.
//!
//! The squares are kept to twice the digits of a float, because what the scatter is made of is the small
//! difference of two large sums.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;

use crate::fold::sum::change::Change;
use crate::fold::sum::floats::FloatSums;

/// The sum and the sum of squares of each group's amounts.
#[derive(Debug, Default)]
pub struct Moments {
    sums: FloatSums,
    squares: FloatSums,
}

/// The columns of [`Moments::state`].
pub const STATE_TYPES: [(&str, DataType); 4] = [
    ("moment", DataType::Float64),
    ("moment_rounded_off", DataType::Float64),
    ("squares", DataType::Float64),
    ("squares_rounded_off", DataType::Float64),
];

impl Moments {
    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.sums.grow(groups);
        self.squares.grow(groups);
    }

    /// Adds each row's amount to its group. NULL adds nothing.
    pub fn update(&mut self, amounts: &ArrayRef, groups: &[usize]) -> Result<(), ArrowError> {
        let amounts = cast(amounts, &DataType::Float64)?;
        for (amount, group) in amounts.as_primitive::<Float64Type>().iter().zip(groups) {
            if let Some(amount) = amount {
                self.add(*group, amount);
            }
        }
        Ok(())
    }

    /// Adds an amount to a group.
    pub fn add(&mut self, group: usize, amount: f64) {
        self.sums.change(group, amount, Change::Add);
        self.sums.renormalize(group);
        add_product(&mut self.squares, group, amount, amount);
        self.squares.renormalize(group);
    }

    /// The sum of the squared distances of `n` amounts to their mean; NaN where the amounts or their squares
    /// do not add up to a number.
    pub fn squared_deviations(&self, group: usize, n: u64) -> f64 {
        let (sum, lost) = self.sums.parts_of(group);
        let (squares, squares_lost) = self.squares.parts_of(group);
        let n = n as f64;
        let mean = sum / n;
        // Σ (x − m)² = Σ x² − 2 m Σ x + n m², for any m; each product with its rounding error.
        let mut deviations = FloatSums::default();
        deviations.grow(1);
        deviations.change(0, squares, Change::Add);
        deviations.change(0, squares_lost, Change::Add);
        add_product(&mut deviations, 0, -2.0 * mean, sum);
        add_product(&mut deviations, 0, -2.0 * mean, lost);
        let square = mean * mean;
        add_product(&mut deviations, 0, n, square);
        add_product(&mut deviations, 0, n, mean.mul_add(mean, -square));
        match deviations.of(0) {
            of_rounding if of_rounding < 0.0 => 0.0,
            deviations if deviations.is_finite() => deviations,
            _ => f64::NAN,
        }
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        let mut state: Vec<ArrayRef> = vec![];
        for sums in [&self.sums, &self.squares] {
            let parts = || sums.parts().take(groups);
            state.push(Arc::new(Float64Array::from_iter_values(
                parts().map(|(sum, _)| sum),
            )));
            state.push(Arc::new(Float64Array::from_iter_values(
                parts().map(|(_, lost)| lost),
            )));
        }
        state
    }

    /// Adds the rows of a state.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) {
        for (sums, columns) in [&mut self.sums, &mut self.squares]
            .into_iter()
            .zip(state.chunks(2))
        {
            for column in columns {
                for (part, group) in column.as_primitive::<Float64Type>().iter().zip(groups) {
                    sums.change(*group, part.unwrap_or(0.0), Change::Add);
                    sums.renormalize(*group);
                }
            }
        }
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        self.sums.drop_first(groups);
        self.squares.drop_first(groups);
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.sums.size() + self.squares.size()
    }
}

/// Adds a product together with what its rounding took.
fn add_product(sums: &mut FloatSums, group: usize, a: f64, b: f64) {
    let product = a * b;
    sums.change(group, product, Change::Add);
    if product.is_finite() {
        sums.change(group, a.mul_add(b, -product), Change::Add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values near a billion that differ by thousandths: the naive difference of sums has no right digit.
    #[test]
    fn small_scatter_around_a_large_mean_is_not_lost() {
        let mut moments = Moments::default();
        moments.grow(1);
        let amounts: ArrayRef = Arc::new(Float64Array::from_iter_values(
            (0..1000).map(|i| 1e9 + f64::from(i % 5) / 1024.0),
        ));
        moments.update(&amounts, &[0; 1000]).unwrap();
        // 0, 1, 2, 3, 4 in turn: two hundred times 4 + 1 + 0 + 1 + 4, in units of 1/1024².
        let expected = 2000.0 / (1024.0 * 1024.0);
        let deviations = moments.squared_deviations(0, 1000);
        assert!(
            ((deviations - expected) / expected).abs() < 1e-9,
            "{deviations}"
        );
    }

    fn deviations(amounts: impl IntoIterator<Item = f64>) -> f64 {
        let mut moments = Moments::default();
        moments.grow(1);
        let amounts: ArrayRef = Arc::new(Float64Array::from_iter_values(amounts));
        moments.update(&amounts, &vec![0; amounts.len()]).unwrap();
        moments.squared_deviations(0, amounts.len() as u64)
    }

    /// What is left of a hundred thousand roundings is less than one of the sum.
    #[test]
    fn amounts_that_are_all_alike_scatter_by_rounding_alone() {
        for amount in [0.1, 1e9 + 0.1, -3.3e-7] {
            let scatter = deviations(std::iter::repeat_n(amount, 100_000)).sqrt();
            assert!(scatter <= f64::EPSILON * 1e5 * amount.abs(), "{scatter:e}");
        }
    }

    #[test]
    fn what_has_no_finite_square_has_no_known_scatter() {
        for amount in [f64::INFINITY, f64::NAN, 1e200] {
            assert!(deviations([1.0, amount, 3.0]).is_nan(), "{amount}");
        }
    }
}
