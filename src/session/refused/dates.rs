//! The formats of `to_char`, `to_date` and `to_timestamp`.
//!
//! DataFusion has those of `strftime`: `%Y-%m`. In PostgreSQL and Oracle they are `YYYY-MM`, which DataFusion takes for
//! a text without fields, so that this text is the answer. Here such a format is translated where every field of it
//! means the same, and refused where one does not.

use std::ops::ControlFlow;

use crate::session::error::Refusal;

use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value, VisitMut,
    VisitorMut,
};

/// Fields of PostgreSQL whose letters may be of any case.
const NUMBERS: &[(&str, &str)] = &[
    ("YYYY", "%Y"),
    ("IYYY", "%G"),
    ("YY", "%y"),
    ("MM", "%m"),
    ("MI", "%M"),
    ("MS", "%3f"),
    ("DDD", "%j"),
    ("DD", "%d"),
    ("ID", "%u"),
    ("IW", "%V"),
    ("HH24", "%H"),
    ("HH12", "%I"),
    ("SSSS", ""),
    ("SS", "%S"),
    ("US", "%6f"),
];

/// Fields whose case is that of the answer. Month and Day are filled up with blanks in PostgreSQL, without FM.
const NAMES: &[(&str, &str)] = &[
    ("FMMonth", "%B"),
    ("FMDay", "%A"),
    ("Mon", "%b"),
    ("Dy", "%a"),
    ("AM", "%p"),
    ("PM", "%p"),
    ("am", "%P"),
    ("pm", "%P"),
    ("FMDD", "%-d"),
    ("FMMM", "%-m"),
    ("FMHH24", "%-H"),
    ("FMHH12", "%-I"),
];

/// Codes that `date_format` of MySQL and `strftime` have in common.
const OF_BOTH: &str = "YmdHSyjbapT%";

/// Translates the formats of a statement, or says what to write instead of one.
pub(in crate::session) fn translate(ast: &mut Ast) -> Result<(), Refusal> {
    let found = match ast {
        Ast::Statement(sql) => sql.visit(&mut FormatLiterals),
        Ast::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut FormatLiterals),
            CopyToSource::Relation(_) => return Ok(()),
        },
        Ast::Explain(explain) => return translate(&mut explain.statement),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => return Ok(()),
    };
    match found {
        ControlFlow::Break(words) => Err(words),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct FormatLiterals;

impl VisitorMut for FormatLiterals {
    type Break = Refusal;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        let Expr::Function(function) = expr else {
            return ControlFlow::Continue(());
        };
        let name = function.name.to_string().to_lowercase();
        let has_formats = matches!(name.as_str(), "to_char" | "date_format" | "to_date")
            || name == "to_timestamp"
            || name.starts_with("to_timestamp_")
            || name == "to_unixtime";
        let FunctionArguments::List(list) = &mut function.args else {
            return ControlFlow::Continue(());
        };
        if !has_formats {
            return ControlFlow::Continue(());
        }
        for argument in list.args.iter_mut().skip(1) {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = argument else {
                continue;
            };
            if let Err(words) = translate_in(&name, expr) {
                return ControlFlow::Break(words);
            }
        }
        ControlFlow::Continue(())
    }
}

/// Translates a format that is written out, in parts or as the values of a CASE, too.
fn translate_in(name: &str, expr: &mut Expr) -> Result<(), Refusal> {
    if let Some(format) = written(expr) {
        let translated = translated(name, &format)?;
        with_a_day(name, &translated)?;
        *expr = Expr::value(Value::SingleQuotedString(translated));
        return Ok(());
    }
    match expr {
        Expr::Nested(inner) => translate_in(name, inner),
        Expr::Case {
            conditions,
            else_result,
            ..
        } => {
            let values = conditions.iter_mut().map(|when| &mut when.result);
            let mut values = values.chain(else_result.as_deref_mut());
            values.try_for_each(|value| translate_in(name, value))
        }
        Expr::Value(value) if value.value == Value::Null => Ok(()),
        other => Err(Refusal::new(format!(
            "{name} with the format {other}: a format is written out, so that it can be read before the rows are; \
             for example {name}(day, '%Y-%m'), or CASE WHEN … THEN {name}(day, '%Y') ELSE {name}(day, '%Y-%m') END"
        ))),
    }
}

/// Refuses a format of a month: no text that it reads is a day.
fn with_a_day(name: &str, format: &str) -> Result<(), Refusal> {
    let reads = name == "to_date" || name.starts_with("to_timestamp");
    let has = |codes: &[&str]| codes.iter().any(|code| format.contains(code));
    let days = [
        "%d", "%e", "%-d", "%j", "%F", "%D", "%x", "%c", "%s", "%+", "%u", "%w", "%a", "%A",
    ];
    match reads && has(&["%m", "%b", "%B", "%-m"]) && !has(&days) {
        true => Err(Refusal::new(format!(
            "{name} with the format '{format}' has no day, and a month is none; {name}(month || '-01', '{format}-%d') is its first"
        ))),
        false => Ok(()),
    }
}

/// The text that an expression is, if it needs no row.
fn written(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Nested(inner) => written(inner),
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        Expr::BinaryOp {
            left,
            op: BinaryOperator::StringConcat,
            right,
        } => Some(written(left)? + &written(right)?),
        _ => None,
    }
}

