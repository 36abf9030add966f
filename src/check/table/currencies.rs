//! Several currencies beside amounts.

use super::super::asked::{AskedTable, quoted, whole, written};
use super::super::columns::ColumnRole;
use super::super::finding::{Finding, Severity};
use super::super::profile::{ColumnProfile, TableProfile};
use super::super::shown;
use crate::session;
use crate::tables::CURRENCY_CODES;

/// How many currencies are named.
const SHOWN: usize = 5;

pub(super) async fn check(
    asked: &AskedTable,
    profile: &TableProfile,
    columns: &[&ColumnProfile],
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let amounts = profile
        .columns
        .iter()
        .filter(|c| c.role == ColumnRole::Amount);
    let amounts: Vec<String> = amounts.map(|c| written(c.name())).collect();
    for column in columns {
        let is_code = |measure: &str| column.n(measure) == 3;
        let by_values = column.is_text()
            && column.role == ColumnRole::Other
            && is_code("shortest")
            && is_code("longest")
            && column.n("distinct") <= CURRENCY_CODES.len() as u64;
        if column.role != ColumnRole::Currency && !by_values {
            continue;
        }
        let c = quoted(column.name());
        // EUR and eur are one.
        let sql = format!(
            "SELECT code, count(*) AS n, count(*) OVER () AS several \
             FROM (SELECT upper(btrim(CAST({c} AS VARCHAR))) AS code FROM {}) WHERE code <> '' \
             GROUP BY code ORDER BY n DESC, code LIMIT {SHOWN}",
            asked.from()
        );
        let rows = asked.ask(&sql).await?;
        let several = whole(rows.first().and_then(|row| row.get(2)));
        let code = |row: &Vec<Option<String>>| row.first().cloned().flatten().unwrap_or_default();
        let are_codes = rows
            .iter()
            .all(|row| CURRENCY_CODES.contains(&code(row).as_str()));
        if several < 2 || by_values && !are_codes {
            continue;
        }
        let named: Vec<String> = rows
            .iter()
            .map(|row| format!("{} ({})", code(row), shown::number(whole(row.get(1)))))
            .collect();
        let more = match several.saturating_sub(SHOWN as u64) {
            0 => String::new(),
            more => format!(" and {} more", shown::number(more)),
        };
        let name = written(column.name());
        let (beside, advice) = match amounts.first() {
            Some(amount) => (
                format!(": a sum of {} adds them up as they are", amounts.join(", ")),
                format!("GROUP BY {name}, or convert {amount} before it is summed"),
            ),
            None => (
                String::new(),
                format!("GROUP BY {name} wherever amounts are summed"),
            ),
        };
        found.push(
            Finding::new(
                if amounts.is_empty() {
                    Severity::Info
                } else {
                    Severity::Warning
                },
                "currencies",
                format!(
                    "{} currencies, {}{more}{beside}",
                    shown::number(several),
                    named.join(", ")
                ),
            )
            .of(column.name())
            .counted(several, several)
            .such_as(rows.first().map(&code).as_deref())
            .advice(advice),
        );
    }
    Ok(())
}
