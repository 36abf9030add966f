//! The segments of a group: each once, in their order.

use std::ops::Add;

use datafusion::arrow::array::{Array, ArrayRef, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::error::{DataFusionError, Result};

use crate::engine::call_docs::{Argument, Calls};
use crate::engine::parts_array;

/// The argument that names segments.
pub fn argument() -> Argument {
    Argument {
        name: "segment",
        shown: DataType::Utf8,
        meaning: "what tells the segments apart: any type that GROUP BY accepts; each segment stands in one row",
    }
}

/// Refuses a type that has no order, as those of maps and unions.
pub fn check_segment(calls: &Calls, types: &[DataType]) -> Result<()> {
    let field = SortField::new(types[0].clone());
    match RowConverter::supports_fields(&[field]) && !parts_array::are_parts(&types[0]) {
        true => Ok(()),
        false => {
            Err(calls.wrong_argument(0, "a segment, of a type that GROUP BY accepts", &types[0]))
        }
    }
}

/// The rows by segment, NULL last. A segment that stands in two rows is an error: they would have to be put together first.
pub fn by_segment(function: &str, segments: &ArrayRef, example: &str) -> Result<UInt64Array> {
    let converter = RowConverter::new(vec![SortField::new_with_options(
        segments.data_type().clone(),
        datafusion::arrow::compute::SortOptions {
            descending: false,
            nulls_first: false,
        },
    )])?;
    let rows = converter.convert_columns(std::slice::from_ref(segments))?;
    let mut order: Vec<usize> = (0..segments.len()).collect();
    order.sort_by(|one, other| rows.row(*one).cmp(&rows.row(*other)));
    for pair in order.windows(2) {
        if rows.row(pair[0]) == rows.row(pair[1]) {
            return Err(DataFusionError::Execution(format!(
                "{function}: the segment {} is there twice, and each must be one row: GROUP BY segment in the query that gives \
                 the parts, and group by anything else that it is grouped by around {function} as well. Example: {example}",
                shown(segments, pair[0])?
            )));
        }
    }
    Ok(UInt64Array::from_iter_values(
        order.into_iter().map(|row| row as u64),
    ))
}

fn shown(segments: &ArrayRef, row: usize) -> Result<String> {
    Ok(match segments.is_null(row) {
        true => "NULL".to_string(),
        false => array_value_to_string(segments, row)?,
    })
}

/// Columns in another order.
pub fn ordered(columns: &[ArrayRef], order: &UInt64Array) -> Result<Vec<ArrayRef>> {
    let columns = columns.iter().map(|column| take(column, order, None));
    Ok(columns.collect::<std::result::Result<_, _>>()?)
}

/// What a segment is divided of, to be added up.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Quotient {
    /// The numerator.
    pub numerator: f64,
    /// The denominator.
    pub denominator: f64,
}

impl Add for Quotient {
    type Output = Quotient;

    fn add(self, other: Quotient) -> Quotient {
        Quotient {
            numerator: self.numerator + other.numerator,
            denominator: self.denominator + other.denominator,
        }
    }
}

/// Refuses a last segment NULL that is all others together: the line of a ROLLUP or CUBE is no segment. Segments that are not
/// disjoint are not seen otherwise. Sides of which nothing was divided tell nothing: 0 is the sum of zeros.
pub fn refuse_total(function: &str, segments: &ArrayRef, sides: &[Vec<Quotient>]) -> Result<()> {
    let is_null = segments.len() > 1 && segments.is_null(segments.len() - 1);
    let is_close = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(other.abs());
    let is_sum = |quotients: &Vec<Quotient>| {
        quotients.split_last().is_some_and(|(last, others)| {
            let others = others.iter();
            let sum = others.fold(Quotient::default(), |sum, one| sum + *one);
            is_close(last.numerator, sum.numerator) && is_close(last.denominator, sum.denominator)
        })
    };
    let is_told = |quotients: &Vec<Quotient>| {
        let last = quotients.last();
        last.is_some_and(|last| last.denominator != 0.0)
    };
    match is_null && sides.iter().any(is_told) && sides.iter().all(is_sum) {
        false => Ok(()),
        true => Err(DataFusionError::Execution(format!(
            "{function}: the segment NULL has as much as all others together: it seems to be the total of a ROLLUP or CUBE, which \
             would count everybody twice. Leave it out with HAVING grouping(segment) = 0, or, if it is a segment, name it: \
             coalesce(segment, 'none')"
        ))),
    }
}
