//! What a text that is being typed is made of, as the parser reads it.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer, Whitespace};

use super::keywords::is_keyword;

/// What a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartKind {
    Keyword,
    Word,
    Text,
    /// A text whose quote is still open.
    OpenText,
    Comment,
    Other,
}

/// The parts of a text, which together are the text.
pub(super) fn parts(text: &str) -> Vec<(PartKind, &str)> {
    let mut tokens = vec![];
    // What cannot be read is what is being typed.
    let read =
        Tokenizer::new(&GenericDialect {}, text).tokenize_with_location_into_buf(&mut tokens);
    let mut ends = PartEnds::new(text);
    let mut parts = vec![];
    let mut start = 0;
    for token in &tokens {
        let end = ends.of(token.span.end);
        parts.push((kind(&token.token), &text[start..end]));
        start = end;
    }
    let rest = &text[start..];
    if read.is_err() && !rest.is_empty() {
        let kind = match rest.chars().next() {
            Some('\'') => PartKind::OpenText,
            Some('/') => PartKind::Comment,
            _ => PartKind::Other,
        };
        parts.push((kind, rest));
    }
    parts
}

fn kind(token: &Token) -> PartKind {
    match token {
        Token::Word(word) if word.quote_style.is_none() => match is_keyword(&word.value) {
            true => PartKind::Keyword,
            false => PartKind::Word,
        },
        Token::Whitespace(
            Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_),
        ) => PartKind::Comment,
        Token::SingleQuotedString(_)
        | Token::NationalStringLiteral(_)
        | Token::EscapedStringLiteral(_)
        | Token::HexStringLiteral(_)
        | Token::DollarQuotedString(_) => PartKind::Text,
        _ => PartKind::Other,
    }
}

/// From the lines and columns of the tokenizer to bytes, one after the other.
struct PartEnds<'a> {
    letters: std::iter::Peekable<std::str::CharIndices<'a>>,
    at: (u64, u64),
    len: usize,
}

impl<'a> PartEnds<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            letters: text.char_indices().peekable(),
            at: (1, 1),
            len: text.len(),
        }
    }

    fn of(&mut self, end: Location) -> usize {
        let end = (end.line, end.column);
        while self.at < end {
            match self.letters.next() {
                Some((_, '\n')) => self.at = (self.at.0 + 1, 1),
                Some(_) => self.at.1 += 1,
                None => break,
            }
        }
        self.letters.peek().map_or(self.len, |(byte, _)| *byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_the_text() {
        use PartKind::{Comment, Keyword, OpenText, Text, Word};
        let text = "SELECT 'ä\nö' AS umsatz -- €\nFROM \"x\" /* a */ WHERE b = 'ope\nn";
        let parts = parts(text);
        let whole: String = parts.iter().map(|(_, part)| *part).collect();
        assert_eq!(whole, text);
        let of = |kind| -> Vec<&str> {
            let found = parts.iter().filter(|(known, _)| *known == kind);
            found.map(|(_, part)| *part).collect()
        };
        assert_eq!(of(Keyword), ["SELECT", "AS", "FROM", "WHERE"]);
        assert_eq!(of(Word), ["umsatz", "b"]);
        assert_eq!(of(Text), ["'ä\nö'"]);
        assert_eq!(of(OpenText), ["'ope\nn"]);
        assert_eq!(of(Comment).len(), 2);
        assert_eq!(
            super::parts("SELECT 1 /* a").last(),
            Some(&(Comment, "/* a"))
        );
        assert_eq!(super::parts(""), []);
    }
}
