//! SQL text cut into statements by DataFusion's own parser, each with the line it begins on.
//!
//! A script is parsed as a whole before anything runs, so a slip on its last line costs no half-done work.

use datafusion::sql::parser::{DFParserBuilder, Statement as Ast};
use datafusion::sql::sqlparser::ast::Statement as Sql;
use datafusion::sql::sqlparser::tokenizer::{Location, Token};

use super::error::{Error, ErrorKind};
use super::words::{dialects, messages};

/// Longer statements are cut in error messages.
const SHOWN_CHARS: usize = 200;

/// How deep parentheses and subqueries may be nested; DataFusion's own limit of 50 is for small stacks.
const MAX_NESTING: usize = 300;

/// One statement and where it stands.
#[derive(Debug, Clone)]
pub struct Statement {
    pub(super) ast: Ast,
    place: String,
    text: String,
}

impl Statement {
    /// The statement as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Where it stands: `report.sql:3`.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// The message with its place before and the statement after it.
    pub fn placed(&self, message: &str) -> String {
        placed(&self.place, message, &self.text)
    }

    /// The place that a COPY writes to, as the statement has it.
    pub fn target(&self) -> Option<String> {
        match &self.ast {
            Ast::CopyTo(copy) => Some(copy.target.clone()),
            _ => None,
        }
    }

    /// What becomes of the rows that its answer counts: `written`, or `deleted`.
    pub fn done(&self) -> &'static str {
        let sql = match &self.ast {
            Ast::Statement(sql) => Some(sql.as_ref()),
            _ => None,
        };
        match sql {
            Some(Sql::Delete(_)) => "deleted",
            Some(Sql::Update(_)) => "changed",
            _ => "written",
        }
    }

    /// Whether it asks for rows, and changes nothing.
    pub fn is_a_query(&self) -> bool {
        match &self.ast {
            Ast::Statement(sql) => matches!(sql.as_ref(), Sql::Query(_)),
            _ => false,
        }
    }

    pub(super) fn error(&self, kind: ErrorKind, message: &str) -> Error {
        Error::new(kind, self.placed(message))
    }
}

/// Parses the text called `name` in messages, such as the name of a file.
///
/// # Errors
/// What cannot be read, with its line; a text without any statement.
pub fn parse(name: &str, text: &str) -> Result<Vec<Statement>, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let syntax_error = |message: String, start: Location| {
        let (line, mut message) = messages::of_syntax(&message);
        if let Some(ours) = dialects::statement(&text[offset(text, start)..]) {
            message += &format!("\n  {ours}");
        }
        let place = format!("{name}:{}", line.unwrap_or(start.line.max(1)));
        let shown = placed(&place, &message, &text[offset(text, start)..]);
        Error::new(ErrorKind::Syntax, shown)
    };
    let beginning = Location::new(1, 1);
    let mut parser = DFParserBuilder::new(text)
        .with_recursion_limit(MAX_NESTING)
        .build()
        .map_err(|e| syntax_error(messages::of(&e), beginning))?;
    let mut statements = vec![];
    loop {
        while parser.parser.consume_token(&Token::SemiColon) {}
        let first = parser.parser.peek_token();
        if first.token == Token::EOF {
            break;
        }
        let start = first.span.start;
        let ast = parser
            .parse_statement()
            .map_err(|e| syntax_error(messages::of(&e), start))?;
        let next = parser.parser.peek_token();
        if !matches!(next.token, Token::SemiColon | Token::EOF) {
            let message = format!(
                "Expected: the end of the statement or ;, found: {}{}",
                next.token, next.span.start
            );
            return Err(syntax_error(message, start));
        }
        let end = if next.token == Token::EOF {
            text.len()
        } else {
            offset(text, next.span.start)
        };
        statements.push(Statement {
            ast,
            place: format!("{name}:{}", start.line),
            text: text[offset(text, start)..end].to_string(),
        });
    }
    if statements.is_empty() {
        let message = format!("{name} has no statement in it, at most comments");
        return Err(Error::new(ErrorKind::Syntax, message));
    }
    Ok(statements)
}

fn placed(place: &str, message: &str, statement: &str) -> String {
    let mut shown = String::new();
    for (i, c) in statement
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .enumerate()
    {
        if i == SHOWN_CHARS {
            shown.push('…');
            break;
        }
        shown.push(c);
    }
    format!("{place}: {message}\n  in: {shown}")
}

/// The byte where a line and column of the tokenizer begin, both counted from one in characters.
fn offset(text: &str, at: Location) -> usize {
    let mut line_start = 0;
    for _ in 1..at.line {
        match text[line_start..].find('\n') {
            Some(i) => line_start += i + 1,
            None => return text.len(),
        }
    }
    let column = at.column.saturating_sub(1) as usize;
    text[line_start..]
        .char_indices()
        .nth(column)
        .map_or(text.len(), |(i, _)| line_start + i)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(sql: &str) -> Vec<String> {
        let statements = parse("a.sql", sql).unwrap_or_else(|e| panic!("{e}"));
        statements
            .into_iter()
            .map(|s| format!("{}|{}", s.place, s.text))
            .collect()
    }

    #[test]
    fn statements_know_their_line_and_text() {
        let sql = "-- one;\nSELECT 'ä;b'; /* ; */ SELECT\n 2;;\n\n  SELECT 3 -- end";
        assert_eq!(
            lines(sql),
            [
                "a.sql:2|SELECT 'ä;b'",
                "a.sql:2|SELECT\n 2",
                "a.sql:5|SELECT 3 -- end"
            ]
        );
    }

    #[test]
    fn a_syntax_error_names_the_line_it_is_on() {
        let Err(error) = parse("a.sql", "SELECT 1;\nSELECT\n  2 +;") else {
            panic!("it parsed")
        };
        assert!(error.to_string().starts_with("a.sql:3: "), "{error}");
    }
}
