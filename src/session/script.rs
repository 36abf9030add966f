//! SQL text cut into statements by DataFusion's own parser, each with the line it begins on.
//!
//! A script is parsed as a whole before anything runs, so a slip on its last line costs no half-done work.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::sql::parser::{DFParserBuilder, Statement as Ast};
#[cfg(feature = "cli")]
use datafusion::sql::sqlparser::ast::{Expr, SelectItem};
use datafusion::sql::sqlparser::ast::{SetExpr, Statement as Sql};
use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Location, Token, Tokenizer};

use super::error::{Error, ErrorKind};
use super::parameters::{self, Parameter};
use super::result_names;
use super::words::{dialects, messages};
use crate::tables::without_queries;

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
    names: Vec<String>,
    /// What the text that it is of says above its first statement.
    defaults: Arc<[Parameter]>,
}

impl Statement {
    /// The statement as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The names of the `$name`s that want a value.
    pub fn parameters(&self) -> BTreeSet<String> {
        parameters::wanted(&self.ast)
    }

    /// The values of those that are given none.
    pub(super) fn defaults(&self) -> &[Parameter] {
        &self.defaults
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

    /// The table or the view that it makes.
    pub(crate) fn creates(&self) -> Option<String> {
        let name = match &self.ast {
            Ast::CreateExternalTable(table) => &table.name,
            Ast::Statement(sql) => match sql.as_ref() {
                Sql::CreateTable(table) => &table.name,
                Sql::CreateView(view) => &view.name,
                _ => return None,
            },
            _ => return None,
        };
        let ident = name.0.last()?.as_ident()?;
        Some(match ident.quote_style {
            Some(_) => ident.value.clone(),
            None => ident.value.to_lowercase(),
        })
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

    /// Whether it may name this table.
    pub fn may_name(&self, table: &str) -> bool {
        let name = table.to_lowercase().replace('"', "\"\"");
        let text = self.text.to_lowercase();
        let is_of_a_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        text.match_indices(&name).any(|(start, found)| {
            let (before, after) = (&text[..start], &text[start + found.len()..]);
            !is_of_a_word(before.chars().next_back()) && !is_of_a_word(after.chars().next())
        })
    }

    /// Whether it may ask which tables there are.
    pub fn may_list_tables(&self) -> bool {
        let text = self.text.to_lowercase();
        text.contains("information_schema")
            || ["tables", "columns"].iter().any(|list| {
                let words = text.split_whitespace().take(2);
                words.eq(["show", list])
            })
    }

    /// Whether it asks for rows, and changes nothing.
    pub fn is_a_query(&self) -> bool {
        match &self.ast {
            Ast::Statement(sql) => matches!(sql.as_ref(), Sql::Query(_)),
            _ => false,
        }
    }

    /// Where it stands: the file, and the line in it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What its result is called by lines such as `-- name: revenue` above it; more than one is a mistake.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether it asks for something that is shown, as SELECT and EXPLAIN do, and CREATE and COPY do not.
    pub fn has_result(&self) -> bool {
        let sql = match &self.ast {
            Ast::Explain(_) => return true,
            Ast::Statement(sql) => sql.as_ref(),
            _ => return false,
        };
        match sql {
            Sql::Query(query) => match query.body.as_ref() {
                SetExpr::Select(select) => select.into.is_none(),
                SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) => false,
                _ => true,
            },
            Sql::ExplainTable { .. }
            | Sql::Execute { .. }
            | Sql::ShowColumns { .. }
            | Sql::ShowCreate { .. }
            | Sql::ShowFunctions { .. }
            | Sql::ShowTables { .. }
            | Sql::ShowVariable { .. } => true,
            _ => false,
        }
    }

    pub(super) fn error(&self, kind: ErrorKind, message: &str) -> Error {
        Error::new(kind, self.placed(message))
    }

    /// The statement that asks for the value of an expression in each row of a table; messages show the `text` of the
    /// expression alone.
    ///
    /// # Errors
    /// A name that no table can have.
    #[cfg(feature = "cli")]
    pub(super) fn of_rows(place: &str, text: &str, expr: Expr, table: &str) -> Result<Self, Error> {
        let mut statements = parse(place, &format!("SELECT true FROM \"{table}\""))?;
        let mut statement = statements.remove(0);
        if let Ast::Statement(sql) = &mut statement.ast
            && let Sql::Query(query) = sql.as_mut()
            && let SetExpr::Select(select) = query.body.as_mut()
        {
            select.projection = vec![SelectItem::UnnamedExpr(expr)];
        }
        statement.place = place.to_string();
        statement.text = text.to_string();
        Ok(statement)
    }
}

/// Parses one expression, such as a condition.
///
/// # Errors
/// What cannot be read, and what stands behind the expression.
#[cfg(feature = "cli")]
pub(super) fn expression(place: &str, text: &str) -> Result<Expr, Error> {
    let wrong = |message: &str| {
        let (_, message) = messages::of_syntax(message);
        Error::new(ErrorKind::Syntax, placed(place, &message, text))
    };
    let parser = DFParserBuilder::new(text).with_recursion_limit(MAX_NESTING);
    let parsed = parser
        .build()
        .and_then(|mut parser| parser.parse_into_expr())
        .map_err(|e| wrong(&messages::of(&e)))?;
    match parsed.alias {
        None => Ok(parsed.expr),
        Some(alias) => Err(wrong(&format!(
            "a condition has no name, and AS {alias} gives it one"
        ))),
    }
}

/// Whether somebody who is typing a text has come to the end of a statement: its last word is a `;`, outside of quotes and
/// comments. Nothing but blanks is whole too; a comment goes on to the statement that it stands above.
pub fn is_whole(text: &str) -> bool {
    match Tokenizer::new(&GenericDialect {}, text).tokenize() {
        Ok(tokens) => {
            let mut words = tokens.iter().rev();
            match words.find(|token| !matches!(token, Token::Whitespace(_))) {
                Some(last) => *last == Token::SemiColon,
                None => text.trim().is_empty(),
            }
        }
        // What more text cannot put right is for the parser to say.
        Err(e) => !["Unterminated", "EOF"]
            .iter()
            .any(|end| e.message.contains(end)),
    }
}

/// Parses the text called `name` in messages, such as the name of a file; one without a name has lines alone.
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
        let place = place(name, line.unwrap_or(start.line.max(1)));
        let shown = placed(&place, &message, &text[offset(text, start)..]);
        Error::new(ErrorKind::Syntax, shown)
    };
    let beginning = Location::new(1, 1);
    let mut parser = DFParserBuilder::new(text)
        .with_recursion_limit(MAX_NESTING)
        .build()
        .map_err(|e| syntax_error(messages::of(&e), beginning))?;
    let mut statements = vec![];
    let mut last_end = 0;
    let mut end_of_first = beginning;
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
        let begin = offset(text, start);
        if statements.is_empty() {
            end_of_first = next.span.end;
        }
        statements.push(Statement {
            ast,
            place: place(name, start.line),
            text: text[begin..end].to_string(),
            names: result_names::above(&text[last_end..begin], last_end == 0),
            defaults: Arc::default(),
        });
        last_end = end;
    }
    if statements.is_empty() {
        let message = format!("{name} has no statement in it, at most comments");
        return Err(Error::new(ErrorKind::Syntax, message));
    }
    let defaults = defaults(name, text, end_of_first, &statements)?;
    for statement in &mut statements {
        statement.defaults = Arc::clone(&defaults);
    }
    Ok(statements)
}

