//! Numbers and names as people read them.

use crate::define::in_thousands;

/// `12,345`.
pub(super) fn number(number: u64) -> String {
    in_thousands(&number.to_string())
}

/// `12,345.50`.
pub(super) fn money(amount: f64) -> String {
    let rounded = format!("{:.2}", amount.abs());
    let (whole, cents) = rounded.split_once('.').unwrap_or((&rounded, "00"));
    let sign = if amount < 0.0 { "-" } else { "" };
    match whole.parse() {
        Ok(whole) => format!("{sign}{}.{cents}", number(whole)),
        Err(_) => format!("{amount:e}"),
    }
}

/// `3 of 1,204 values`, `1 of 1 value`.
pub(super) fn of(count: u64, all: u64, what: &str) -> String {
    let s = if all == 1 { "" } else { "s" };
    format!("{} of {} {what}{s}", number(count), number(all))
}

/// `1 row`, `2 rows`.
pub(super) fn many(count: u64, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {what}{s}", number(count))
}

/// `is` of one, `are` of several.
pub(super) fn are(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// `have`, of one `has`.
pub(super) fn have(count: u64) -> &'static str {
    if count == 1 { "has" } else { "have" }
}

/// A value in quotes, cut where it is long.
pub(super) fn quoted(value: &str) -> String {
    let mut shown: String = value.chars().take(40).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    format!("'{shown}'")
}

/// A value in SQL.
pub(super) fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_commas_at_their_thousands() {
        let shown = [0, 999, 1_000, 1_234_567].map(number);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(money(-1234.5), "-1,234.50");
        assert_eq!(of(1, 1, "row"), "1 of 1 row");
    }
}
