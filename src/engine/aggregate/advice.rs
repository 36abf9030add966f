//! What to write instead: a call that works, made of the arguments that were given.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::utils::quote_identifier;

use super::function::KpiFunction;
use crate::define::{Arg, Form, Kind};
use crate::engine::name_words::words_of;
use crate::fold::facts::call::plain_type;

/// An argument as it was given.
#[derive(Debug, Clone, Copy)]
pub struct GivenArgument<'a> {
    /// Its type.
    pub data_type: &'a DataType,
    /// The name of its column, if it is one.
    pub column: Option<&'a str>,
}

/// A call of a form with the arguments that were given, put right where their types do not fit; the form's sample call
/// where that cannot be done.
pub fn call_that_works(function: KpiFunction, form: &Form, given: &[GivenArgument]) -> String {
    // A column of customers is no amount of theirs.
    let is_twice = |of: &GivenArgument| {
        let same = given.iter().filter(|other| other.column == of.column);
        of.column.is_some() && same.count() > 1
    };
    let arguments = form.args.iter().zip(given);
    let arguments: Option<Vec<String>> = arguments
        .map(|(arg, given)| match arg.kind.takes(given.data_type) {
            true => Some(given.column.map_or(arg.column.to_string(), identifier)),
            false if is_twice(given) && arg.kind == Kind::Amount => None,
            false => put_right(arg, *given),
        })
        .collect();
    match arguments {
        Some(arguments) => format!("{}({})", function.name(), arguments.join(", ")),
        None => function.sample_call(form),
    }
}

/// An expression that has the type that an argument asks for, of the column that was given or of one that could be.
fn put_right(arg: &Arg, given: GivenArgument) -> Option<String> {
    let is_name = |text: &&str| identifier(text) == **text;
    let sample = Some(arg.column).filter(is_name);
    match (arg.kind, given.column.or(sample)) {
        (Kind::Flag, None) => Some(arg.column.to_string()),
        (Kind::Flag, Some(column)) => Some(as_flag(column, given.data_type)),
        (Kind::Tier, Some(column)) if is_text(given.data_type) => Some(ranked(column)),
        (Kind::Time | Kind::Date, Some(column)) if is_text(given.data_type) => {
            Some(format!("CAST({} AS TIMESTAMP)", identifier(column)))
        }
        (Kind::Amount | Kind::Score, Some(column)) if is_text(given.data_type) => {
            Some(format!("CAST({} AS DOUBLE)", identifier(column)))
        }
        _ => None,
    }
}

/// What is to be said of a call that compares with values that nobody has seen.
pub fn of_made_up(form: &Form, given: &[GivenArgument]) -> String {
    let mut arguments = form.args.iter().zip(given);
    let compared = arguments.find(|(arg, given)| {
        matches!(arg.kind, Kind::Flag | Kind::Tier) && is_text(given.data_type)
    });
    match compared.map(|(arg, given)| (arg.kind, given.column)) {
        Some((Kind::Tier, _)) => {
            ". In place of 'Free', 'Pro' and 'Enterprise', write the plans that there are"
                .to_string()
        }
        Some((_, Some(column))) if is_named_like_a_flag(column) => format!(
            ". In place of 'Yes', write the value that means yes; CAST({} AS BOOLEAN) takes yes, true, on and 1 for it, \
             and no, false, off and 0",
            identifier(column)
        ),
        Some((_, Some(_))) => ". In place of 'X', write the value that means yes".to_string(),
        _ => String::new(),
    }
}

/// A comparison that makes a flag of a column.
pub fn as_flag(column: &str, data_type: &DataType) -> String {
    let compared = match plain_type(data_type) {
        text if is_text(text) && is_named_like_a_flag(column) => "= 'Yes'",
        text if is_text(text) => "= 'X'",
        number if number.is_numeric() => "= 1",
        _ => "IS NOT NULL",
    };
    format!("{} {compared}", identifier(column))
}

/// The rank of a plan that a text names.
pub fn ranked(column: &str) -> String {
    format!(
        "CASE {} WHEN 'Free' THEN 1 WHEN 'Pro' THEN 2 WHEN 'Enterprise' THEN 3 END",
        identifier(column)
    )
}

/// A column's name as SQL has it.
pub fn identifier(column: &str) -> String {
    quote_identifier(column).into_owned()
}

fn is_text(data_type: &DataType) -> bool {
    plain_type(data_type).is_string()
}

/// The words that begin or end the names of flags.
const WORDS: [&str; 4] = ["is", "has", "was", "flag"];

/// Whether a name has such a word: is_won, IsWon, `Is Closed`, hs_is_closed, IsWon__c, won_flag; not isbn, island or
/// flagship.
pub fn is_named_like_a_flag(column: &str) -> bool {
    let mut words = words_of(column).into_iter();
    words.any(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_known_by_a_word_of_their_name() {
        for name in [
            "is_won",
            "IsWon",
            "isWon",
            "IS_WON",
            "IsWon__c",
            "hs_is_closed",
            "Is Closed",
            "is closed won",
            "HSIsClosed",
            "isWON",
            "won_flag",
            "wonFlag",
            "FLAG",
            "flag2",
            "has-crm",
            "deal.is_won",
            "Was_Churned__c",
            "HAS_CRM",
            "hasCRM",
            "is",
            "kunde_is_vip",
            "Is geschlossen",
        ] {
            assert!(is_named_like_a_flag(name), "{name}");
        }
        for name in [
            "isbn",
            "ISBN",
            "hash",
            "wash",
            "island",
            "flagship",
            "Flagship",
            "this",
            "product",
            "history",
            "basis",
            "wasser",
            "analysis_id",
            "Hashtag",
            "",
            "flags",
            "HISTORY",
            "Iso",
            "Isbn10",
        ] {
            assert!(!is_named_like_a_flag(name), "{name}");
        }
    }

    #[test]
    fn comparisons_fit_the_type() {
        let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        for (column, data_type, expected) in [
            ("is_won", &DataType::Utf8View, "is_won = 'Yes'"),
            ("IsWon__c", &dictionary, "\"IsWon__c\" = 'Yes'"),
            ("channel", &DataType::Utf8, "channel = 'X'"),
            ("is_won", &DataType::Int8, "is_won = 1"),
            ("is_won", &DataType::Decimal128(1, 0), "is_won = 1"),
            ("Is Closed", &DataType::Date32, "\"Is Closed\" IS NOT NULL"),
        ] {
            assert_eq!(as_flag(column, data_type), expected);
        }
    }
}
