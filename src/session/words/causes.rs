//! What an error is about, as the statement has it: the engine knows a value and a type, the statement where they are.

use std::ops::ControlFlow;

use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, Expr, Ident, JoinOperator, Select, TableFactor, Value, Visit, Visitor,
};

use super::{dialects, phrases, same_name};

/// Arrow's names of types, and those of SQL.
const TYPES: &[(&str, &str)] = &[
    ("Int8", "TINYINT"),
    ("Int16", "SMALLINT"),
    ("Int32", "INT"),
    ("Int64", "BIGINT"),
    ("UInt8", "TINYINT UNSIGNED"),
    ("UInt16", "SMALLINT UNSIGNED"),
    ("UInt32", "INT UNSIGNED"),
    ("UInt64", "BIGINT UNSIGNED"),
    ("Float32", "FLOAT"),
    ("Float64", "DOUBLE"),
    ("Boolean", "BOOLEAN"),
    ("Date32", "DATE"),
    ("Timestamp(ns)", "TIMESTAMP"),
];

/// The message with what the statement says about it.
pub(in crate::session) fn explain(ast: &Ast, message: String) -> String {
    let lower = message.to_lowercase();
    if lower.contains("divide by zero") || lower.contains("division by zero") {
        return division(&StatementParts::of(ast));
    }
    if let Some(far) = far(&message) {
        return far;
    }
    if let Some(cast) = cast(&StatementParts::of(ast), &message) {
        return cast;
    }
    if message.contains("duplicate") && message.contains("qualified field name") {
        let why = same_name::explain(ast).or_else(|| phrases::twice(&message));
        if let Some(why) = why {
            return why;
        }
    }
    if let Some(name) = message.strip_prefix("Ambiguous reference to unqualified field ") {
        return ambiguous(&StatementParts::of(ast), name.trim());
    }
    let missing = message
        .strip_prefix("there is no column ")
        .and_then(|rest| rest.split([';', '\n']).next());
    if let Some(missing) = missing {
        let columns = message.split_once("\n  columns: ").map(|(_, all)| all);
        if missing == "all" || missing == "ALL" {
            return "ORDER BY ALL is not supported; ORDER BY 1, 2 names columns of the result by position".to_string();
        }
        if let Some(why) = dialects::column(ast, missing.trim_matches('"')) {
            return match columns {
                Some(columns) => format!("{why}\n  columns: {columns}"),
                None => why,
            };
        }
    }
    message
}

/// A day or a time beyond those of a TIMESTAMP, which counts nanoseconds.
fn far(message: &str) -> Option<String> {
    let day = message
        .strip_prefix("Cannot cast Date32 value ")
        .and_then(|rest| rest.split_once(" to Timestamp("))
        .and_then(|(days, _)| date32_to_datetime(days.parse().ok()?))
        .map(|day| day.date().to_string());
    if let Some(day) = day {
        return Some(format!(
            "the day {day} has no TIMESTAMP, which goes from 1677-09-21 to 2262-04-11; compare days with days, \
             day > CAST(now() AS DATE) or day >= DATE '2026-01-31', or write CAST(day AS TIMESTAMP(6)), which has the years up to 9999"
        ));
    }
    if !message.contains("The dates that can be represented as nanoseconds") {
        return None;
    }
    let text = message
        .split_once("Overflow converting ")
        .and_then(|(_, rest)| rest.split_once(" to Nanosecond"))
        .map(|(text, _)| text);
    let what = text.map_or("a time is".to_string(), |text| {
        format!("the time {text} is")
    });
    let text = text.unwrap_or("9999-12-31 00:00:00");
    Some(format!(
        "{what} beyond those of a TIMESTAMP, which goes from 1677-09-21 to 2262-04-11; CAST('{text}' AS TIMESTAMP(6)) \
         has the years up to 9999, and a day is DATE '{}'",
        text.split([' ', 'T']).next().unwrap_or(text)
    ))
}

fn division(parts: &StatementParts) -> String {
    let quotient = |(left, op, right): &(String, &str, String)| format!("{left} {op} {right}");
    let safe =
        |(left, op, right): &(String, &str, String)| format!("{left} {op} nullif({right}, 0)");
    match parts.divisions.as_slice() {
        [] => "division by zero; a / nullif(b, 0) is NULL where b is 0".to_string(),
        [one] => format!(
            "division by zero in {}; {} is NULL there",
            quotient(one),
            safe(one)
        ),
        [first, ..] => {
            let all: Vec<String> = parts.divisions.iter().take(3).map(quotient).collect();
            format!(
                "division by zero, in one of {}; {} is NULL where it is 0",
                all.join(", "),
                safe(first)
            )
        }
    }
}

