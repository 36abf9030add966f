//! DataFusion's errors in the words an analyst needs: the cause first, the layers it came through left out.

use datafusion::arrow::error::ArrowError;
use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;

use super::{dialects, phrases};
use crate::session::settings::Face;
use crate::tables::{LARGER_SAMPLE, closest};

/// What DataFusion puts before its messages, once per layer.
const PREFIXES: &[&str] = &[
    "Arrow error: ",
    "Parquet error: ",
    "Object Store error: ",
    "IO error: ",
    "SQL error: ",
    "Error during planning: ",
    "Schema error: ",
    "Execution error: ",
    "ExecutionJoin error: ",
    "External error: ",
    "External: ",
    "FFI error: ", // of a table of another package
    "Parser error: ",
    "Csv error: ",
    "Json error: ",
    "Compute error: ",
    "Cast error: ",
    "sql parser error: ",
    "Invalid or Unsupported Configuration: ",
    "Resources exhausted: ",
];

/// The message of an error.
pub fn of(error: &DataFusionError) -> String {
    match error {
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => of(inner),
        DataFusionError::Shared(inner) => of(inner),
        DataFusionError::Collection(errors) => match errors.first() {
            Some(first) => of(first),
            None => plain(&error.strip_backtrace()),
        },
        DataFusionError::External(inner) => of_other(inner.as_ref()),
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::ExternalError(inner) => of_other(inner.as_ref()),
            _ => plain(&error.strip_backtrace()),
        },
        DataFusionError::SchemaError(inner, _) => match inner.as_ref() {
            SchemaError::FieldNotFound {
                field,
                valid_fields,
            } => no_column(field, valid_fields),
            _ => plain(&error.strip_backtrace()),
        },
        _ => plain(&error.strip_backtrace()),
    }
}

