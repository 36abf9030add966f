//! From DataFusion's words to what to do about it.

use super::table::{PHRASES, SETS};
use crate::session::words::dialects;

/// The words for a message, if there are better ones.
pub(in crate::session) fn rephrased(message: &str) -> Option<String> {
    let found = PHRASES.iter().find(|(part, _)| message.contains(part));
    if let Some((_, words)) = found {
        return Some((*words).to_string());
    }
    [
        arguments,
        same_name,
        set_comparison,
        type_,
        not_grouped,
        part_of_a_date,
        no_condition,
        added,
        compared,
        like,
        dropped,
    ]
    .iter()
    .find_map(|rephrase| rephrase(message))
}

/// `Failed to coerce arguments to satisfy a call to 'f' function: coercion from A, B to the signature …`, with every
/// signature twice.
fn arguments(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Failed to coerce arguments to satisfy a call to '")?;
    let (name, rest) = rest.split_once('\'')?;
    let (_, rest) = rest.split_once("coercion from ")?;
    let (given, rest) = rest.split_once(" to the signature ")?;
    let mut candidates: Vec<&str> = rest
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(&format!("{name}(")))
        .collect();
    candidates.truncate(4);
    Some(format!(
        "{name} takes no ({given}); it takes, for example, {}",
        candidates.join(" or ")
    ))
}

/// `Projections require unique expression names but the expression "a" at position 0 and "a" at position 1 have the
/// same name. Consider aliasing ("AS") one of them.`
fn same_name(message: &str) -> Option<String> {
    let rest = message
        .strip_prefix("Projections require unique expression names but the expression \"")?;
    let (name, _) = rest.split_once("\" at position")?;
    let name = name.rsplit_once(" AS ").map_or(name, |(_, alias)| alias);
    Some(format!(
        "two columns have the same name, {name}; give one of them another with AS"
    ))
}

/// `Internal error: Assertion failed: compatible: … Field { name: "t.amount >= ALL", …`: the rule that makes EXISTS of it
/// gives the column of a SELECT another name.
fn set_comparison(message: &str) -> Option<String> {
    let is_of_set = message.contains(" ALL") || message.contains(" ANY");
    (message.contains("Assertion failed: compatible") && is_of_set).then(|| SETS.to_string())
}

/// `Column in SELECT must be in GROUP BY or an aggregate function: While expanding wildcard, column "t.a" must appear
/// in the GROUP BY clause or …`
fn not_grouped(message: &str) -> Option<String> {
    let (before, _) = message.split_once("\" must appear in the GROUP BY clause")?;
    let (_, column) = before.rsplit_once('"')?;
    let name = column.rsplit('.').next().unwrap_or(column);
    Some(format!(
        "{column} is neither in GROUP BY nor in an aggregate, and a group has many values of it; add it to GROUP BY, or take one: max({name})"
    ))
}

/// `Schema contains duplicate unqualified field name "count(Int64(1))"`.
pub(in crate::session) fn twice(message: &str) -> Option<String> {
    let name = message
        .strip_prefix("Schema contains duplicate unqualified field name ")?
        .trim_matches('"')
        .replace("Int64(1)", "*");
    Some(format!(
        "{name} occurs twice: GROUP BY lists the columns outside of aggregates (GROUP BY 1 is the first one), and AS \
         renames columns of the same name"
    ))
}

/// `Cannot create filter with non-boolean predicate 't.score' returning Int64`.
fn no_condition(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Cannot create filter with non-boolean predicate '")?;
    let (shown, of) = rest.split_once("' returning ")?;
    let name = shown.rsplit('.').next().unwrap_or(shown);
    let example = match in_words(of) {
        "a number" => format!("{name} <> 0"),
        "a text" => format!("{name} = 'Yes'"),
        _ => format!("{name} IS NOT NULL"),
    };
    Some(format!(
        "WHERE takes a condition, and {name} is {}; write {example}, or what is meant",
        in_words(of)
    ))
}

/// `Cannot coerce arithmetic expression Utf8 + Int64 to valid types`.
fn added(message: &str) -> Option<String> {
    let rest = message.strip_prefix("Cannot coerce arithmetic expression ")?;
    let rest = rest.strip_suffix(" to valid types")?;
    let (left, op, right) = [" + ", " - ", " * ", " / ", " % "].iter().find_map(|op| {
        rest.split_once(op)
            .map(|(left, right)| (left, op.trim(), right))
    })?;
    let (left, right) = (in_words(left), in_words(right));
    let instead = match (left, right) {
        ("a text", "a text") if op == "+" => {
            "a || b joins texts, and CAST(a AS INT) + CAST(b AS INT) adds numbers"
        }
        ("a text", _) | (_, "a text") => {
            "CAST(x AS DECIMAL(12, 2)) converts a text to a number, and a || b joins texts"
        }
        ("a date" | "a time", _) | (_, "a date" | "a time") => {
            "day + INTERVAL '7 days' is a later day, b - a how long it is from a to b"
        }
        _ => "CAST(x AS …) converts one of them to the type of the other",
    };
    Some(format!("{left} {op} {right} is not supported; {instead}"))
}

