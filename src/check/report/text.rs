//! The report for people.

use std::collections::BTreeMap;

use super::all::Report;
use super::lines::wrapped;
use crate::check::asked::written;
use crate::check::columns::ColumnRole;
use crate::check::finding::{Finding, Severity};
use crate::check::joins::CheckedJoin;
use crate::check::shown;
use crate::check::table::CheckedTable;

/// Where what is said of a finding begins.
const INDENT: usize = 10;

/// What is looked for, for a report that has found nothing of it.
const LOOKED_FOR: &str = "Looked for: NULL, blank and repeated keys and those in several spellings, identical rows, \
    flags that are not BOOLEAN, negative amounts, placeholder, future and missing days, texts that are numbers or \
    dates, several currencies, lines of totals, and differences between files.";

const LOOKED_FOR_IN_JOINS: &str =
    "Looked for: keys that are not unique on the other side, and keys without a partner.";

/// The report in lines of 80 columns.
pub fn as_text(report: &Report) -> String {
    let mut text = String::new();
    for table in &report.tables {
        text += &of_table(table);
        text.push('\n');
    }
    for join in report.joins.iter().flatten() {
        text += &of_join(join);
        text.push('\n');
    }
    text + &summary(report)
}

fn of_table(table: &CheckedTable) -> String {
    let mut text = match table.rows {
        None => format!("{}\n", table.name),
        Some(rows) => wrapped(
            "",
            2,
            &format!(
                "{}: {}, {}",
                table.name,
                shown::many(rows, "row"),
                shown::many(table.columns.len() as u64, "column")
            ),
        ),
    };
    text += &findings(&table.findings);
    let taken_for = taken_for(table);
    if table.rows.is_some() && !taken_for.is_empty() {
        text += &wrapped("  taken as ", 4, &taken_for);
    }
    text
}

fn of_join(join: &CheckedJoin) -> String {
    let mut text = wrapped("", 2, &format!("{}: {}", join.place, join.join));
    if let (Some(rows), Some(shape)) = (join.rows, join.shape) {
        text += &format!("  {shape}, {}\n", shown::many(rows, "pair"));
    }
    text + &findings(&join.findings)
}

/// The findings: those of one kind after the first are named in one line.
fn findings(findings: &[Finding]) -> String {
    let is_like = |a: &Finding, b: &Finding| {
        let have_columns = a.column.is_some() && b.column.is_some();
        // What reading had to tell is another thing each time.
        have_columns && a.kind == b.kind && a.severity == b.severity && a.kind != "reading"
    };
    let mut text = String::new();
    for (i, first) in findings.iter().enumerate() {
        if findings[..i].iter().any(|before| is_like(before, first)) {
            continue;
        }
        text += &finding(first);
        let like = findings[i + 1..]
            .iter()
            .filter(|other| is_like(other, first));
        let named: Vec<String> = like.map(in_short).collect();
        if !named.is_empty() {
            let first = format!("{}likewise ", " ".repeat(INDENT));
            text += &wrapped(&first, INDENT + 2, &named.join(", "));
        }
    }
    text
}

fn finding(finding: &Finding) -> String {
    let first = format!("  {:<width$}", finding.severity.name(), width = INDENT - 2);
    let column = match &finding.column {
        Some(column) => format!("{}: ", written(column)),
        None => String::new(),
    };
    let example = match &finding.example {
        Some(example) if !finding.message.contains(example.as_str()) => {
            format!(" (for example {})", shown::quoted(example))
        }
        _ => String::new(),
    };
    let mut text = wrapped(
        &first,
        INDENT,
        &format!("{column}{}{example}", finding.message),
    );
    if !finding.advice.is_empty() {
        text += &wrapped(
            &format!("{}> ", " ".repeat(INDENT)),
            INDENT + 2,
            &finding.advice,
        );
    }
    text
}

fn in_short(finding: &Finding) -> String {
    let column = finding.column.as_deref().map(written).unwrap_or_default();
    match finding.counts {
        Some((count, all)) if count != all => {
            format!(
                "{column} ({} of {})",
                shown::number(count),
                shown::number(all)
            )
        }
        _ => column,
    }
}

/// What the columns were taken for.
fn taken_for(table: &CheckedTable) -> String {
    let mut of_roles: BTreeMap<ColumnRole, Vec<String>> = BTreeMap::new();
    for (column, role) in &table.columns {
        if *role != ColumnRole::Other && table.key.as_ref() != Some(column) {
            of_roles.entry(*role).or_default().push(written(column));
        }
    }
    let key = table.key.as_ref().map(|key| format!("unique key: {key}"));
    let roles = of_roles
        .iter()
        .map(|(role, columns)| format!("{}: {}", role.names(), columns.join(", ")));
    key.into_iter().chain(roles).collect::<Vec<_>>().join("; ")
}

fn summary(report: &Report) -> String {
    let named = [
        (report.count(Severity::Error), "error"),
        (report.count(Severity::Warning), "warning"),
    ];
    let mut found: Vec<String> = named
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| shown::many(*n, what))
        .collect();
    match report.count(Severity::Info) {
        0 => {}
        n => found.push(format!("{} for information", shown::number(n))),
    }
    let mut places = vec![];
    if !report.tables.is_empty() {
        places.push(shown::many(report.tables.len() as u64, "table"));
    }
    if let Some(joins) = &report.joins {
        places.push(shown::many(joins.len() as u64, "join"));
    }
    let places = places.join(" and ");
    if !found.is_empty() {
        return wrapped("", 0, &format!("{} in {places}.", found.join(", ")));
    }
    let mut text = format!("Nothing was found in {places}.\n");
    if !report.tables.is_empty() {
        text += &wrapped("", 0, LOOKED_FOR);
    }
    if report.joins.as_ref().is_some_and(|joins| !joins.is_empty()) {
        text += &wrapped("", 0, LOOKED_FOR_IN_JOINS);
    }
    text
}
