//! The files of an external table.

use datafusion::logical_expr::CreateExternalTable;

use crate::tables::paths::find;
use crate::tables::storage::FilePath;

/// The files that there are already, if they are on a disk.
pub(in crate::tables) fn files(statement: &CreateExternalTable) -> Vec<FilePath> {
    let of_location = |location: &String| {
        let path = location.strip_prefix("file://").unwrap_or(location);
        find::find(&FilePath::of_disk(path))
            .map(|found| found.files)
            .unwrap_or_default()
    };
    let is_full = |file: &FilePath| file.metadata().is_ok_and(|m| m.len > 0);
    let all = statement.locations.iter().flat_map(of_location);
    all.filter(is_full).collect()
}
