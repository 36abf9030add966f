//! The folder for what does not fit into memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use datafusion::error::DataFusionError;
use datafusion::execution::disk_manager::DiskManager;

use crate::session::error::{Error, ErrorKind};
use crate::session::settings::Face;
use crate::session::words::messages;

/// DataFusion would make a folder that is not there, which with a slip in its name is a surprise.
pub(in crate::session) fn check(dir: &Path, face: &Face) -> Result<(), Error> {
    let shown = dir.display();
    if dir.is_dir() {
        return Ok(());
    }
    let what = match dir.exists() {
        true => format!("{shown} is not a folder"),
        false => format!("there is no folder {shown}"),
    };
    Err(Error::new(
        ErrorKind::Setting,
        format!("{}: {what}", face.spill_dir),
    ))
}

/// DataFusion could not make a folder of its own in there.
pub(in crate::session) fn refused(
    dir: &Option<PathBuf>,
    error: &DataFusionError,
    face: &Face,
) -> Error {
    let dir = dir.clone().unwrap_or_else(std::env::temp_dir);
    let message = format!(
        "{}: nothing can be written to {}: {}",
        face.spill_dir,
        dir.display(),
        messages::of(error)
    );
    Error::new(ErrorKind::Setting, message)
}

/// The folders that were made for spilling. They remove themselves when the last query is dropped, but at the end of
/// a run that failed or was cancelled, threads may still hold one.
#[derive(Debug, Clone)]
pub struct Folders(Arc<Mutex<Vec<Arc<DiskManager>>>>);

impl Folders {
    pub(in crate::session) fn of(disk: &Arc<DiskManager>) -> Self {
        Self(Arc::new(Mutex::new(vec![disk.clone()])))
    }

    pub(in crate::session) fn add(&self, disk: &Arc<DiskManager>) {
        let mut disks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        disks.push(disk.clone());
    }

    /// Removes them all; nothing may be spilled from here on.
    pub fn remove(&self) {
        let disks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for folder in disks.iter().flat_map(|disk| disk.temp_dir_paths()) {
            // A thread that is just creating a file in it can win, but not for long.
            for _ in 0..10 {
                if std::fs::remove_dir_all(&folder).is_ok() || !folder.exists() {
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
    }
}
