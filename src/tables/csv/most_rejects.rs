//! How many lines of a table may be left out before its rows are worth nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::tables::options::{MaxRejects, OptionNames};

/// What one scan of a table has left out so far, by file.
#[derive(Debug, Clone)]
pub(super) struct MostRejects {
    max: MaxRejects,
    files: Arc<Mutex<BTreeMap<PathBuf, ReadSoFar>>>,
}

#[derive(Debug, Clone, Copy)]
struct ReadSoFar {
    rows: u64,
    rejects: u64,
    is_whole: bool,
}

impl MostRejects {
    pub fn new(max: MaxRejects) -> Self {
        Self {
            max,
            files: Arc::default(),
        }
    }

    /// Takes how many rows of a file were read and how many lines were left out of it; the words for too many. A share
    /// is judged when all of the files are read.
    pub fn judge(
        &self,
        file: &Path,
        (rows, rejects): (u64, u64),
        is_whole: bool,
        all_files: usize,
    ) -> Option<TooMany> {
        let mut files = self.files.lock();
        let read = ReadSoFar {
            rows,
            rejects,
            is_whole,
        };
        files.insert(file.to_path_buf(), read);
        let rejects: u64 = files.values().map(|file| file.rejects).sum();
        let rows: u64 = files.values().map(|file| file.rows).sum();
        let is_known = files.len() == all_files && files.values().all(|file| file.is_whole);
        let lines = rows + rejects;
        let is_too_many = match self.max {
            MaxRejects::Lines(most) => rejects > most,
            MaxRejects::Percent(most) => is_known && rejects as f64 * 100.0 > most * lines as f64,
        };
        is_too_many.then_some(TooMany {
            rejects,
            lines: is_known.then_some(lines),
            max: self.max,
        })
    }
}

/// More lines than may be left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct TooMany {
    rejects: u64,
    /// How many there are, if all were read.
    lines: Option<u64>,
    max: MaxRejects,
}

impl TooMany {
    pub fn words(self, table: &str, saved_in: &Path, names: &OptionNames) -> String {
        let Self {
            rejects,
            lines,
            max,
        } = self;
        let of = match lines {
            Some(lines) => {
                let share = (rejects as f64 * 1000.0 / lines as f64).ceil() / 10.0;
                format!("{rejects} of {lines} lines ({share} %)")
            }
            None if rejects == 1 => "1 line or more".to_string(),
            None => format!("{rejects} lines or more"),
        };
        let are = if rejects == 1 { "is" } else { "are" };
        let them = if rejects == 1 { "it" } else { "them" };
        let they = if rejects == 1 { "it is" } else { "they are" };
        let enough = match lines {
            Some(_) => format!(
                "{} lets {them} pass",
                names.max_rejects(&rejects.to_string())
            ),
            None => format!("{} lets a tenth pass", names.max_rejects("10%")),
        };
        format!(
            "{of} of {table} {are} damaged, which is more than {} allows; {they} in {}. {enough}",
            names.max_rejects(&max.to_string()),
            saved_in.display()
        )
    }
}
