//! The SQL of a call: from arguments, files or standard input.

use std::io::{IsTerminal, Read};
use std::path::Path;

use super::args::SqlSource;
use super::error::Error;
use crate::session::{self, Statement};

/// Every statement, in the order in which they were given.
pub(super) fn statements(sources: &[SqlSource]) -> Result<Vec<Statement>, Error> {
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
        let name = "standard input";
        return Ok(session::parse(name, &text(name, bytes)?)?);
    }
    let n_commands = sources
        .iter()
        .filter(|s| matches!(s, SqlSource::Command(_)))
        .count();
    let mut command = 0;
    let mut statements = vec![];
    for source in sources {
        statements.extend(match source {
            SqlSource::File(path) => session::parse(&path.display().to_string(), &read(path)?)?,
            SqlSource::Command(sql) => {
                command += 1;
                let name = if n_commands == 1 {
                    "-c".to_string()
                } else {
                    format!("-c#{command}")
                };
                session::parse(&name, sql)?
            }
        });
    }
    Ok(statements)
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
