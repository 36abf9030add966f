//! `-- param: month=2026-08` above the statements of a text: the value of `$month` where nobody gives another.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer, Whitespace};

use super::parameter::Parameter;

/// What such a comment begins with.
const MARK: &str = "param:";

/// A default, and the line it stands on.
pub(in crate::session) type DefaultOnLine = (Parameter, u64);

/// The defaults in a text whose first statement ends at `end_of_first`.
///
/// # Errors
/// The line and what is wrong with it.
pub(in crate::session) fn defaults(
    text: &str,
    end_of_first: Location,
) -> Result<Vec<DefaultOnLine>, (u64, String)> {
    // Texts without any are not read a second time.
    if !text.contains(MARK) {
        return Ok(vec![]);
    }
    let Ok(tokens) = Tokenizer::new(&GenericDialect {}, text).tokenize_with_location() else {
        return Ok(vec![]);
    };
    let mut found: Vec<DefaultOnLine> = vec![];
    for token in tokens {
        let Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) = &token.token else {
            continue;
        };
        let Some(typed) = comment.trim().strip_prefix(MARK) else {
            continue;
        };
        let (start, typed) = (token.span.start, typed.trim());
        let wrong = |why: String| (start.line, format!("-- param: {typed}: {why}"));
        let parameter = Parameter::parse(typed).map_err(wrong)?;
        let is_below = (start.line, start.column) > (end_of_first.line, end_of_first.column);
        // That of one statement ends with the text, which has no end to the tokenizer.
        if end_of_first.line > 0 && is_below {
            return Err(wrong(
                "a default stands above the first statement, and is for all of them".to_string(),
            ));
        }
        let name = &parameter.name;
        if let Some((_, line)) = found.iter().find(|(known, _)| known.name == *name) {
            let why = format!("${name} has a default already, on line {line}");
            return Err(wrong(why));
        }
        found.push((parameter, start.line));
    }
    Ok(found)
}