fn translated(name: &str, format: &str) -> Result<String, Refusal> {
    if name == "date_format" {
        return of_mysql(format);
    }
    if format.contains('%') {
        return Ok(format.to_string());
    }
    let refused = |why: &str| {
        Err(Refusal::new(format!(
            "{name} with the format '{format}': {why}\n  \
             formats are those of strftime here: %Y year, %m month, %d day, %H hour, %M minute, %S second, %B January, %b Jan, %A Monday; \
             for example {name}(day, '%Y-%m')"
        )))
    };
    // In Java's formats, which Spark has, mm are minutes and HH goes to 23.
    if format.contains("mm")
        && (format.contains("MM") || format.contains("HH") || format.contains("hh"))
    {
        return refused("mm is a month in PostgreSQL and a minute in Spark");
    }
    let mut text = String::new();
    let mut fields = 0;
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let Some((literal, after)) = rest[1..].split_once('"') else {
                return refused("a double quote is not closed");
            };
            text += literal;
            rest = after;
            continue;
        }
        if !first.is_alphanumeric() {
            text.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let named = NAMES.iter().find(|(field, _)| {
            // Mon is the beginning of Month.
            rest.starts_with(field) && !(*field == "Mon" && rest.starts_with("Month"))
        });
        let numbered = || {
            NUMBERS.iter().find(|(field, _)| {
                rest.get(..field.len())
                    .is_some_and(|start| start.eq_ignore_ascii_case(field))
            })
        };
        match named.or_else(numbered) {
            Some((field, code)) if !code.is_empty() => {
                text += code;
                fields += 1;
                rest = &rest[field.len()..];
            }
            _ => {
                let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                return refused(&unknown(&word));
            }
        }
    }
    let twelve = text.contains("%I") || text.contains("%-I");
    match fields {
        0 => refused("there is no field of a time in it"),
        _ if twelve && !text.to_lowercase().contains("%p") => refused(
            "HH12 without AM is the same in the morning and in the evening; HH24 or %H goes to 23",
        ),
        _ => Ok(text),
    }
}

/// Why a part of a format is not translated.
fn unknown(word: &str) -> String {
    let upper = word.to_uppercase();
    if upper.starts_with('Q') {
        return format!("{word} has no code; concat('Q', date_part('quarter', day)) is a quarter");
    }
    if upper.starts_with("HH") {
        return format!(
            "{word} goes to 12 in PostgreSQL and to 23 in other SQL; HH24 or %H goes to 23"
        );
    }
    if upper.starts_with("MON") || upper.starts_with("DAY") || upper.starts_with("DY") {
        return format!(
            "{word} is filled with blanks or in other letters in PostgreSQL; %B or %b is the name of the month, %A or %a of the day, and upper(…) writes it in capitals"
        );
    }
    if word.chars().all(|c| matches!(c, '0' | '9')) {
        return "a number is not a time; round(x, 2) rounds one, and CAST(x AS VARCHAR) converts it to text".to_string();
    }
    format!("{word} is no field of it that is known")
}

/// MySQL's codes look like those of `strftime`, and some mean something else: %M is a month's name, %i a minute.
fn of_mysql(format: &str) -> Result<String, Refusal> {
    let mut codes = format.split('%').skip(1);
    let other =
        codes.find(|after| !after.starts_with(|c| OF_BOTH.contains(c)) && !after.is_empty());
    let example =
        "to_char(day, '%Y-%m-%d %H:%M:%S') has %M for minutes, %B for January, %I for hours to 12";
    match other {
        Some(other) => {
            let code: String = other.chars().take(1).collect();
            Err(Refusal::new(format!(
                "date_format with the format '{format}': %{code} is not the same in MySQL and here; {example}"
            )))
        }
        None if !format.contains('%') => Err(Refusal::new(format!(
            "date_format with the format '{format}': there is no field in it; {example}"
        ))),
        None => Ok(format.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_translated_or_refused() {
        for (postgres, code) in [
            ("YYYY-MM-DD", "%Y-%m-%d"),
            ("yyyy-mm-dd", "%Y-%m-%d"),
            ("DD.MM.YYYY HH24:MI:SS.MS", "%d.%m.%Y %H:%M:%S.%3f"),
            ("HH12:MI AM", "%I:%M %p"),
            ("IYYY\"-W\"IW", "%G-W%V"),
            ("FMDD. FMMonth YYYY", "%-d. %B %Y"),
            ("Dy, DD Mon YY", "%a, %d %b %y"),
            ("DDD", "%j"),
            ("%d/%m", "%d/%m"),
        ] {
            assert_eq!(translated("to_char", postgres).as_deref(), Ok(code));
        }
        for (format, why) in [
            ("YYYY-MM-dd HH:mm", "a minute in Spark"),
            ("HH:MI", "goes to 12"),
            ("HH12:MI", "in the morning"),
            ("Month YYYY", "filled with blanks"),
            ("YYYY-Q", "quarter"),
            ("999.00", "a number is not a time"),
            ("-", "no field"),
            ("YYYY-XX", "XX is no field"),
            ("SSSS", "no field of it that is known"),
        ] {
            let words = translated("to_char", format).expect_err(format);
            let words = words.to_string();
            assert!(words.contains(why), "{words}");
        }
        assert!(translated("date_format", "%Y-%m").is_ok());
        for format in ["%H:%i:%s", "%M %Y", "yyyy-MM"] {
            assert!(translated("date_format", format).is_err(), "{format}");
        }
    }
}
