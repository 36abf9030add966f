//! Rows that are there more than once.

use super::super::asked::{AskedTable, quoted, whole, written_table};
use super::super::columns::ColumnRole;
use super::super::finding::{Finding, Severity};
use super::super::profile::TableProfile;
use super::super::shown;
use crate::session;

pub(super) async fn check(
    asked: &AskedTable,
    profile: &TableProfile,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let columns: Vec<String> = asked.columns().map(|field| quoted(field.name())).collect();
    let columns = columns.join(", ");
    let shown: Vec<String> = asked
        .columns()
        .filter(|field| !field.data_type().is_nested())
        .take(4)
        .map(|field| {
            format!(
                "max(coalesce(CAST({} AS VARCHAR), 'NULL'))",
                quoted(field.name())
            )
        })
        .collect();
    let example = match shown.is_empty() {
        true => "''".to_string(),
        false => format!("concat_ws(', ', {})", shown.join(", ")),
    };
    let sql = format!(
        "SELECT count(*), coalesce(sum(n - 1), 0), min(example) \
         FROM (SELECT count(*) AS n, {example} AS example FROM {} GROUP BY {columns} HAVING count(*) > 1)",
        asked.from()
    );
    let row = asked.ask_one(&sql).await?;
    let (groups, again) = (whole(row.first()), whole(row.get(1)));
    if groups == 0 {
        return Ok(());
    }
    let of_keys = profile.columns.iter().any(|c| c.role == ColumnRole::Key);
    // Rows that nothing tells apart may be equal by right.
    let severity = if of_keys {
        Severity::Warning
    } else {
        Severity::Info
    };
    found.push(
        Finding::new(
            severity,
            "duplicate_row",
            format!(
                "{} {} identical to an earlier one in every column: sums and counts include them again",
                shown::of(again, profile.rows, "row"),
                shown::are(again)
            ),
        )
        .counted(again, profile.rows)
        .such_as(row.get(2).and_then(Option::as_deref))
        .advice(format!(
            "SELECT DISTINCT * FROM {} keeps one of each; if identical rows are separate events, a line number tells them apart",
            written_table(&asked.name)
        )),
    );
    Ok(())
}
