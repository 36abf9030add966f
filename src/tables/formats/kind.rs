//! The kinds of files that are read.

/// The endings that are read; those of text files may be followed by .gz, .zst, .bz2 or .xz.
pub const EXTENSIONS: &[&str] = &[
    ".parquet", ".csv", ".tsv", ".ndjson", ".jsonl", ".json", ".xlsx", ".xlsm", ".xlsb", ".xls",
    ".ods",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) enum FileKind {
    Parquet,
    Csv,
    Json,
    /// A sheet of it is read as CSV.
    Workbook,
}