fn cast(parts: &StatementParts, message: &str) -> Option<String> {
    let value = ["Cannot cast string '", "Cannot cast value '"]
        .iter()
        .find_map(|start| message.strip_prefix(start))
        .and_then(|rest| rest.split_once("' to value of "))
        .or_else(|| {
            let rest = message.strip_prefix("Can't cast value ")?;
            rest.split_once(" to type ")
        });
    let (value, type_) = match value {
        Some((value, type_)) => (value, type_.trim().trim_end_matches(" type")),
        None => {
            let rest = message.strip_prefix("Error parsing timestamp from '")?;
            (rest.split_once('\'')?.0, "Timestamp(ns)")
        }
    };
    let sql = TYPES
        .iter()
        .find(|(arrow, _)| *arrow == type_)
        .map_or(type_, |(_, sql)| sql);
    let casts = blamed(&parts.casts, value, sql);
    let sql = match casts.as_slice() {
        [(_, to)] => to.as_str(),
        _ => sql,
    };
    let mut text = format!("the value '{value}' cannot be read as {sql}");
    // Without its fraction it would be another number, and NULL is none.
    let is_integer = matches!(sql, "BIGINT" | "INT" | "SMALLINT" | "TINYINT");
    let is_decimal =
        is_integer && value.contains('.') && value.parse::<f64>().is_ok_and(f64::is_finite);
    let typed = parts
        .typed
        .iter()
        .find(|typed| typed.contains(&format!("'{value}'")));
    if let Some(typed) = typed {
        return Some(format!("{text}: {typed}"));
    }
    match casts.as_slice() {
        [] if is_decimal => {
            text += "; a text is compared or computed with a whole number here, and CAST(x AS DOUBLE) is a number with a \
                     point";
        }
        [] => {
            text += &format!(
                "; a text is compared or computed with another type here, and TRY_CAST(x AS {sql}) is NULL where it fails"
            );
        }
        casts => {
            let (inner, to) = &casts[0];
            let all: Vec<String> = casts
                .iter()
                .take(3)
                .map(|(inner, to)| format!("CAST({inner} AS {to})"))
                .collect();
            let among = if casts.len() == 1 { "" } else { "one of " };
            text += &format!(
                ", in {among}{}\n  TRY_CAST({inner} AS {to}) is NULL there; \
                 SELECT * FROM {} WHERE {inner} IS NOT NULL AND TRY_CAST({inner} AS {to}) IS NULL shows all such rows",
                all.join(", "),
                parts.from.as_deref().unwrap_or("…")
            );
            if is_decimal {
                text += &format!("\n  CAST({inner} AS DOUBLE) reads numbers with a point");
            }
            // $1,200.00 has nothing but its point to be taken for that of decimals.
            let is_number =
                matches!(sql, "DOUBLE" | "REAL") || sql.starts_with("DECIMAL") || is_integer;
            let digits: String = value
                .chars()
                .filter(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
                .collect();
            let has_sign = value
                .contains(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '.' | '-' | ','));
            let is_open = value.contains(',')
                && !value
                    .rsplit(',')
                    .next()
                    .is_some_and(|end| end.contains('.'));
            if is_number && has_sign && !is_open && digits.parse::<f64>().is_ok() {
                text += &format!(
                    "\n  CAST(regexp_replace({inner}, '[^0-9.-]', '', 'g') AS {to}) reads a number with the sign of a unit"
                );
            }
            let is_date = matches!(sql, "DATE" | "TIMESTAMP") && value.contains(['/', '.']);
            if is_date && value.chars().any(|c| c.is_ascii_digit()) {
                let between = if value.contains('/') { '/' } else { '.' };
                let format = |first, second| format!("%{first}{between}%{second}{between}%Y");
                text += &format!(
                    "\n  to_date({inner}, '{}') reads a text with the day first, '{}' with the month first",
                    format('d', 'm'),
                    format('m', 'd')
                );
            }
        }
    }
    Some(text)
}

/// The casts that a value may have failed in: those to its type, and a literal only with its own value.
fn blamed<'a>(casts: &'a [(String, String)], value: &str, sql: &str) -> Vec<&'a (String, String)> {
    let literal = |inner: &str| {
        let inner = inner.strip_prefix('\'')?.strip_suffix('\'')?;
        Some(inner.replace("''", "'"))
    };
    let to_it: Vec<_> = casts
        .iter()
        .filter(|(_, to)| is_type(to, sql))
        .filter(|(inner, _)| literal(inner).is_none_or(|literal| literal == value))
        .collect();
    let written = to_it.iter().find(|(inner, _)| literal(inner).is_some());
    match written {
        Some(written) => vec![*written],
        // The type has a name that is not known here.
        None if to_it.is_empty() && casts.len() == 1 => casts.iter().collect(),
        None => to_it,
    }
}

