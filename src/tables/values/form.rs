//! What a text says of its column: that it is none of text, or that its line is no row.

use super::class::{ValueClass, class_of};
use super::looks::Looks;
use crate::export_texts::{is_total, means_nothing};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextForm {
    /// Nothing but blanks.
    Blank,
    /// What exports write where there is no value.
    Nothing,
    /// The name of a line that is the sum of others.
    Total,
    /// A number, of this place or another.
    Number,
    /// A day or a time, in any order.
    Day,
    /// Anything else, codes of digits among them.
    Other,
}

/// The form of a text.
pub(crate) fn form_of(text: &str) -> TextForm {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return TextForm::Blank;
    }
    if is_total(text) {
        return TextForm::Total;
    }
    match class_of(trimmed) {
        ValueClass::Nothing => TextForm::Nothing,
        _ if means_nothing(trimmed.as_bytes()) => TextForm::Nothing,
        ValueClass::Integer { .. } | ValueClass::Decimal { .. } => TextForm::Number,
        ValueClass::Date | ValueClass::Time { .. } | ValueClass::Instant { .. } => TextForm::Day,
        ValueClass::Text(Looks::Number(_)) => TextForm::Number,
        ValueClass::Text(Looks::Day(_)) => TextForm::Day,
        ValueClass::Boolean | ValueClass::Text(_) => TextForm::Other,
    }
}
