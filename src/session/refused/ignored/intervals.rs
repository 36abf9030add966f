//! Intervals without a unit, whose number DataFusion takes for seconds in one place and for months in another.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Interval, Value};

use super::found::Verdict;
use crate::session::error::Refusal;

pub(in crate::session) fn check(interval: &Interval) -> Verdict {
    let Expr::Value(value) = interval.value.as_ref() else {
        return ControlFlow::Continue(());
    };
    let text = match &value.value {
        Value::SingleQuotedString(text) | Value::Number(text, _) => text,
        _ => return ControlFlow::Continue(()),
    };
    match interval.leading_field.is_none() && has_no_unit(text) {
        true => ControlFlow::Break(Refusal::new(format!(
            "INTERVAL '{text}' has no unit; write INTERVAL '{} days', or hours, months, years",
            text.split_whitespace().last().unwrap_or("7")
        ))),
        false => ControlFlow::Continue(()),
    }
}

/// Whether a number of an interval says of nothing how many it is: 7, 1 day 7.
pub(in crate::session) fn has_no_unit(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number = |word: &str| word.parse::<f64>().is_ok();
    words.iter().enumerate().any(|(i, word)| {
        let next = words.get(i + 1);
        is_number(word)
            && next.is_none_or(|next| !next.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}
