//! Amounts below zero, and of nothing.

use super::super::asked::written;
use super::super::columns::ColumnRole;
use super::super::finding::{Finding, Severity};
use super::super::profile::ColumnProfile;
use super::super::shown;

/// Where so many amounts are zero, they are what the column is about.
const MANY: f64 = 0.5;

pub(super) fn check(column: &ColumnProfile, rows: u64, found: &mut Vec<Finding>) {
    if column.role != ColumnRole::Amount {
        return;
    }
    let (values, name) = (column.n("values"), written(column.name()));
    let negative = column.n("negative");
    if negative > 0 {
        found.push(
            Finding::new(
                Severity::Warning,
                "negative_amount",
                format!(
                    "{} {} negative, down to {}: refunds and corrections lower sums, and average values",
                    shown::of(negative, values, "amount"),
                    shown::are(negative),
                    column.text("least").unwrap_or_default()
                ),
            )
            .of(column.name())
            .counted(negative, values)
            .such_as(column.text("least"))
            .advice(format!("FILTER (WHERE {name} > 0) counts purchases alone")),
        );
    }
    let zero = column.n("zero");
    if zero > 0 && (zero as f64) < MANY * rows as f64 {
        found.push(
            Finding::new(
                Severity::Info,
                "zero_amount",
                format!(
                    "{} {} 0, and lower averages",
                    shown::of(zero, values, "amount"),
                    shown::are(zero)
                ),
            )
            .of(column.name())
            .counted(zero, values)
            .such_as(Some("0"))
            .advice(format!(
                "FILTER (WHERE {name} <> 0) leaves them out, if nothing was bought"
            )),
        );
    }
}
