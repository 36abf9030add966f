//! What the functions that are there once for all KPIs have in common: their signatures, their help, and the
//! words for arguments that they do not take.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{DocSection, Documentation, Signature, TypeSignature, Volatility};

/// The chapter of functions on stored states.
pub const STORED: &str = "Stored KPI states";
/// The chapter of functions that judge values.
pub const JUDGED: &str = "Judging KPI values";

/// Any types, so that `return_type` gets to see them and can refuse in words that help. The names may be
/// used in the call.
pub fn of_arguments(names: &[&str]) -> Signature {
    let mut signature = any_of(&[names.len()]);
    signature.parameter_names = Some(names.iter().map(|name| name.to_string()).collect());
    signature
}

/// The same with one of some numbers of arguments.
pub fn any_of(counts: &[usize]) -> Signature {
    let counts = counts.iter().map(|count| TypeSignature::Any(*count));
    Signature::one_of(counts.collect(), Volatility::Immutable)
}

/// What SHOW FUNCTIONS tells.
pub fn documentation(
    chapter: &'static str,
    description: &str,
    syntax: &str,
    example: &str,
    arguments: &[(&str, &str)],
) -> Documentation {
    let section = DocSection {
        include: true,
        label: chapter,
        description: None,
    };
    let builder = Documentation::builder(section, description, syntax).with_sql_example(example);
    let builder = arguments.iter().fold(builder, |builder, (name, meaning)| {
        builder.with_argument(*name, *meaning)
    });
    builder.build()
}

/// The error for an argument that is of another type than expected.
pub fn wrong_argument(
    function: &str,
    position: usize,
    expected: &str,
    got: &DataType,
    example: &str,
) -> DataFusionError {
    DataFusionError::Plan(format!(
        "{function}: argument {} must be {expected}; got {got}. Example: {example}",
        position + 1
    ))
}

/// Checks the one argument of a function that takes a state.
pub fn takes_a_state(function: &str, arg_types: &[DataType]) -> Result<()> {
    match &arg_types[0] {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null => Ok(()),
        DataType::Dictionary(_, values) => takes_a_state(function, &[values.as_ref().clone()]),
        other => Err(wrong_argument(
            function,
            0,
            "a state of type BINARY, as a function such as arpa_state gives it",
            other,
            &format!("{function}(state)"),
        )),
    }
}

/// Whether an argument is a text, or can stand for one.
pub fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}
