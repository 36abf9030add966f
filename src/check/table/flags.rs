//! Columns that are named like a flag and are none.

use datafusion::arrow::datatypes::DataType;

use super::super::asked::{AskedTable, quoted, whole, written};
use super::super::columns::ColumnRole;
use super::super::finding::{Finding, Severity};
use super::super::profile::ColumnProfile;
use super::super::shown;
use crate::session;
use crate::tables::{flag, sql_name};

/// How many values are named.
const SHOWN: usize = 4;

/// How many are read: a yes and a no have no more spellings in one column.
const READ: usize = 20;

pub(super) async fn check(
    asked: &AskedTable,
    column: &ColumnProfile,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let data_type = column.field.data_type();
    if column.role != ColumnRole::Flag || *data_type == DataType::Boolean || column.n("values") == 0
    {
        return Ok(());
    }
    let c = quoted(column.name());
    let sql = format!(
        "SELECT CAST({c} AS VARCHAR) AS value, count(*) AS n, count(*) OVER () AS several \
         FROM {} WHERE {c} IS NOT NULL GROUP BY {c} ORDER BY n DESC, value LIMIT {READ}",
        asked.from()
    );
    let rows = asked.ask(&sql).await?;
    let several = whole(rows.first().and_then(|row| row.get(2)));
    let value = |row: &Vec<Option<String>>| row.first().cloned().flatten().unwrap_or_default();
    let mut named: Vec<String> = rows
        .iter()
        .take(SHOWN)
        .map(|row| {
            format!(
                "{} ({})",
                shown::quoted(&value(row)),
                shown::number(whole(row.get(1)))
            )
        })
        .collect();
    if several > SHOWN as u64 {
        named.push(format!(
            "and {} more",
            shown::number(several - SHOWN as u64)
        ));
    }
    let name = written(column.name());
    let values: Vec<String> = rows.iter().map(value).collect();
    let of = |wanted: bool| values.iter().filter(move |v| flag(v) == Some(wanted));
    let are_flags = several <= READ as u64 && values.iter().all(|v| flag(v).is_some());
    let literal = |value: &String| match column.is_text() {
        true => shown::literal(value),
        false => value.clone(),
    };
    let first = of(true).next().or(values.first());
    let first = first.cloned().unwrap_or_default();
    let yes: Vec<String> = of(true).map(literal).collect();
    let no: Vec<String> = of(false).map(literal).collect();
    // Of a column without a single yes, what is no no would be one.
    let is_yes = match (&yes[..], &no[..]) {
        ([yes], _) => format!("{name} = {yes}"),
        ([], [no]) => format!("{name} <> {no}"),
        ([], no) => format!("{name} NOT IN ({})", no.join(", ")),
        (yes, _) => format!("{name} IN ({})", yes.join(", ")),
    };
    let finding = match are_flags {
        true => Finding::new(
            Severity::Info,
            "flag_of_other_type",
            format!(
                "named like a flag and of type {}: {}",
                sql_name(data_type),
                named.join(", ")
            ),
        )
        .advice(format!(
            "{is_yes} is a flag in a query; --types {name}=BOOLEAN makes it one"
        )),
        false => Finding::new(
            Severity::Warning,
            "no_flag",
            format!(
                "named like a flag, and its values are {}: {}",
                shown::number(several),
                named.join(", ")
            ),
        )
        .advice(format!(
            "say which one is meant: {name} = {}",
            literal(&first)
        )),
    };
    found.push(
        finding
            .of(column.name())
            .counted(several, several)
            .such_as(Some(&first)),
    );
    Ok(())
}
