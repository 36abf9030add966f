//! How one CSV file is read, and whether damaged lines are left out of those of its table.

use std::path::PathBuf;
use std::sync::Arc;

use super::looking::Looking;
use crate::tables::options::MaxRejects;
use crate::tables::values::written::WrittenForm;

/// How a file is read; it goes with the file.
#[derive(Debug)]
pub(in crate::tables) struct CsvFile {
    pub looking: Looking,
    /// The names of its columns.
    pub names: Vec<String>,
    /// Which columns of the table they are.
    pub columns: Vec<usize>,
    /// How their texts are written, where that is not as programs do.
    pub written: Vec<Option<WrittenForm>>,
    /// The forms that options would give each of them, where a type was said and the values do not tell how they are written.
    pub open: Vec<Vec<WrittenForm>>,
    /// The path of a file that is in an archive, and on no disk.
    pub in_archive: Option<PathBuf>,
}

/// That damaged lines are left out.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Lenient {
    /// What messages call the table; `None` is the name of the file.
    pub table: Option<Arc<str>>,
    pub max: MaxRejects,
}
