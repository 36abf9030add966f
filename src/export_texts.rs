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
    "\\n",        // \N of MySQL and PostgreSQL
    "0000-00-00", // no day of MySQL's
    "0000-00-00 00:00:00",
    "00/00/0000",
    "00.00.0000",
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
    "#num!",
    "#spill!",
    "#calc!",
    // Of spreadsheets in German, Spanish, French and Portuguese.
    "#wert!",
    "#bezug!",
    "#zahl!",
    "#n/d",
    "#¡div/0!",
    "#¡valor!",
    "#¡ref!",
    "#¡num!",
    "#¿nombre?",
    "#valeur!",
    "#nom?",
    "#nombre!",
    "#valor!",
    "#núm!",
    "#nÚm!", // Compared without regard to the case of ASCII alone.
    "#nome?",
    "k. a.",
    "keine angabe",
    "ohne angabe",
    "s/d",
    "sin datos",
    "no value",
    "(no value)",
    "no data",
    "(no data)",
    "not provided",
    "(not provided)",
    "not applicable",
    "not specified",
    "(not specified)",
    "[unknown]",
    "(unknown)",
    "<unknown>",
    "(other/unknown)",
    "(missing)",
    "unassigned",
    "(unassigned)",
    "''",
    "\"\"",
];

/// The longest of them in bytes.
const LONGEST: usize = 19;

/// What programs have for an id that is not set.
const NO_UUID: &[u8] = b"00000000-0000-0000-0000-000000000000";

/// Whether a text stands for no value: one of those that exports write in its place, or nothing but blanks.
pub(crate) fn means_nothing(text: &[u8]) -> bool {
    let text = trimmed(text);
    if text.is_empty() {
        return true;
    }
    if text.len() > LONGEST {
        return text == NO_UUID;
    }
    if !begin_with(&NOTHING_LENGTHS, text[0], text.len()) {
        return false;
    }
    // na may be a word, and NA the short name of a continent or a country; nothing is called NA more often.
    text == b"NA"
        || MEAN_NOTHING
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

/// The lengths of the words that begin with a byte, as bits: most texts are none of them for that alone.
type Lengths = [u64; 256];

const NOTHING_LENGTHS: Lengths = lengths(MEAN_NOTHING);
const TOTAL_LENGTHS: Lengths = lengths(TOTALS);

const fn lengths(words: &[&str]) -> Lengths {
    let mut lengths = [0; 256];
    // NA, which is in no list.
    lengths[b'N' as usize] = 1 << 2;
    let mut i = 0;
    while i < words.len() {
        let word = words[i].as_bytes();
        lengths[word[0] as usize] |= 1 << word.len();
        lengths[word[0].to_ascii_uppercase() as usize] |= 1 << word.len();
        i += 1;
    }
    lengths
}

fn begin_with(lengths: &Lengths, first: u8, length: usize) -> bool {
    length < 64 && lengths[usize::from(first)] >> length & 1 == 1
}

/// Whether a text can begin one of them; the others need not be looked at.
pub(crate) const fn may_mean_nothing(first: u8) -> bool {
    matches!(
        first.to_ascii_lowercase(),
        b'-' | b'?' | b'.' | b'_' | b'\\' | b'#' | b'<' | b'(' | b'[' | b'{' | b'\'' | b'"' | b'0'
            | b'b' | b'e' | b'k' | b'm' | b'n' | b'o' | b's' | b't' | b'u'
    ) || first.is_ascii_whitespace()
        // Dashes and blanks of Unicode.
        || matches!(first, 0xC2 | 0xE2 | 0xE3)
}

/// Without blanks around it, those of Unicode and those of no width among them.
fn trimmed(text: &[u8]) -> &[u8] {
    if let [first, .., last] = text
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return text;
    }
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
    "totalt",
    "i alt",
    "sum",
    "sums",
    "summe",
    "summen",
    "summa",
    "gesamt",
    "gesamtsumme",
    "gesamtergebnis",
    "teilergebnis",
    "zwischensumme",
    "endsumme",
    "somme",
    "suma",
    "razem",
    "celkem",
    "összesen",
    "ukupno",
    "toplam",
    "genel toplam",
    "yhteensä",
    "итого",
    "всего",
    "общий итог",
    "合計",
    "総計",
    "小計",
    "合计",
    "总计",
    "小计",
    "總計",
    "overall",
    // Of pivot tables in other languages and programs.
    "total result",
    "suma końcowa",
    "eindtotaal",
    "celkový součet",
    "totalsumma",
    "общая сумма",
];

/// The first bytes of those that are of no ASCII.
const TOTALS_OF_UNICODE: [u8; 6] = [0xC3, 0xD0, 0xE5, 0xE6, 0xE7, 0xE8];

/// What stands around such a name where a report shows it.
const DECORATION: [char; 8] = ['*', '=', '-', '#', '_', '>', ':', '.'];

