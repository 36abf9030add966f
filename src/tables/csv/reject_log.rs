//! The lines that queries have left out of the files of a session, until they are saved and said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::sifted::LeftOutLine;

/// So many lines are kept at most, and so many bytes of them: a file with more is another file than it is read as.
const MOST_LINES: usize = 1_000_000;
const MOST_BYTES: usize = 512 << 20;

/// A line that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reject {
    /// Where it stands.
    pub file: PathBuf,
    /// Its number in the file, as editors count.
    pub line: u64,
    /// The column, where it is one of them that is wrong.
    pub column: Option<String>,
    /// What is wrong.
    pub reason: String,
    /// The line as it is.
    pub text: String,
}

/// The lines that were left out; shared by a session and the tables that it opens.
#[derive(Debug, Clone, Default)]
pub(crate) struct RejectLog(Arc<Mutex<Log>>);

#[derive(Debug, Default)]
struct Log {
    /// Where they are saved.
    saved_in: PathBuf,
    all: BTreeMap<(PathBuf, u64), LeftOutLine>,
    bytes: usize,
    is_saved: bool,
    /// By table, what nobody has been told.
    untold: BTreeMap<String, BTreeSet<(PathBuf, u64)>>,
    headers: BTreeMap<PathBuf, BTreeSet<u64>>,
}

impl RejectLog {
    pub fn new(saved_in: &Path) -> Self {
        let log = Log {
            saved_in: saved_in.to_path_buf(),
            is_saved: true,
            ..Log::default()
        };
        Self(Arc::new(Mutex::new(log)))
    }

    /// Takes lines of a file; an error in words if they are too many.
    pub(in crate::tables) fn add(
        &self,
        table: &str,
        file: &Path,
        lines: Vec<LeftOutLine>,
    ) -> Result<(), String> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut log = self.0.lock();
        log.is_saved = false;
        for reject in lines {
            let place = (file.to_path_buf(), reject.line);
            let untold = log.untold.entry(table.to_string()).or_default();
            untold.insert(place.clone());
            log.bytes += reject.text.len();
            log.all.entry(place).or_insert(reject);
        }
        match log.all.len() > MOST_LINES || log.bytes > MOST_BYTES {
            true => Err(format!(
                "{} has so many damaged lines that they cannot be kept ({} of them): it is not the file that it is read \
                 as",
                file.display(),
                log.all.len()
            )),
            false => Ok(()),
        }
    }

    /// Takes header lines that stood among the rows of a file.
    pub fn add_headers(&self, file: &Path, lines: Vec<u64>) {
        if !lines.is_empty() {
            let mut log = self.0.lock();
            log.headers
                .entry(file.to_path_buf())
                .or_default()
                .extend(lines);
        }
    }

    /// Where they are saved.
    pub fn saved_in(&self) -> PathBuf {
        self.0.lock().saved_in.clone()
    }

    /// All of them, if there are some that were not saved yet.
    pub fn to_save(&self) -> Option<Vec<Reject>> {
        let mut log = self.0.lock();
        if std::mem::replace(&mut log.is_saved, true) {
            return None;
        }
        let all = log.all.iter().map(|((file, line), reject)| Reject {
            file: file.clone(),
            line: *line,
            column: reject.column.clone(),
            reason: reject.reason.clone(),
            text: reject.text.clone(),
        });
        Some(all.collect())
    }

    /// They are to be saved once more.
    pub fn is_not_saved(&self) {
        self.0.lock().is_saved = false;
    }

    /// A sentence for each table about what was left out since they were asked for last.
    pub fn take_notes(&self) -> Vec<String> {
        let mut log = self.0.lock();
        let untold = std::mem::take(&mut log.untold);
        let saved_in = log.saved_in.display();
        let rejects = untold.into_iter().filter_map(|(table, places)| {
            let (file, line) = places.first()?;
            let example = log.all.get(&(file.clone(), *line))?;
            let place = format!("{}, line {line}: {}", file.display(), example.reason);
            Some(match places.len() {
                1 => format!("1 damaged line of {table} is left out ({place}): it is in {saved_in}"),
                n => format!(
                    "{n} damaged lines of {table} are left out ({place}, for example): they are in {saved_in}"
                ),
            })
        });
        let mut notes: Vec<String> = rejects.collect();
        for (file, lines) in std::mem::take(&mut log.headers) {
            let file = file.display();
            let first = lines.first().copied().unwrap_or_default();
            notes.push(match lines.len() {
                1 => format!("{file}, line {first}, repeats the header line and is left out"),
                n => format!(
                    "{file} repeats its header line {n} times, first in line {first}; these lines are left out"
                ),
            });
        }
        notes
    }
}