/// `Date part 'DAYOFWEEK' not supported`.
fn part_of_a_date(message: &str) -> Option<String> {
    let (part, _) = message
        .strip_prefix("Date part '")?
        .split_once("' not supported")?;
    Some(format!(
        "{part} is not a date part here; there are year, isoyear, quarter, month, week, day, doy, dow (0 for \
         Sunday), isodow, hour, minute, second and epoch"
    ))
}

/// `Unsupported SQL type INT64`.
fn type_(message: &str) -> Option<String> {
    let (_, name) = message.split_once("Unsupported SQL type ")?;
    let ours = dialects::type_(name)?;
    Some(format!("there is no type {name}; {ours} is the same"))
}

/// `Cannot infer common argument type for comparison operation Boolean = Utf8`, `Can not find compatible types to
/// compare Boolean with [Int64, Int64]`.
fn compared(message: &str) -> Option<String> {
    let one = message.strip_prefix("Cannot infer common argument type for comparison operation ");
    let many = message.strip_prefix("Can not find compatible types to compare ");
    let (left, right) = match (one, many) {
        (Some(rest), _) => [" = ", " != ", " < ", " <= ", " > ", " >= "]
            .iter()
            .find_map(|op| rest.split_once(op))?,
        (None, Some(rest)) => {
            let (left, list) = rest.split_once(" with [")?;
            (left, list.split([',', ']']).next()?)
        }
        (None, None) => return None,
    };
    let (left, right) = (left.trim(), right.trim());
    if left.starts_with("Duration") || right.starts_with("Duration") {
        return Some(
            "a difference of times is compared with an INTERVAL: now() - at > INTERVAL '30 days'; of days it is a number: \
             CAST(now() AS DATE) - day > 30"
                .to_string(),
        );
    }
    let is_flag = left == "Boolean" || right == "Boolean";
    Some(match is_flag {
        true => {
            let other = if left == "Boolean" { right } else { left };
            format!(
                "a flag that is true or false is compared with {}; it is a condition by itself: \
                 WHERE f for the true ones, WHERE NOT f for the false ones, WHERE f IS NULL",
                in_words(other)
            )
        }
        false => format!(
            "{} and {} cannot be compared; CAST(x AS …) converts one of them to the type of the other",
            in_words(left),
            in_words(right)
        ),
    })
}

/// `There isn't a common type to coerce Date32 and Utf8 in LIKE expression`.
fn like(message: &str) -> Option<String> {
    let rest = message.strip_prefix("There isn't a common type to coerce ")?;
    let (given, _) = rest.split_once(" and ")?;
    let (_, operator) = rest.split_once(" in ")?;
    let operator = operator.split(' ').next()?;
    let example = match given.starts_with("Date") || given.starts_with("Timestamp") {
        true => {
            "date_trunc('month', day) = DATE '2026-01-01' has the days of a month, and CAST(day AS VARCHAR) is the text"
        }
        false => "CAST(x AS VARCHAR) converts it to text",
    };
    Some(format!(
        "{operator} is for texts, and this is {}; {example}",
        in_words(given)
    ))
}

/// `Table 'v' doesn't exist`.
fn dropped(message: &str) -> Option<String> {
    let name = message
        .trim_end_matches('.')
        .strip_suffix("' doesn't exist")?;
    if let Some(name) = name.strip_prefix("Table '") {
        return Some(format!(
            "there is no table {name} to drop; DROP VIEW {name}, if it is a view"
        ));
    }
    let name = name.strip_prefix("View '")?;
    Some(format!(
        "there is no view {name} to drop; DROP TABLE {name}, if it is a table"
    ))
}

/// A type as one speaks of it.
fn in_words(arrow: &str) -> &str {
    let is = |starts: &[&str]| starts.iter().any(|start| arrow.starts_with(start));
    if is(&["Utf8", "LargeUtf8", "Dictionary"]) {
        "a text"
    } else if is(&["Int", "UInt", "Float", "Decimal"]) && !arrow.starts_with("Interval") {
        "a number"
    } else if is(&["Date"]) {
        "a date"
    } else if is(&["Timestamp"]) {
        "a time"
    } else if is(&["Duration", "Interval"]) {
        "a length of time"
    } else if is(&["Boolean"]) {
        "a flag"
    } else {
        arrow
    }
}
