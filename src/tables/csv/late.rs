//! What only the last rows of a file may show, and somebody should know.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::nothing_words::NothingWords;
use super::reject_log::RejectLog;
use crate::tables::options::OptionNames;

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
    /// By file: the words for nothing that are read as NULL, and what messages call the options of its table.
    nothing: BTreeMap<PathBuf, (NothingWords, OptionNames)>,
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
        // The files of a folder are one table.
        let mut by_column: BTreeMap<&String, Vec<(&PathBuf, &NothingWords, &OptionNames)>> =
            BTreeMap::new();
        for (file, (words, option_names)) in &met.nothing {
            for column in words.columns() {
                let of_column = by_column.entry(column).or_default();
                of_column.push((file, words, option_names));
            }
        }
        for (column, files) in by_column {
            let shown = NothingWords::shown(column, files.iter().map(|(_, words, _)| *words));
            let (first, _, option_names) = files[0];
            let which = match files.len() {
                1 => first.display().to_string(),
                n => format!("{n} files ({}, for example)", first.display()),
            };
            notes.push(format!(
                "column {column} of {which} has {shown}, which is read as NULL; {} keeps the texts as they are",
                option_names.types(column, "TEXT")
            ));
        }
        notes
    }

    /// Takes what the rows of a file have had of words for nothing so far.
    pub(super) fn add_nothing(
        &self,
        file: &Path,
        words: &NothingWords,
        option_names: &OptionNames,
    ) {
        if words.are_none() {
            return;
        }
        let mut met = self.met.lock();
        let known = met.nothing.entry(file.to_path_buf());
        let (known, _) = known.or_insert_with(|| (NothingWords::default(), *option_names));
        known.merge(words);
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
            notes.met.lock().windows_1252.insert(file.to_path_buf());
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
