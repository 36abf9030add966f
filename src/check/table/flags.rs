//! Columns that are named like a flag and are none.

use super::super::asked::{AskedTable, quoted, whole, written};
use super::super::columns::ColumnRole;
use super::super::finding::{Finding, Severity};
use super::super::profile::ColumnProfile;
use super::super::shown;
use crate::session;
use crate::tables::sql_name;
use datafusion::arrow::datatypes::DataType;

/// How many values are named.
const SHOWN: usize = 4;

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
         FROM {} WHERE {c} IS NOT NULL GROUP BY {c} ORDER BY n DESC, value LIMIT {SHOWN}",
        asked.from()
    );
    let rows = asked.ask(&sql).await?;
    let several = whole(rows.first().and_then(|row| row.get(2)));
    let value = |row: &Vec<Option<String>>| row.first().cloned().flatten().unwrap_or_default();
    let mut named: Vec<String> = rows
        .iter()
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
    let is_yes = |value: &str| {
        ["yes", "y", "true", "t", "1", "1.0"].contains(&value.to_lowercase().as_str())
    };
    let is_no = |value: &str| {
        ["no", "n", "false", "f", "0", "0.0"].contains(&value.to_lowercase().as_str())
    };
    let are_flags = several <= 2 && rows.iter().map(&value).all(|v| is_yes(&v) || is_no(&v));
    let first = rows
        .iter()
        .map(&value)
        .find(|v| is_yes(v))
        .or_else(|| rows.first().map(&value));
    let first = first.unwrap_or_default();
    let literal = match column.is_text() {
        true => shown::literal(&first),
        false => first.clone(),
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
            "{name} = {literal} is a flag in a query; --types {name}=BOOLEAN makes it one"
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
        .advice(format!("say which one is meant: {name} = {literal}")),
    };
    found.push(
        finding
            .of(column.name())
            .counted(several, several)
            .such_as(Some(&first)),
    );
    Ok(())
}
