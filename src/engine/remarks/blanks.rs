//! Blanks around a text, those that nobody sees among them.

/// What blanks a text has around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// None.
    None,
    /// Spaces alone.
    Spaces,
    /// Others, too: tabs, ends of lines, spaces that do not break, marks of no width.
    Others,
    /// It is nothing else.
    All,
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}')
}

/// Whether a blank can end in this byte, or begin with it, other than those of ASCII.
pub const fn may_be_blank(byte: u8, is_first: bool) -> bool {
    match is_first {
        // U+00A0, U+2000 and those after it, U+3000, U+FEFF.
        true => matches!(byte, 0xC2 | 0xE2 | 0xE3 | 0xEF),
        false => matches!(byte, 0x80..=0x8D | 0x9F | 0xA0 | 0xA8 | 0xA9 | 0xAF | 0xBF),
    }
}

/// The blanks around a text.
pub fn around(text: &str) -> Around {
    let trimmed = text.trim_matches(is_blank);
    if trimmed.len() == text.len() {
        return Around::None;
    }
    if trimmed.is_empty() {
        return Around::All;
    }
    match text.trim_matches(' ').len() == trimmed.len() {
        true => Around::Spaces,
        false => Around::Others,
    }
}

/// A text in which all blanks can be seen.
pub fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' => shown.push(' '),
            '\t' => shown.push_str("\\t"),
            '\r' => shown.push_str("\\r"),
            '\n' => shown.push_str("\\n"),
            c if is_blank(c) => shown.push_str(&format!("<U+{:04X}>", c as u32)),
            c => shown.push(c),
        }
    }
    shown
}

/// A call that takes them away.
pub fn taken_away(column: &str, others: bool) -> String {
    const BLANKS: &str = r"[\s\x{200B}-\x{200D}\x{2060}\x{FEFF}]+";
    match others {
        true => format!("regexp_replace({column}, '^{BLANKS}|{BLANKS}$', '', 'g')"),
        false => format!("trim({column})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_told_apart_and_the_bytes_at_their_ends_known() {
        assert_eq!(around("c1"), Around::None);
        assert_eq!(around(" c 1"), Around::Spaces);
        for blank in [
            '\t', '\n', '\u{a0}', '\u{2003}', '\u{2009}', '\u{200b}', '\u{202f}', '\u{2060}',
            '\u{3000}', '\u{feff}', '\u{85}', '\u{1680}', '\u{2028}', '\u{2029}', '\u{205f}',
        ] {
            let text = format!("c1{blank}");
            assert_eq!(around(&text), Around::Others, "{text:?}");
            assert_eq!(around(&format!("{blank} ")), Around::All);
            let mut bytes = [0; 4];
            let bytes = blank.encode_utf8(&mut bytes).as_bytes();
            let last = bytes[bytes.len() - 1];
            assert!(
                last.is_ascii_whitespace() || may_be_blank(last, false),
                "{text:?}"
            );
            assert!(
                bytes[0].is_ascii_whitespace() || bytes[0] == 0xE1 || may_be_blank(bytes[0], true),
                "{text:?}"
            );
        }
        assert_eq!(shown("a\u{a0}b\t"), "a<U+00A0>b\\t");
    }
}
