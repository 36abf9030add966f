//! All that was found in one call.

use crate::check::finding::{Finding, Severity};
use crate::check::joins::CheckedJoin;
use crate::check::table::CheckedTable;

/// All that was found in one call.
#[derive(Default)]
pub struct Report {
    pub tables: Vec<CheckedTable>,
    /// `None` where there was no query to look at.
    pub joins: Option<Vec<CheckedJoin>>,
}

impl Report {
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        let of_tables = self.tables.iter().flat_map(|table| &table.findings);
        let of_joins = self.joins.iter().flatten().flat_map(|join| &join.findings);
        of_tables.chain(of_joins)
    }

    pub(super) fn count(&self, severity: Severity) -> u64 {
        self.findings()
            .filter(|finding| finding.severity == severity)
            .count() as u64
    }

    /// Whether there is a finding that is as bad as this, or worse.
    pub fn has(&self, level: Severity) -> bool {
        self.findings().any(|finding| finding.severity >= level)
    }
}