/// Whether a text is the name of a line that is the sum of others: `Total`, `Subtotal EMEA`, `c1 Total`, `*** TOTAL ***`,
/// `Total: 2 customers`; or says how many lines there are: `(2 rows affected)`.
pub(crate) fn is_total(text: &str) -> bool {
    if text.len() > 60 || !is_likely_total(text.as_bytes()) {
        return false;
    }
    if is_number_of_rows(text.trim()) {
        return true;
    }
    let is_decoration = |c: char| c.is_whitespace() || DECORATION.contains(&c);
    let text = text.trim_matches(is_decoration);
    if text.eq_ignore_ascii_case("(all)") {
        return true;
    }
    if !text.starts_with(char::is_alphabetic) {
        return false;
    }
    // Grand Total (3).
    let text = match text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('))
    {
        Some((name, number)) if number.bytes().all(|b| b.is_ascii_digit()) => name.trim_end(),
        _ => text,
    };
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
    let is_name = |text: &str| TOTALS.iter().any(|word| text.eq_ignore_ascii_case(word));
    is_name(&text)
        || text
            .split_once(':')
            .is_some_and(|(name, _)| is_name(name.trim_end()))
        || ends(" total")
        || ends(" totals")
        || ends(" ergebnis")
        || begins("grand total ")
        || begins("total for ")
        || begins("totals for ")
        || begins("subtotal ")
        || begins("zwischensumme ")
}

/// Lets nearly all texts go that are no sums by their first and last bytes and their length alone.
fn is_likely_total(text: &[u8]) -> bool {
    let [first, .., last] = text else {
        return false;
    };
    if !first.is_ascii_alphabetic() || !last.is_ascii_alphanumeric() {
        return true;
    }
    let first_lower = first.to_ascii_lowercase();
    matches!(last.to_ascii_lowercase(), b'l' | b's')
        || begin_with(&TOTAL_LENGTHS, *first, text.len())
        || matches!(first_lower, b's' | b'z' | b't' | b'g') && text.len() > 9
        || text.contains(&b':')
}

/// What databases write below their rows: `(2 rows affected)`, `3 rows selected.`
fn is_number_of_rows(text: &str) -> bool {
    let inner = text.trim_start_matches('(').trim_end_matches([')', '.']);
    let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    rest.len() < inner.len()
        && matches!(
            rest.to_ascii_lowercase().as_str(),
            " row"
                | " rows"
                | " row affected"
                | " rows affected"
                | " row(s) affected"
                | " row selected"
                | " rows selected"
                | " row returned"
                | " rows returned"
                | " row in set"
                | " rows in set"
        )
}

/// Whether a text that begins, or one that ends, with this byte can be one; the others need not be looked at.
pub(crate) const fn may_be_total(byte: u8) -> (bool, bool) {
    let lower = byte.to_ascii_lowercase();
    let begins = matches!(
        lower,
        b't' | b'g'
            | b's'
            | b'z'
            | b'e'
            | b'o'
            | b'r'
            | b'c'
            | b'u'
            | b'i'
            | b'y'
            | b'*'
            | b'='
            | b'-'
            | b'#'
            | b'_'
            | b'>'
            | b'('
            | b':'
            | b'.'
    );
    let mut begins = begins || byte.is_ascii_whitespace();
    let mut i = 0;
    while i < TOTALS_OF_UNICODE.len() {
        begins |= TOTALS_OF_UNICODE[i] == byte;
        i += 1;
    }
    let ends = matches!(
        lower,
        b'l' | b's' | b':' | b')' | b'.' | b'*' | b'=' | b'-' | b'#' | b'_' | b'>'
    ) || byte.is_ascii_whitespace();
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
        for total in [
            "Gesamtergebnis",
            "c1 Ergebnis",
            "Grand Total (3)",
            "Total: 2 customers",
            "*** TOTAL ***",
            "--- Total ---",
            "Razem",
            "Total Result",
            "Suma końcowa",
            "Totals for EMEA",
            "Grand Total - 2 customers",
            "(All)",
            "Итого",
            "ИТОГО:",
            "合計",
            "(2 rows affected)",
            "(1 row)",
            "(3 rows)",
        ] {
            assert!(is_total(total), "{total}");
            let (first, last) = (total.as_bytes()[0], total.as_bytes()[total.len() - 1]);
            assert!(may_be_total(first).0 || may_be_total(last).1, "{total}");
        }
        for word in TOTALS {
            assert!(is_total(word), "{word}");
            assert!(is_total(&word.to_uppercase()), "{word}");
            assert!(may_be_total(word.as_bytes()[0]).0, "{word}");
            assert!(may_be_total(word.to_uppercase().as_bytes()[0]).0, "{word}");
        }
        for name in [
            "Totalled for EMEA",
            "Rows (2)",
            "2 rowers",
            "Acme (3)",
            "Sumatra",
            "(12)",
            "---",
        ] {
            assert!(!is_total(name), "{name}");
        }
        assert!(!is_total("Total Energies") && !is_total("Totalisator") && !is_total("1 total"));
        for word in [
            "Nonet", "N1", "na", "Na", "0", "-1", "No", "unset", "CRM", "n", "NATO",
        ] {
            assert!(!means_nothing(word.as_bytes()), "{word}");
        }
        assert!(means_nothing(NO_UUID) && may_mean_nothing(NO_UUID[0]));
        assert!(!means_nothing(b"00000000-0000-0000-0000-000000000001"));
        for nothing in [
            "", " ", "\t ", " N/A ", "NA", "\\N", "—", "\u{a0}", "\u{200b}",
        ] {
            assert!(means_nothing(nothing.as_bytes()), "{nothing:?}");
        }
    }
}
