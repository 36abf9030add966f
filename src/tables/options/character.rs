//! Options that are one character.

/// A character of ASCII that is no letter, no digit and no end of a line; `tab` and `\t` are words for one.
pub(crate) fn character(typed: &str) -> Option<u8> {
    match typed.as_bytes() {
        _ if typed == "tab" || typed == "\\t" => Some(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\n\r".contains(byte) => {
            Some(*byte)
        }
        _ => None,
    }
}

/// One that separates values: no quote, in which they stand.
pub(crate) fn delimiter(typed: &str) -> Option<u8> {
    character(typed).filter(|byte| *byte != b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_line_ends_are_none() {
        assert_eq!(character(";"), Some(b';'));
        assert_eq!(character("tab"), Some(b'\t'));
        assert_eq!(character("\\t"), Some(b'\t'));
        assert_eq!(character("\t"), Some(b'\t'));
        assert_eq!(character("\u{1}"), Some(1));
        for typed in ["", "b", "7", "\n", "\r", ";;", "\u{a7}"] {
            assert_eq!(character(typed), None, "{typed}");
        }
        assert_eq!(character("\""), Some(b'"'));
        assert_eq!(delimiter("\""), None);
    }
}
