//! The report for programs.

use serde_json::{Value, json};

use super::all::Report;
use crate::check::finding::{Finding, Severity};

/// The report as one JSON object.
pub fn as_json(report: &Report) -> String {
    let tables = report.tables.iter().map(|table| {
        let columns = table.columns.iter();
        let columns = columns.map(|(name, role)| json!({"name": name, "taken_as": role.name()}));
        json!({
            "table": table.name,
            "rows": table.rows,
            "unique_key": table.key,
            "columns": columns.collect::<Vec<_>>(),
            "findings": findings(&table.findings),
        })
    });
    let joins = report.joins.as_ref().map(|joins| {
        let joins = joins.iter().map(|join| {
            json!({
                "place": join.place,
                "join": join.join,
                "shape": join.shape,
                "pairs": join.rows,
                "findings": findings(&join.findings),
            })
        });
        joins.collect::<Vec<_>>()
    });
    let all = json!({
        "errors": report.count(Severity::Error),
        "warnings": report.count(Severity::Warning),
        "infos": report.count(Severity::Info),
        "tables": tables.collect::<Vec<_>>(),
        "joins": joins,
    });
    format!("{all:#}\n")
}

fn findings(findings: &[Finding]) -> Vec<Value> {
    let findings = findings.iter().map(|finding| {
        json!({
            "severity": finding.severity.name(),
            "kind": finding.kind,
            "column": finding.column,
            "count": finding.counts.map(|(count, _)| count),
            "of": finding.counts.map(|(_, all)| all),
            "example": finding.example,
            "message": finding.message,
            "advice": finding.advice,
        })
    });
    findings.collect()
}
