//! Texts that exports write where there is no value, and in lines that are sums of others.

use std::borrow::Cow;

/// Compared without regard to case, and without blanks around them.
const MEAN_NOTHING: &[&str] = &[
    "-",
    "--",
    "---",
    "–",
    "—",
    "−",
    "?",
    ".",
    "_",
    "\\n", // \N of MySQL and PostgreSQL
    "n/a",
    "n / a",
    "#n/a",
    "#na",
    "n.a.",
    "n.a",
    "n/d",
    "#nv",
    "#n/v",
    "k.a.",
    "nan",
    "nat",
    "nil",
    "null",
    "#null!",
    "<null>",
    "(null)",
    "[null]",
    "none",
    "<none>",
    "(none)",
    "<na>",
    "blank",
    "(blank)",
    "empty",
    "(empty)",
    "[]",
    "{}",
    "missing",
    "not set",
    "(not set)",
    "not available",
    "tbd",
    "undefined",
    "unknown",
    "#value!",
    "#ref!",
    "#name?",
    "#div/0!",
];

/// The longest of them in bytes.
const LONGEST: usize = 13;

/// Whether a text stands for no value: one of those that exports write in its place, or nothing but blanks.
pub(crate) fn means_nothing(text: &[u8]) -> bool {
    let text = trimmed(text);
    if text.is_empty() {
        return true;
    }
    if text.len() > LONGEST {
        return false;
    }
    // na may be a word, and NA the short name of a continent or a country; nothing is called NA more often.
    text == b"NA"
        || MEAN_NOTHING
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// Whether a text can begin one of them; the others need not be looked at.
pub(crate) const fn may_mean_nothing(first: u8) -> bool {
    matches!(
        first.to_ascii_lowercase(),
        b'-' | b'?' | b'.' | b'_' | b'\\' | b'#' | b'<' | b'(' | b'[' | b'{' | b'b' | b'e' | b'k' | b'm' | b'n' | b't' | b'u'
    ) || first.is_ascii_whitespace()
        // Dashes and blanks of Unicode.
        || matches!(first, 0xC2 | 0xE2 | 0xE3)
}

/// Without blanks around it, those of Unicode and those of no width among them.
fn trimmed(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(text) => text
            .trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}'))
            .as_bytes(),
        Err(_) => text.trim_ascii(),
    }
}

/// What the first cell of a line says that is the sum of others.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "grand totals",
    "subtotal",
    "subtotals",
    "sub-total",
    "sub total",
    "total général",
    "total general",
    "total geral",
    "totale",
    "totaal",
    "sum",
    "sums",
    "summe",
    "summen",
    "gesamt",
    "gesamtsumme",
    "zwischensumme",
    "endsumme",
    "somme",
    "suma",
    "overall",
];

/// Whether a text is the name of a line that is the sum of others: `Total`, `Subtotal EMEA`, `c1 Total`.
pub(crate) fn is_total(text: &str) -> bool {
    let text = text.trim().trim_end_matches(':').trim_end();
    if text.len() > 60 || !text.starts_with(char::is_alphabetic) {
        return false;
    }
    // Most texts of files are of ASCII alone.
    let text = match text.is_ascii() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.to_lowercase()),
    };
    let begins = |word: &str| {
        let start = text.get(..word.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(word))
    };
    let ends = |word: &str| {
        let end = text.len().checked_sub(word.len());
        let end = end.and_then(|from| text.get(from..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    TOTALS.iter().any(|word| text.eq_ignore_ascii_case(word))
        || ends(" total")
        || ends(" totals")
        || begins("subtotal ")
        || begins("zwischensumme ")
}

/// Whether a text that begins, or one that ends, with this byte can be one; the others need not be looked at.
pub(crate) const fn may_be_total(byte: u8) -> (bool, bool) {
    let byte = byte.to_ascii_lowercase();
    let begins = matches!(byte, b't' | b'g' | b's' | b'z' | b'e' | b'o');
    let ends = matches!(byte, b'l' | b's' | b':') || byte.is_ascii_whitespace();
    (begins, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_and_the_first_bytes_are_those_of_the_list() {
        let longest = MEAN_NOTHING.iter().map(|word| word.len()).max();
        assert_eq!(longest, Some(LONGEST));
        for word in MEAN_NOTHING {
            assert!(means_nothing(word.as_bytes()), "{word}");
            assert!(means_nothing(word.to_uppercase().as_bytes()), "{word}");
            assert!(may_mean_nothing(word.as_bytes()[0]), "{word}");
            assert!(
                may_mean_nothing(word.to_uppercase().as_bytes()[0]),
                "{word}"
            );
        }
    }

    #[test]
    fn words_and_codes_have_a_meaning() {
        assert!(is_total("Grand Total:") && is_total("c1 Total") && is_total("Subtotal EMEA"));
        assert!(!is_total("Total Energies") && !is_total("Totalisator") && !is_total("1 total"));
        for word in [
            "Nonet", "N1", "na", "Na", "0", "-1", "No", "unset", "CRM", "n", "NATO",
        ] {
            assert!(!means_nothing(word.as_bytes()), "{word}");
        }
        for nothing in [
            "", " ", "\t ", " N/A ", "NA", "\\N", "—", "\u{a0}", "\u{200b}",
        ] {
            assert!(means_nothing(nothing.as_bytes()), "{nothing:?}");
        }
    }
}
