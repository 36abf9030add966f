//! The files of an external table.

use std::path::PathBuf;

use datafusion::logical_expr::CreateExternalTable;

use crate::tables::paths::find;

/// The files that there are already, if they are on a disk.
pub(in crate::tables) fn files(statement: &CreateExternalTable) -> Vec<PathBuf> {
    let of_location = |location: &String| {
        let path = location.strip_prefix("file://").unwrap_or(location);
        find::find(path)
            .map(|found| found.files)
            .unwrap_or_default()
    };
    let is_full = |file: &PathBuf| std::fs::metadata(file).is_ok_and(|m| m.len() > 0);
    let all = statement.locations.iter().flat_map(of_location);
    all.filter(is_full).collect()
}
