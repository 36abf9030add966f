//! What only the last rows of a file may show, and somebody should know.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::reject_log::RejectLog;

/// What queries met in the rows of files; shared by a session and the tables that it opens.
#[derive(Debug, Clone, Default)]
pub(crate) struct LateNotes {
    windows_1252: Arc<Mutex<BTreeSet<PathBuf>>>,
    /// Lines that were left out.
    pub rejects: RejectLog,
}

impl LateNotes {
    /// Notes of a session that saves the lines that it leaves out.
    pub fn new(rejects: &Path) -> Self {
        Self {
            rejects: RejectLog::new(rejects),
            ..Self::default()
        }
    }

    /// Sentences about what was met since they were taken last.
    pub fn take(&self) -> Vec<String> {
        let files = std::mem::take(&mut *self.windows_1252.lock());
        let mut notes = self.rejects.take_notes();
        notes.extend(windows_1252(files.iter().map(PathBuf::as_path)));
        notes
    }
}

/// Whether the letters of a file were taken for Windows-1252, and whether that is known already.
#[derive(Debug, Clone, Default)]
pub(in crate::tables) struct Guessed {
    /// It may show in the last of a million rows.
    pub is_guess: Arc<AtomicBool>,
    is_said: Arc<AtomicBool>,
}

impl Guessed {
    /// Whether it is one; the caller says it.
    pub fn say(&self) -> bool {
        let is_guess = self.is_guess.load(Ordering::Relaxed);
        is_guess && !self.is_said.swap(true, Ordering::Relaxed)
    }

    /// Has the reader of a session told, unless somebody was.
    pub fn note(&self, file: &Path, notes: &LateNotes) {
        let is_guess = self.is_guess.load(Ordering::Relaxed);
        if is_guess && !self.is_said.load(Ordering::Relaxed) {
            notes.windows_1252.lock().insert(file.to_path_buf());
        }
    }
}

/// What is said of files in which letters were taken for Windows-1252.
pub(in crate::tables) fn windows_1252<'a>(
    mut files: impl Iterator<Item = &'a Path>,
) -> Option<String> {
    let first = files.next()?.display();
    let which = match files.count() {
        0 => format!("{first} is"),
        more => format!("{} files ({first}, for example) are", more + 1),
    };
    Some(format!(
        "{which} read as Windows-1252, because some letters are no UTF-8; if they come out wrong, \
         iconv -f CP850 -t UTF-8 writes a file of another encoding anew"
    ))
}
