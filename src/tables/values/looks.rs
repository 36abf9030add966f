//! Texts that are numbers or dates of another place.

use super::day_text::{Day, day, named_day};
use super::number_text::{Signs, foreign_number};

/// Texts of a form that says what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tables) enum Looks {
    /// Digits that a number would not be written with: `007`, `+5`, 20 digits, `1E5`.
    Code,
    /// More digits than a DOUBLE keeps.
    Digits,
    /// A number of another locale or with a sign of a unit.
    Number(Signs),
    /// A date in another order.
    Day(Day),
    /// Anything else.
    Other,
}

/// How many digits a DOUBLE keeps whatever they are.
pub(super) const SAFE_DIGITS: usize = 15;

/// The form of a text that is of no type.
pub(in crate::tables) fn text(written: &str) -> Looks {
    let value = written.trim();
    // Accounts have "$ -" for 0.
    let may_be_number =
        value.bytes().any(|b| b.is_ascii_digit()) || value.contains('-') && value.len() <= 12;
    if value.len() > 40 || !may_be_number {
        return Looks::Other;
    }
    if let Some(day) = day(value).or_else(|| named_day(value)) {
        return Looks::Day(day);
    }
    match foreign_number(value, value.len() < written.len()) {
        Some(_) if value.bytes().filter(u8::is_ascii_digit).count() > SAFE_DIGITS => Looks::Digits,
        Some(signs) => Looks::Number(signs),
        None => Looks::Other,
    }
}
