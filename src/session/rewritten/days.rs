//! DATEs beside what has a time of day: a text such as '2026-01-31 12:00:00', and an interval of hours. DataFusion makes
//! a DATE of the text, without its time, and leaves the hours of the interval out.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::{Expr, ExprSchemable, lit};

use crate::session::exprs::side::Side;
use crate::session::exprs::sql::{in_sql, is_text};

/// Microseconds have the years that a DATE has, up to 9999 and more.
const TIME: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);

/// Has a text be a time, not a day, beside a DATE.
pub(super) fn with_times(text: &mut Side, other: &DataType) {
    if !is_date(other) || !is_text(&text.data_type) {
        return;
    }
    // A day that is written out is compared as one: files leave out rows by it.
    if let Some(Some(literal)) = literal(text.expr)
        && !has_time(literal)
    {
        return;
    }
    cast(text, TIME);
}

/// Refuses a text and a DATE that are compared where neither stands in an expression of its own.
pub(in crate::session) fn refuse(a: (&Expr, &DFSchema), b: (&Expr, &DFSchema)) -> Result<()> {
    for ((text, text_schema), (date, date_schema)) in [(a, b), (b, a)] {
        if let (Ok(of_text), Ok(of_date)) = (text.get_type(text_schema), date.get_type(date_schema))
            && is_text(&of_text)
            && is_date(&of_date)
        {
            let (text, date) = (in_sql(text), in_sql(date));
            return plan_err!(
                "USING of {date}, a DATE, and {text}, a text: a time of day in the text would be left out; ON {date} = {text} \
                 compares it, too"
            );
        }
    }
    Ok(())
}

/// Has a DATE be a time beside texts of a subquery.
pub(super) fn beside_texts(date: &mut Side, of_subquery: &DataType) {
    if is_date(&date.data_type) && is_text(of_subquery) {
        cast(date, TIME);
    }
}

/// Has a text that is written out have seconds, where it is read as a time: '2026-01-31 12:00'.
pub(in crate::session) fn with_seconds(text: &mut Side, other: &DataType) {
    let is_time = is_date(other) || matches!(other, DataType::Timestamp(..));
    if is_time && let Some(whole) = literal(text.expr).flatten().and_then(seconds) {
        *text.expr = lit(whole);
    }
}

fn seconds(text: &str) -> Option<String> {
    if !has_time(text) {
        return None;
    }
    let text = text.trim();
    let (minutes, rest) = text.split_at_checked(16)?;
    let bytes = minutes.as_bytes();
    let is_minute = bytes[13] == b':'
        && [11, 12, 14, 15]
            .iter()
            .all(|at| bytes[*at].is_ascii_digit());
    let ends = rest.is_empty() || rest.starts_with(['Z', 'z', '+', '-', ' ']);
    (is_minute && ends).then(|| format!("{minutes}:00{rest}"))
}

/// Has a DATE be a time where hours are added to it or taken away.
pub(super) fn keep_hours(mut left: Side, mut right: Side) {
    let is_interval = |side: &Side| matches!(side.data_type, DataType::Interval(_));
    let nanoseconds = DataType::Timestamp(TimeUnit::Nanosecond, None);
    if is_date(&left.data_type) && is_interval(&right) && may_have_hours(&right) {
        cast(&mut left, nanoseconds);
    } else if is_date(&right.data_type) && is_interval(&left) && may_have_hours(&left) {
        cast(&mut right, nanoseconds);
    }
}

/// Refuses a text with a time where a function gives one of several values and another one is a DATE.
pub(super) fn check_one_of(name: &str, sides: &[Side]) -> Result<()> {
    let Some(date) = sides.iter().find(|side| is_date(&side.data_type)) else {
        return Ok(());
    };
    let mut texts = sides.iter().filter_map(|side| literal(side.expr)?);
    match texts.find(|text| has_time(text)) {
        Some(text) => {
            let date = in_sql(date.expr);
            plan_err!(
                "{name} of {date}, a DATE, and '{text}' would be a DATE without the time of day; CAST({date} AS TIMESTAMP) \
                 and TIMESTAMP '{text}' keep it, and DATE '{}' has none",
                text.get(..10).unwrap_or(text)
            )
        }
        None => Ok(()),
    }
}

/// Whether a text begins with a day and goes on with a time.
pub(in crate::session) fn has_time(text: &str) -> bool {
    let text = text.trim();
    let (Some(day), Some(rest)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    let is_day = day.bytes().enumerate().all(|(i, byte)| match i {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_day
        && rest.starts_with(['T', 't', ' '])
        && rest[1..].starts_with(|c: char| c.is_ascii_digit())
}

fn may_have_hours(side: &Side) -> bool {
    if side.data_type == DataType::Interval(IntervalUnit::YearMonth) {
        return false;
    }
    let (mut any, mut hours) = (false, false);
    // An expression that cannot be walked has none.
    let _ = side.expr.apply(|expr| {
        match expr {
            Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(value)), _) => {
                any = true;
                hours |= value.nanoseconds != 0;
            }
            Expr::Literal(ScalarValue::IntervalDayTime(Some(value)), _) => {
                any = true;
                hours |= value.milliseconds != 0;
            }
            // CAST(n || ' days' AS INTERVAL)
            Expr::Literal(value, _) => {
                if let Some(Some(text)) = value.try_as_str() {
                    let text = text.to_lowercase();
                    let has = |units: &[&str]| units.iter().any(|unit| text.contains(unit));
                    any |= has(&["day", "week", "mon", "year"]);
                    hours |= has(&["hour", "min", "sec", ":"]);
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    });
    // Of a column nobody knows.
    hours || !any
}

fn cast(side: &mut Side, to: DataType) {
    let expr = Box::new(std::mem::take(side.expr));
    let field = Arc::new(Field::new("", to.clone(), true));
    *side.expr = Expr::Cast(Cast { expr, field });
    side.data_type = to;
}

fn literal(expr: &Expr) -> Option<Option<&str>> {
    match expr {
        Expr::Literal(value, _) => value.try_as_str(),
        Expr::Alias(alias) => literal(&alias.expr),
        _ => None,
    }
}

fn is_date(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Date64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_known_by_their_look() {
        for text in [
            "2026-01-11 12:00:00",
            "2026-01-11T12:00",
            " 2026-01-11 00:00:00Z",
        ] {
            assert!(has_time(text), "{text}");
        }
        assert_eq!(
            seconds("2026-01-11 12:00+01:00").as_deref(),
            Some("2026-01-11 12:00:00+01:00")
        );
        assert_eq!(seconds("2026-01-11 12:00:30"), None);
        for text in ["2026-01-11", "2026-01-11 ", "2026-1-1 12:00", "today", ""] {
            assert!(!has_time(text), "{text}");
        }
    }
}