/// Whether a type that a statement has is the one that `sql` is the usual name of.
fn is_type(written: &str, sql: &str) -> bool {
    let written = written.to_uppercase();
    let usual = match written.split('(').next().unwrap_or_default().trim() {
        "INTEGER" | "INT4" => "INT",
        "INT8" | "BIGINT" => "BIGINT",
        "INT2" => "SMALLINT",
        "INT1" => "TINYINT",
        "DOUBLE PRECISION" | "FLOAT8" | "FLOAT64" => "DOUBLE",
        "REAL" | "FLOAT4" => "FLOAT",
        "BOOL" => "BOOLEAN",
        "NUMERIC" | "DEC" => "DECIMAL",
        "DATETIME" => "TIMESTAMP",
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => "TIMESTAMP",
        other => other,
    }
    .to_string();
    let sql = sql.to_uppercase();
    // Decimal128(10, 2), Timestamp(Nanosecond, None)
    usual == sql || (sql.starts_with(&usual) && !sql[usual.len()..].starts_with([' ', 'E']))
}

fn ambiguous(parts: &StatementParts, name: &str) -> String {
    match parts.tables.as_slice() {
        [first, _, ..] => format!(
            "{name} is a column of several tables of this query; say which one, for example {}\n  tables: {}",
            match parts.keeps_others {
                // The rows of another table have no such column of the first one.
                true => format!(
                    "coalesce({}) AS {name}",
                    parts
                        .tables
                        .iter()
                        .map(|table| format!("{table}.{name}"))
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                false => format!("{first}.{name}"),
            },
            parts.tables.join(", ")
        ),
        _ => format!(
            "{name} is a column of several tables of this query; say which one: table.{name}"
        ),
    }
}

/// What a statement has in it.
#[derive(Default)]
struct StatementParts {
    /// What is divided, and by what.
    divisions: Vec<(String, &'static str, String)>,
    /// What is cast, and to what.
    casts: Vec<(String, String)>,
    /// `DATE '2026-02-30'`.
    typed: Vec<String>,
    /// The tables of the first SELECT with several.
    tables: Vec<String>,
    /// The table of the first SELECT of one table.
    from: Option<String>,
    /// Whether one of its joins keeps rows that the first table does not have.
    keeps_others: bool,
}

impl StatementParts {
    fn of(ast: &Ast) -> Self {
        let mut parts = StatementParts::default();
        match ast {
            Ast::Statement(sql) => {
                let _ = sql.visit(&mut parts);
            }
            Ast::CopyTo(copy) => {
                if let CopyToSource::Query(query) = &copy.source {
                    let _ = query.visit(&mut parts);
                }
            }
            Ast::Explain(explain) => return Self::of(&explain.statement),
            Ast::CreateExternalTable(_) | Ast::Reset(_) => {}
        }
        parts
    }
}

impl Visitor for StatementParts {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        if let [from] = select.from.as_slice()
            && let (TableFactor::Table { name, .. }, []) = (&from.relation, from.joins.as_slice())
        {
            self.from.get_or_insert_with(|| name.to_string());
        }
        let tables = select.from.iter().flat_map(|from| {
            std::iter::once(&from.relation).chain(from.joins.iter().map(|join| &join.relation))
        });
        let names: Vec<String> = tables.filter_map(name_of).collect();
        if self.tables.is_empty() && names.len() > 1 {
            self.tables = names;
            let mut joins = select.from.iter().flat_map(|from| &from.joins);
            self.keeps_others = joins.any(|join| {
                matches!(
                    join.join_operator,
                    JoinOperator::Right(_)
                        | JoinOperator::RightOuter(_)
                        | JoinOperator::FullOuter(_)
                )
            });
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::BinaryOp { left, op, right } => {
                let sign = match op {
                    BinaryOperator::Divide => "/",
                    BinaryOperator::Modulo => "%",
                    _ => return ControlFlow::Continue(()),
                };
                if !is_a_number_but_zero(right) {
                    self.divisions
                        .push((left.to_string(), sign, right.to_string()));
                }
            }
            Expr::Cast {
                kind: CastKind::Cast | CastKind::DoubleColon,
                expr,
                data_type,
                ..
            } => self.casts.push((expr.to_string(), data_type.to_string())),
            Expr::TypedString(typed) => self.typed.push(typed.to_string()),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

fn is_a_number_but_zero(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse::<f64>().is_ok_and(|n| n != 0.0),
            _ => false,
        },
        _ => false,
    }
}

/// How columns call a table.
pub(in crate::session) fn name_of(table: &TableFactor) -> Option<String> {
    let quoted = |ident: &Ident| ident.to_string();
    match table {
        TableFactor::Table { name, alias, .. } => match alias {
            Some(alias) => Some(quoted(&alias.name)),
            None => {
                let last = name.0.last()?.as_ident()?;
                Some(match last.quote_style {
                    // FROM 'orders.csv' is "orders.csv" before a column.
                    Some('\'') => format!("\"{}\"", last.value),
                    _ => quoted(last),
                })
            }
        },
        TableFactor::Derived { alias, .. }
        | TableFactor::UNNEST { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::NestedJoin { alias, .. } => alias.as_ref().map(|alias| quoted(&alias.name)),
        _ => None,
    }
}
