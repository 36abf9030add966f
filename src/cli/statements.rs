//! The SQL of a call: from arguments, files or standard input.

use std::io::{IsTerminal, Read};
use std::path::Path;

use super::args::SqlSource;
use super::error::Error;
use super::sql_text::SqlText;
use crate::session::{self, Statement};

/// Every statement, in the order in which they were given.
pub(super) fn statements(texts: &[SqlText]) -> Result<Vec<Statement>, Error> {
    let mut statements = vec![];
    for SqlText { name, text } in texts {
        statements.extend(session::parse(name, text)?);
    }
    Ok(statements)
}

/// What was given, or standard input.
pub(super) fn texts(sources: &[SqlSource]) -> Result<Vec<SqlText>, Error> {
    if sources.is_empty() {
        let mut stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Err(Error::Usage(
                "there is nothing to run: give SQL with -c SQL, -f FILE or on standard input\n\
                 kpi-sql --help shows examples"
                    .to_string(),
            ));
        }
        let mut bytes = vec![];
        stdin
            .read_to_end(&mut bytes)
            .map_err(|e| Error::Failed(format!("standard input cannot be read: {e}")))?;
        let name = "standard input".to_string();
        let text = text(&name, bytes)?;
        return Ok(vec![SqlText { name, text }]);
    }
    let n_commands = sources
        .iter()
        .filter(|s| matches!(s, SqlSource::Command(_)))
        .count();
    let mut command = 0;
    let mut texts = vec![];
    for source in sources {
        texts.push(match source {
            SqlSource::File(path) => SqlText {
                name: path.display().to_string(),
                text: read(path)?,
            },
            SqlSource::Command(sql) => {
                command += 1;
                let name = if n_commands == 1 {
                    "-c".to_string()
                } else {
                    format!("-c#{command}")
                };
                let text = sql.clone();
                SqlText { name, text }
            }
        });
    }
    Ok(texts)
}

fn read(path: &Path) -> Result<String, Error> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|e| Error::Failed(format!("the SQL file {name} cannot be read: {e}")))?;
    text(&name, bytes)
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|_| Error::Failed(format!("{name} is not UTF-8 text; save it as UTF-8")))
}
