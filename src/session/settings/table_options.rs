//! How one table is to be read.

use crate::tables::OptionNames;

/// An option for one table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileOption {
    /// What separates the values of its CSV files.
    Delimiter(u8),
    /// Whether its CSV files have a header line.
    Header(bool),
    /// A text that means NULL.
    Null(String),
}

/// How one table is to be read, where this differs from all others.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// Its options.
    pub options: Vec<FileOption>,
    /// The types of some of its columns: `("amount", "DECIMAL(12, 2)")`.
    pub types: Vec<(String, String)>,
    /// What messages call them; `None` is what they call those of all tables.
    pub option_names: Option<OptionNames>,
}
