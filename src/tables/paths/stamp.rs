//! Whether files are still those that were opened.

use std::fs::Metadata;
use std::path::PathBuf;
use std::time::SystemTime;

use super::find;
use crate::tables::archive;

/// What tells whether the files of a path are still those that were opened.
pub(crate) type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// The files that a path means now; `None` where there is none.
pub(crate) fn stamp(path: &str) -> Option<Stamp> {
    let files = find::find(path).ok()?.files.into_iter();
    let stamped = files.map(|file| {
        let found = std::fs::metadata(archive::on_disk(&file)).ok();
        let size = found.as_ref().map_or(0, Metadata::len);
        (file, size, found.and_then(|m| m.modified().ok()))
    });
    Some(stamped.collect())
}
