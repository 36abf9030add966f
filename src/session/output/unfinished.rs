//! What is being written and has not got its name yet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

/// Files and folders that are being written under another name. They remove themselves when their writing fails or is
/// dropped; for a process that ends in the middle of it, somebody else has to.
#[derive(Debug, Clone, Default)]
pub struct Unfinished(Arc<Mutex<BTreeSet<PathBuf>>>);

impl Unfinished {
    pub(in crate::session) fn add(&self, path: &Path) {
        self.0.lock().insert(path.to_path_buf());
    }

    pub(in crate::session) fn done(&self, path: &Path) {
        self.0.lock().remove(path);
    }

    /// Removes them all from the disk.
    pub fn remove(&self) {
        for path in std::mem::take(&mut *self.0.lock()) {
            // What cannot be removed does no harm under its other name.
            let _ = match path.is_dir() {
                true => std::fs::remove_dir_all(&path),
                false => std::fs::remove_file(&path),
            };
        }
    }
}

/// A name in the same folder, because renaming does not reach across disks.
pub(in crate::session) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.unfinished", std::process::id()))
}
