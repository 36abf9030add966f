//! Arguments that several judging functions take, and the refusal of what is none.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use crate::engine::call_docs::{Argument, Calls};
use crate::engine::parts_array;

/// What an argument with the parts of a KPI means.
pub const PARTS_OF_A_KPI: &str = "the parts of a KPI, as a function such as csat_parts gives them";

/// An argument that is the STRUCT of a `_parts` function.
pub fn parts(name: &'static str, meaning: &'static str) -> Argument {
    Argument {
        name,
        shown: parts_array::data_type(),
        meaning,
    }
}

/// An argument that is a number.
pub fn number(name: &'static str, meaning: &'static str) -> Argument {
    Argument {
        name,
        shown: DataType::Float64,
        meaning,
    }
}

/// Refuses an argument that is no parts.
pub fn check_parts(calls: &Calls, types: &[DataType], position: usize) -> Result<()> {
    let given = &types[position];
    match *given == DataType::Null || parts_array::are_parts(given) {
        true => Ok(()),
        false => {
            Err(calls.wrong_argument(position, "the STRUCT that a _parts function gives", given))
        }
    }
}

/// Whether a type is that of numbers, or of nothing but NULL.
pub fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric() || *data_type == DataType::Null
}

/// Refuses an argument that is no number.
pub fn check_number(
    calls: &Calls,
    types: &[DataType],
    position: usize,
    expected: &str,
) -> Result<()> {
    match is_number(&types[position]) {
        true => Ok(()),
        false => Err(calls.wrong_argument(position, expected, &types[position])),
    }
}
