//! Days that stand for none, and days that have not come yet.

use super::super::asked::{AskedTable, quoted, whole, written};
use super::super::columns::{ColumnRole, may_be_long_ago, may_lie_ahead};
use super::super::finding::{Finding, Severity};
use super::super::profile::{ColumnProfile, sentinels};
use super::super::shown;
use crate::session;

pub(super) async fn check(
    asked: &AskedTable,
    column: &ColumnProfile,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    if column.role != ColumnRole::Date {
        return Ok(());
    }
    let (values, name) = (column.n("values"), written(column.name()));
    if column.n("sentinel") > 0 {
        let day = format!("CAST({} AS DATE)", quoted(column.name()));
        let days = format!(
            "SELECT CAST({day} AS VARCHAR) AS day, count(*) AS n FROM {} WHERE {day} IN {} GROUP BY {day} ORDER BY day",
            asked.from(),
            sentinels()
        );
        for row in asked.ask(&days).await? {
            let Some(sentinel) = row.first().cloned().flatten() else {
                continue;
            };
            // It may be a day like others: of birth, for example.
            let near = format!(
                "SELECT count(*) FROM {} WHERE {day} > CAST(DATE '{sentinel}' - INTERVAL '366 days' AS DATE) \
                 AND {day} < CAST(DATE '{sentinel}' + INTERVAL '366 days' AS DATE) AND {day} NOT IN {}",
                asked.from(),
                sentinels()
            );
            let near = whole(asked.ask_one(&near).await?.first());
            if near > 0 && may_be_long_ago(column.name()) || near > 1 {
                continue;
            }
            let n = whole(row.get(1));
            found.push(
                Finding::new(
                    Severity::Warning,
                    "sentinel_date",
                    format!(
                        "{} {} {sentinel}, which programs write for a missing date: durations from and to it are wrong by years",
                        shown::of(n, values, "date"),
                        shown::are(n)
                    ),
                )
                .of(column.name())
                .counted(n, values)
                .such_as(Some(&sentinel))
                .advice(format!("NULLIF(CAST({name} AS DATE), DATE '{sentinel}') makes it NULL")),
            );
        }
    }
    let ahead = column.n("ahead");
    if ahead > 0 && !may_lie_ahead(column.name()) {
        let last = column.text("last").unwrap_or_default();
        found.push(
            Finding::new(
                Severity::Warning,
                "future_date",
                format!(
                    "{} {} in the future, the last is {last}",
                    shown::of(ahead, values, "date"),
                    shown::are(ahead)
                ),
            )
            .of(column.name())
            .counted(ahead, values)
            .such_as(Some(last))
            .advice(format!(
                "WHERE {name} <= now() leaves them out; check whether days and months were swapped"
            )),
        );
    }
    Ok(())
}
