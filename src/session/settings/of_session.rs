//! What a session can be told when it is made.

use std::path::{Path, PathBuf};

use super::face::Face;
use super::sizes::MemoryLimit;
use super::table_options::FileOption;
use crate::tables::{Options, StorageOptions};

/// How much may be written to disk where nobody says it.
const USUAL_SPILL_LIMIT: u64 = 100 << 30;

/// Where tables are looked for that nobody has registered.
#[derive(Debug, Clone)]
pub enum Data {
    /// Nowhere.
    Nowhere,
    /// In a folder that was asked for.
    Chosen(PathBuf),
    /// In a folder that is there for beginners; a note says whenever a table comes from it.
    Usual(PathBuf),
}

impl Data {
    pub(in crate::session) fn folder(&self) -> Option<&Path> {
        match self {
            Data::Nowhere => None,
            Data::Chosen(folder) | Data::Usual(folder) => Some(folder),
        }
    }
}

/// What a session can be told when it is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What messages call these settings.
    pub face: Face,
    /// Where tables are looked for that nobody has registered.
    pub data: Data,
    /// How files are to be read.
    pub files: Options,
    /// Options for single tables, by their names, beside those for all in `files`.
    pub file_options: Vec<(String, FileOption)>,
    /// Types of columns: `("amount", "DECIMAL(12, 2)")` in all tables that have the column, `"orders.amount"` in one.
    pub types: Vec<(String, String)>,
    /// Where damaged lines are saved that were left out; `None` is `rejects.csv`, which no other file may be.
    pub rejects: Option<PathBuf>,
    /// How much memory queries may fill.
    pub memory_limit: MemoryLimit,
    /// Where what does not fit into it is written; `None` is the system's folder for temporary files.
    pub spill_dir: Option<PathBuf>,
    /// How many bytes may be written there at a time.
    pub spill_limit: u64,
    /// How many threads work on a query; `None` is one for every core.
    pub threads: Option<usize>,
    /// Whether standard input had the SQL itself, and so is no table.
    pub standard_input_has_sql: bool,
    /// How object stores and web servers are reached.
    pub storage: StorageOptions,
    /// Options of DataFusion and of this package, by their names in SET.
    pub config: Vec<(String, String)>,
}

impl Settings {
    /// The usual ones.
    pub fn new(face: Face) -> Self {
        Self {
            face,
            data: Data::Nowhere,
            files: Options::default(),
            file_options: vec![],
            types: vec![],
            rejects: None,
            memory_limit: MemoryLimit::usual(),
            spill_dir: None,
            spill_limit: USUAL_SPILL_LIMIT,
            threads: None,
            standard_input_has_sql: false,
            storage: StorageOptions::default(),
            config: vec![],
        }
    }
}
