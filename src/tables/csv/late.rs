//! What only the last rows of a file may show, and somebody should know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use encoding_rs::Encoding;
use parking_lot::Mutex;

use super::nothing_words::NothingWords;
use super::reject_log::RejectLog;
use crate::tables::options::OptionNames;
use crate::tables::words::some_files;

/// What queries met in the rows of files; shared by a session and the tables that it opens.
#[derive(Debug, Clone, Default)]
pub(crate) struct LateNotes {
    met: Arc<Mutex<Met>>,
    /// Lines that were left out.
    pub rejects: RejectLog,
}

#[derive(Debug, Default)]
struct Met {
    /// Files whose letters were taken for Windows-1252.
    windows_1252: BTreeSet<PathBuf>,
    /// By table and file: the words for nothing that are read as NULL, and what messages call the options of the table.
    nothing: BTreeMap<(String, PathBuf), (NothingWords, OptionNames)>,
}

impl LateNotes {
    /// Notes of a session that saves the lines that it leaves out.
    pub fn new(rejects: &Path) -> Self {
        Self {
            rejects: RejectLog::new(rejects),
            ..Self::default()
        }
    }

    /// What was met since they were taken last, in sentences.
    pub fn take(&self) -> Vec<String> {
        let met = std::mem::take(&mut *self.met.lock());
        let mut notes = self.rejects.take_notes();
        notes.extend(windows_1252(met.windows_1252.iter().map(PathBuf::as_path)));
        let mut by_column: BTreeMap<_, Vec<(&PathBuf, &NothingWords, &OptionNames)>> =
            BTreeMap::new();
        for ((table, file), (words, option_names)) in &met.nothing {
            for column in words.columns() {
                let of_column = by_column.entry((table, column)).or_default();
                of_column.push((file, words, option_names));
            }
        }
        let of_columns = by_column.into_iter().filter_map(|((_, column), files)| {
            let shown = NothingWords::shown(column, files.iter().map(|(_, words, _)| *words));
            let (_, _, option_names) = files.first()?;
            let (which, _) = some_files(files.iter().map(|(file, _, _)| file.display()))?;
            Some(format!(
                "column {column} of {which} has {shown}, which is read as NULL; {} keeps the texts as they are",
                option_names.types(column, "TEXT")
            ))
        });
        notes.extend(of_columns);
        notes
    }

    /// Takes what the rows of a file have had of words for nothing so far.
    pub(super) fn add_nothing(
        &self,
        table: &str,
        file: &Path,
        words: &NothingWords,
        option_names: &OptionNames,
    ) {
        if words.are_none() {
            return;
        }
        let mut met = self.met.lock();
        let known = met.nothing.entry((table.to_string(), file.to_path_buf()));
        let (known, _) = known.or_insert_with(|| (NothingWords::default(), *option_names));
        known.merge(words);
    }
}

/// What the bytes of a file were taken for: whether its letters are those of Windows-1252, and whether that is known already.
#[derive(Debug, Clone, Default)]
pub(in crate::tables) struct Guessed {
    /// The encoding that was decoded from the first byte on, where it is not UTF-8.
    pub decoded: Arc<OnceLock<&'static Encoding>>,
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
            notes.met.lock().windows_1252.insert(file.to_path_buf());
        }
    }
}

/// What is said of files in which letters were taken for Windows-1252.
pub(in crate::tables) fn windows_1252<'a>(files: impl Iterator<Item = &'a Path>) -> Option<String> {
    let (which, are) = some_files(files.map(Path::display))?;
    Some(format!(
        "{which} {are} read as Windows-1252, because some letters are not UTF-8; if they come out wrong, iconv -f \
         CP850 -t UTF-8 converts a file from another encoding"
    ))
}
