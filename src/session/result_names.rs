//! What the author of a script calls a result: `-- name: revenue_by_segment` on a line above its statement.

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer, Whitespace};

/// The names in what stands between two statements, or before the first one.
pub(super) fn above(between: &str, is_first: bool) -> Vec<String> {
    // What the parser has gone over is no surprise to the tokenizer.
    let tokens = Tokenizer::new(&GenericDialect {}, between).tokenize();
    let mut is_on_a_line_of_its_own = is_first;
    let mut names = vec![];
    for token in tokens.unwrap_or_default() {
        match token {
            Token::Whitespace(Whitespace::SingleLineComment { comment, .. }) => {
                // What stands behind a statement is not above the next one.
                names.extend(name(&comment).filter(|_| is_on_a_line_of_its_own));
                is_on_a_line_of_its_own = true;
            }
            Token::Whitespace(Whitespace::Newline) => is_on_a_line_of_its_own = true,
            _ => {}
        }
    }
    names
}

fn name(comment: &str) -> Option<String> {
    let (key, name) = comment.split_once(':')?;
    let is_name = key.trim().eq_ignore_ascii_case("name");
    is_name.then(|| name.trim().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_on_lines_of_their_own() {
        assert_eq!(above("-- name: a b \n", true), ["a b"]);
        assert_eq!(above("; -- name: a\n--NAME:b\n", false), ["b"]);
        assert_eq!(
            above(";\n-- by month\n-- name: a\n-- name: b\n", false),
            ["a", "b"]
        );
        assert_eq!(
            above(";\n/*\n-- name: a\n*/\n-- names: b\n", false),
            [""; 0]
        );
        assert_eq!(above("-- name:\n", true), [""]);
    }
}
