//! All checks of one table, one after the other.

use datafusion::arrow::datatypes::SchemaRef;

use super::{amounts, currencies, dates, days, flags, keys, rows, texts};
use crate::check::asked::AskedTable;
use crate::check::columns::ColumnRole;
use crate::check::finding::{Finding, Severity};
use crate::check::options::SaidColumns;
use crate::check::profile::{TableProfile, profile};
use crate::session::{self, ErrorKind, Session};

/// What was found in a table, and what its columns were taken for.
pub struct CheckedTable {
    pub name: String,
    /// How many rows it has, if it could be read.
    pub rows: Option<u64>,
    /// What its columns are, if it could be opened.
    pub schema: Option<SchemaRef>,
    /// The columns with what they were taken for.
    pub columns: Vec<(String, ColumnRole)>,
    /// What tells its rows apart, if that is known.
    pub key: Option<String>,
    pub findings: Vec<Finding>,
}

/// Checks whatever FROM takes.
///
/// # Errors
/// Those of the machine: not enough memory or disk. A table that cannot be read is a finding.
pub async fn check_table(
    session: &mut Session,
    name: &str,
    said: &SaidColumns,
) -> Result<CheckedTable, session::Error> {
    let mut checked = CheckedTable {
        name: name.to_string(),
        rows: None,
        schema: None,
        columns: vec![],
        key: None,
        findings: vec![],
    };
    let asked = match AskedTable::open(session, name).await {
        Ok(asked) => asked,
        Err(e) => {
            let _ = session.take_notes();
            checked.findings.push(unreadable(e)?);
            return Ok(checked);
        }
    };
    checked.schema = Some(asked.schema.clone());
    let roles = said.roles(&asked.schema);
    let names = asked.columns().map(|field| field.name().clone());
    checked.columns = names.zip(roles.iter().copied()).collect();
    session.tell_of_columns();
    let mut notes = session.take_notes();
    // Which folder a table was found in is for those who ask for its rows.
    notes.retain(|note| !(note.starts_with(&format!("{name} is ")) && note.contains("; use ")));
    let result = match profile(&asked, &roles).await {
        Ok(profile) => {
            checked.rows = Some(profile.rows);
            all(&asked, &profile, said, &notes, &mut checked).await
        }
        Err(e) => Err(e),
    };
    if let Err(e) = result {
        checked.findings.push(unreadable(e)?);
    }
    notes.extend(asked.notes());
    let has_totals = checked
        .findings
        .iter()
        .any(|finding| finding.kind == "total_line");
    notes.retain(|note| !has_totals || !note.contains("looks like a sum of other lines"));
    // Such a line is why its column is text, which is not said again.
    for total in &checked.findings {
        if let ("total_line", Some(column), Some((n, _))) =
            (total.kind, &total.column, total.counts)
        {
            let said = format!("column {column} is text because of {n} of its ");
            notes.retain(|note| !note.starts_with(&said));
        }
    }
    let notes: Vec<Finding> = notes
        .iter()
        .map(|note| told(note, &checked.columns))
        .collect();
    checked.findings.extend(notes);
    checked
        .findings
        .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(checked)
}

async fn all(
    asked: &AskedTable,
    profile: &TableProfile,
    said: &SaidColumns,
    notes: &[String],
    checked: &mut CheckedTable,
) -> Result<(), session::Error> {
    if profile.rows == 0 {
        checked.findings.push(
            Finding::new(
                Severity::Warning,
                "no_rows",
                "the table has columns and no row",
            )
            .advice("check whether the export was cut off"),
        );
        return Ok(());
    }
    let ignored = |name: &str| said.ignored.iter().any(|column| column == name);
    let columns = profile
        .columns
        .iter()
        .filter(|column| !ignored(column.name()));
    let columns: Vec<_> = columns.collect();
    let found = &mut checked.findings;
    let key = keys::own(asked, profile, &columns, said, found).await?;
    for column in &columns {
        keys::values(asked, column, profile.rows, key.as_ref(), found).await?;
        texts::check(asked, column, profile.rows, notes, found).await?;
        amounts::check(column, profile.rows, found);
        dates::check(asked, column, found).await?;
        flags::check(asked, column, found).await?;
    }
    currencies::check(asked, profile, &columns, found).await?;
    days::check(asked, &columns, found).await?;
    match &key {
        Some(key) if key.is_unique => {}
        _ => rows::check(asked, profile, found).await?,
    }
    checked.key = key
        .filter(|key| key.is_unique)
        .map(|key| key.columns.join(", "));
    Ok(())
}

/// A table that cannot be read is what a check is for; a machine that is too small is not.
fn unreadable(error: session::Error) -> Result<Finding, session::Error> {
    match error.kind() {
        ErrorKind::Resources => Err(error),
        _ => Ok(Finding::new(
            Severity::Error,
            "unreadable",
            error.to_string(),
        )),
    }
}

/// What reading a table had to tell; most of it is of a column.
fn told(note: &str, columns: &[(String, ColumnRole)]) -> Finding {
    let of_column = columns.iter().find_map(|(column, _)| {
        let said = note
            .strip_prefix("column ")?
            .strip_prefix(column.as_str())?
            .strip_prefix(' ')?;
        Some((column, said))
    });
    match of_column {
        Some((column, said)) => Finding::new(Severity::Warning, "reading", said).of(column),
        // A separator is seen in the columns, too.
        None if note.ends_with(" between its values") => {
            Finding::new(Severity::Info, "reading", note)
        }
        None => Finding::new(Severity::Warning, "reading", note),
    }
}