/// The defaults that a text has for its parameters, each of which a statement has to use.
fn defaults(
    name: &str,
    text: &str,
    end_of_first: Location,
    statements: &[Statement],
) -> Result<Arc<[Parameter]>, Error> {
    let wrong = |(line, message): (u64, String)| {
        Error::new(
            ErrorKind::Syntax,
            format!("{}: {message}", place(name, line)),
        )
    };
    let found = parameters::defaults(text, end_of_first).map_err(wrong)?;
    let used: BTreeSet<String> = statements.iter().flat_map(Statement::parameters).collect();
    for (parameter, line) in &found {
        if !used.contains(&parameter.name) {
            let all: Vec<_> = used.iter().map(|name| format!("${name}")).collect();
            let all = match all.is_empty() {
                true => "they have none".to_string(),
                false => format!("they have {}", all.join(", ")),
            };
            let unused = &parameter.name;
            let message = format!(
                "-- param: no statement below has ${unused}, of which this is the default; {all}"
            );
            return Err(wrong((*line, message)));
        }
    }
    Ok(found.into_iter().map(|(parameter, _)| parameter).collect())
}

fn place(name: &str, line: u64) -> String {
    match name {
        "" => format!("line {line}"),
        _ => format!("{name}:{line}"),
    }
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
    // A web address may have a signature.
    without_queries(&format!("{place}: {message}\n  in: {shown}"))
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
    fn a_statement_ends_with_a_semicolon_that_is_no_part_of_a_text() {
        for text in [
            "",
            " \n",
            "SELECT 1;",
            "SELECT ';'; -- done",
            "SELECT 1;\nSELECT 2; /* ; */",
            "SELECT $$;$$;",
        ] {
            assert!(is_whole(text), "{text:?}");
        }
        for text in [
            "SELECT 1",
            "SELECT 1; SELECT 2",
            "SELECT 'a;",
            "SELECT \"a;",
            "SELECT 1 /* ;",
            "SELECT 1 -- ;",
            "-- param: month=2026-08",
            "SELECT $$;",
        ] {
            assert!(!is_whole(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_without_a_name_has_lines() {
        let statements = parse("", "SELECT 1;\nSELECT 2").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(statements[1].place(), "line 2");
    }

    #[test]
    fn a_table_may_be_named_in_any_case_and_in_quotes() {
        let sql = "SELECT * FROM Orders, \"a \"\"b\"\"\"";
        let statements = parse("a.sql", sql).unwrap_or_else(|e| panic!("{e}"));
        assert!(statements[0].may_name("orders") && statements[0].may_name("a \"b\""));
        assert!(!statements[0].may_name("customers") && !statements[0].may_name("order"));
        let lists = parse("a.sql", "SHOW  tables; SHOW ALL").unwrap_or_else(|e| panic!("{e}"));
        assert!(lists[0].may_list_tables() && !lists[1].may_list_tables());
    }

    #[test]
    fn a_syntax_error_names_the_line_it_is_on() {
        let Err(error) = parse("a.sql", "SELECT 1;\nSELECT\n  2 +;") else {
            panic!("it parsed")
        };
        assert!(error.to_string().starts_with("a.sql:3: "), "{error}");
    }
}