fn of_other(error: &(dyn std::error::Error + Send + Sync + 'static)) -> String {
    match error.downcast_ref::<DataFusionError>() {
        Some(error) => of(error),
        None => plain(&error.to_string()),
    }
}

/// The line a syntax error names, and its message without it.
pub(in crate::session) fn of_syntax(message: &str) -> (Option<u64>, String) {
    // The parser's errors come as the source text of a Rust value.
    let quoted = ["TokenizerError", "ParserError"].iter().find_map(|kind| {
        message
            .strip_prefix(kind)?
            .strip_prefix("(\"")?
            .strip_suffix("\")")
    });
    let message = match quoted {
        Some(inner) => &inner.replace("\\\"", "\"").replace("\\'", "'"),
        None => message,
    };
    if message.starts_with("RecursionLimitExceeded") {
        return (
            None,
            "the statement is nested too deeply; move parts of it into WITH or into views"
                .to_string(),
        );
    }
    let Some((before, place)) = message.rsplit_once(" at Line: ") else {
        let at_the_end = message
            .strip_prefix("Expected: ")
            .and_then(|rest| rest.strip_suffix(", found: EOF"));
        return match at_the_end {
            Some(expected) => (None, format!("expected {expected}, but the statement ends")),
            None => (None, message.to_string()),
        };
    };
    let Some((line, column)) = place.split_once(", Column: ") else {
        return (None, message.to_string());
    };
    let Ok(line) = line.parse() else {
        return (None, message.to_string());
    };
    if let Some(token) = before.strip_prefix("No infix parser for token ") {
        // A token comes as the source text of a Rust value.
        let token = token
            .split_once("value: \"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map_or(token, |(word, _)| word);
        let token = if token == "Sharp" { "#" } else { token };
        let message = format!("{token} is not an operator here (column {})", column.trim());
        return (Some(line), message);
    }
    let before = match before
        .strip_prefix("Expected: ")
        .and_then(|b| b.split_once(", found: "))
    {
        Some((expected, found)) => format!("expected {expected}, but found {found}"),
        None => before.to_string(),
    };
    (Some(line), format!("{before} (column {})", column.trim()))
}

fn plain(message: &str) -> String {
    let mut message = without_layers(message);
    // A function that explains what its arguments should be is wrapped in two sentences of DataFusion's.
    if let Some((_, inner)) = message.split_once(" user-defined coercion failed with: ") {
        message = without_layers(inner);
        if let Some((inner, _)) =
            message.split_once(" No function matches the given name and argument types")
        {
            message = inner;
        }
    }
    if let Some((cause, _)) = message.split_once("This issue was likely caused by a bug") {
        message = cause;
    }
    if let Some((_, reasons)) = message.split_once(" failed to match any signature, errors: ") {
        return every_reason_once(reasons);
    }
    if let Some(words) = text_wanted(message) {
        return words;
    }
    if let Some(rephrased) = phrases::rephrased(message) {
        return rephrased;
    }
    // What DataFusion itself does not do is refused in its words, as its own.
    if let Some(what) = message.strip_prefix("This feature is not implemented: ") {
        let what = without_full_stop(what);
        return format!("DataFusion, the SQL engine, does not support this: {what}");
    }
    match no_function(message) {
        Some(rephrased) => rephrased,
        None => without_full_stop(message).to_string(),
    }
}

/// A function of texts that is given a number, a date or a flag, as after `replace(amount, ',', '')` of a file whose
/// numbers are read as such.
fn text_wanted(message: &str) -> Option<String> {
    let (before, rest) = message.split_once(" requires String, but received ")?;
    let (_, function) = before.rsplit_once("Function '")?;
    let function = function.strip_suffix('\'')?;
    let received = rest.split([' ', '.']).next()?;
    let what = match received {
        "Boolean" => "a flag",
        time if is_a_time(time) => "a date or time",
        "Int64" | "Int32" | "Float64" | "Float32" => "a number",
        decimal if decimal.starts_with("Decimal") => "a number",
        _ => return None,
    };
    Some(format!(
        "{function} takes text, but this is {what}; CAST(x AS VARCHAR) converts it to text. Texts in CSV files that \
         are numbers or dates, such as $1,200.00 and 31.12.2025, are already read as such: nothing needs to be \
         replaced in them"
    ))
}

/// Every signature of a function says why it does not fit; those that differ only in the type they want are
/// put together.
fn every_reason_once(reasons: &str) -> String {
    let mut once: Vec<(&str, Vec<&str>, &str)> = vec![];
    for reason in reasons.split("Error during planning: ") {
        let reason = without_full_stop(reason.trim().trim_end_matches([',', '.']));
        let (before, wanted, after) = match reason.split_once(" requires ") {
            Some((f, rest)) => rest
                .split_once(", but received ")
                .map_or((reason, "", ""), |(w, g)| (f, w, g)),
            None => (reason, "", ""),
        };
        match once
            .iter_mut()
            .find(|(b, _, a)| *b == before && *a == after)
        {
            Some((_, all, _)) if !all.contains(&wanted) => all.push(wanted),
            Some(_) => {}
            None if reason.is_empty() => {}
            None => once.push((before, vec![wanted], after)),
        }
    }
    // How many arguments another form takes is no reason beside what is wrong with one.
    if once.iter().any(|(_, wanted, _)| !wanted[0].is_empty()) {
        once.retain(|(_, wanted, _)| !wanted[0].is_empty());
    }
    let texts: Vec<String> = once
        .into_iter()
        .map(|(before, wanted, after)| match after {
            "" => before.to_string(),
            text if text.starts_with("String") && are_numbers(&wanted) => {
                format!(
                    "{before} takes numbers, but this is text; CAST(x AS DECIMAL(12, 2)) converts a text that is a number"
                )
            }
            flag if flag.starts_with("Boolean") && are_numbers(&wanted) => {
                format!(
                    "{before} takes numbers, but this is a flag; count(*) FILTER (WHERE f) counts the rows where it \
                     is true, avg(CAST(f AS INT)) is their share"
                )
            }
            day if is_a_time(day) && before == "Function 'trunc'" => {
                "trunc cuts numbers; date_trunc('month', day) cuts a date or time".to_string()
            }
            day if is_a_time(day) && wanted.iter().all(|wanted| wanted.starts_with("String")) => {
                format!(
                    "{before} takes text, but this is a date or time; to_char(day, '%Y-%m') converts it to text, \
                     date_trunc('month', day) is its month"
                )
            }
            day if is_a_time(day) && are_numbers(&wanted) => {
                format!(
                    "{before} takes numbers, but this is a date or time; min(day) and max(day) work, and \
                     avg(to_unixtime(day)) is in seconds since 1970: to_timestamp_seconds(CAST(avg(to_unixtime(day)) \
                     AS BIGINT)) is a time again"
                )
            }
            after => format!(
                "{before} requires {}, but received {after}",
                wanted.join(" or ")
            ),
        })
        .collect();
    texts.join("; ")
}

fn is_a_time(received: &str) -> bool {
    received.starts_with("Date") || received.starts_with("Timestamp")
}

fn are_numbers(wanted: &[&str]) -> bool {
    wanted
        .iter()
        .any(|types| types.contains("Int64") || types.contains("Float64"))
}

fn without_full_stop(message: &str) -> &str {
    message.trim().trim_end_matches('.')
}

pub(in crate::session) fn without_layers(mut message: &str) -> &str {
    // "type_coercion\ncaused by\nError during planning: ...": the last cause is the one that says something.
    if let Some((_, cause)) = message.rsplit_once("\ncaused by\n") {
        message = cause;
    }
    while let Some(rest) = PREFIXES.iter().find_map(|p| message.strip_prefix(p)) {
        message = rest;
    }
    message
}

fn no_function(message: &str) -> Option<String> {
    if let Some(name) = message
        .strip_prefix("table function '")
        .and_then(|rest| rest.strip_suffix("' not found"))
    {
        return Some(match dialects::function(name) {
            Some(ours) => format!("there is no function {name}; instead: {ours}"),
            None => {
                format!("there is no function {name} that is a table; FROM 'path' reads a file")
            }
        });
    }
    let (name, rest) = message
        .strip_prefix("Invalid function '")?
        .split_once('\'')?;
    let near = rest
        .split_once("Did you mean '")
        .and_then(|(_, rest)| rest.split_once('\''));
    if let Some(ours) = dialects::function(name) {
        return Some(format!("there is no function {name}; instead: {ours}"));
    }
    // DataFusion offers the nearest name, however far away it is.
    let near = near.and_then(|(near, _)| closest(name, [near]));
    Some(match near {
        Some(near) => format!("there is no function {name}; did you mean {near}?"),
        None => format!("there is no function {name}; SHOW FUNCTIONS lists those there are"),
    })
}

fn no_column(field: &Column, valid: &[Column]) -> String {
    let name = field.flat_name();
    let mut text = format!("there is no column {name}");
    let same = valid
        .iter()
        .find(|v| v.name().to_lowercase() == field.name().to_lowercase());
    let names = valid.iter().map(Column::name);
    match same {
        Some(same) if same.name() != field.name() => {
            text += &format!(
                "; there is \"{}\": write it in double quotes, SQL reads names without them in lower case",
                same.name()
            );
        }
        // The name is right and belongs to another table of the query.
        Some(same) => text += &format!("; did you mean {}?", same.quoted_flat_name()),
        None => {
            if let Some(near) = closest(field.name(), names) {
                text += &format!(
                    "; did you mean {}?",
                    datafusion::common::utils::quote_identifier(near)
                );
            }
        }
    }
    if !valid.is_empty() {
        // The columns of a single table need not repeat its name, which may be a long path.
        let of_one_table = valid.iter().all(|c| c.relation == valid[0].relation);
        let shown = |c: &Column| match of_one_table {
            true => Column::new_unqualified(&c.name).quoted_flat_name(),
            false => c.quoted_flat_name(),
        };
        let all: Vec<String> = valid.iter().map(shown).collect();
        text += &format!("\n  columns: {}", all.join(", "));
    }
    text
}

/// A table whose types were taken from its first rows.
#[derive(Clone)]
pub(in crate::session) struct GuessedTable {
    /// `orders (exports/orders.csv)`, or the path alone.
    pub name: String,
}

/// Adds which table a bad line is in, and where the types of its columns came from.
pub(in crate::session) fn with_place(
    message: String,
    guessed: &[GuessedTable],
    face: &Face,
) -> String {
    // What CSV files have is said where they are read.
    let message = message.replace(LARGER_SAMPLE, face.infer_rows);
    let is_about_types = message.contains("whilst decoding field");
    if guessed.is_empty() || !is_about_types {
        return message;
    }
    let names: Vec<&str> = guessed.iter().map(|g| g.name.as_str()).collect();
    format!(
        "{message}\n  while reading {}\n  the types of its columns were guessed from its first rows: {} looks at more of \
         them",
        names.join(" or "),
        face.infer_rows
    )
}
