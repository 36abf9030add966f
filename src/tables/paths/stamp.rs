//! Whether files are still those that were opened.

use datafusion::prelude::SessionContext;

use super::find;
use crate::tables::archive;
use crate::tables::storage::{FileMetadata, FilePath, Stores};

/// What tells whether the files of a path are still those that were opened.
pub(crate) type Stamp = Vec<(FilePath, Option<FileMetadata>)>;

/// The files that a path means now; `None` where there is none.
pub(crate) fn stamp(ctx: &SessionContext, path: &str) -> Option<Stamp> {
    let path = Stores::of(ctx).path(path).ok()?;
    let files = find::find(&path).ok()?.files.into_iter();
    let stamped = files.map(|file| {
        let found = archive::on_disk(&file).metadata().ok();
        (file, found)
    });
    Some(stamped.collect())
}
