//! What is being written and has not got its name yet.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use sysinfo::{Pid, ProcessesToUpdate, System};

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
            remove(&path);
        }
    }
}

/// A name in the same folder, because renaming does not reach across disks. What a run that was killed has left there for
/// the same file or folder is removed.
pub(in crate::session) fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    remove_left(path, &name);
    path.with_file_name(format!(".{name}.{}.unfinished", std::process::id()))
}

/// Removes what processes that are gone have left beside a path.
fn remove_left(path: &Path, name: &str) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let before = format!(".{name}.");
    // Whoever cannot look into the folder will not write to it either.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let other = entry.file_name();
        let other = other.to_string_lossy();
        let middle = other
            .strip_prefix(&before)
            .and_then(|rest| rest.strip_suffix(".unfinished"));
        let process = middle.and_then(|middle| middle.split('.').next()?.parse::<u32>().ok());
        if process.is_some_and(|process| !is_running(process)) && !is_locked(&entry.path()) {
            remove(&entry.path());
        }
    }
}

fn is_running(process: u32) -> bool {
    let process = Pid::from_u32(process);
    let mut system = System::new();
    system.refresh_processes(ProcessesToUpdate::Some(&[process]), true);
    system.process(process).is_some()
}

/// Whether a process of another machine writes it, of which no number is known here.
fn is_locked(path: &Path) -> bool {
    let locked = File::open(path).map(|file| file.try_lock());
    matches!(locked, Ok(Err(fs::TryLockError::WouldBlock)))
}

fn remove(path: &Path) {
    // What cannot be removed does no harm under its other name.
    let _ = match path.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
}
