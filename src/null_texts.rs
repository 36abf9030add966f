//! Texts that exports write where there is no value.

/// Compared without regard to case, and without blanks around them.
const MEAN_NOTHING: &[&str] = &[
    "-",
    "--",
    "---",
    "–",
    "—",
    "?",
    "\\n", // \N of MySQL and PostgreSQL
    "n/a",
    "#n/a",
    "#na",
    "n.a.",
    "nan",
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
    "(blank)",
    "(empty)",
    "(not set)",
    "undefined",
    "#value!",
    "#ref!",
    "#name?",
    "#div/0!",
];

/// The longest of them in bytes.
const LONGEST: usize = 9;

/// Whether a text stands for no value: one of those that exports write in its place, or nothing but blanks.
pub(crate) fn means_nothing(text: &[u8]) -> bool {
    let text = text.trim_ascii();
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
pub(crate) fn may_mean_nothing(first: u8) -> bool {
    matches!(
        first,
        b'-' | b'?' | b'\\' | b'#' | b'<' | b'(' | b'[' | b'n' | b'N' | b'u' | b'U' | 0xE2
    ) || first.is_ascii_whitespace()
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
        for word in [
            "Nonet", "N1", "na", "Na", "0", "-1", "No", "unset", "CRM", "n", "NAT",
        ] {
            assert!(!means_nothing(word.as_bytes()), "{word}");
        }
        for nothing in ["", " ", "\t ", " N/A ", "NA", "\\N", "—"] {
            assert!(means_nothing(nothing.as_bytes()), "{nothing:?}");
        }
    }
}
