//! The kinds of files that are read.

/// The endings that are read; those of text files may be followed by .gz, .zst, .bz2 or .xz.
pub const EXTENSIONS: &[&str] = &[
    ".parquet", ".csv", ".tsv", ".ndjson", ".jsonl", ".json", ".xlsx", ".xlsm", ".xlsb", ".xls",
    ".ods", ".arrow", ".feather", ".ipc",
];

/// A format of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Parquet.
    Parquet,
    /// Text whose values are separated by commas, or by something else.
    Csv,
    /// One object after the other, or a list of them.
    Json,
    /// A workbook of Excel or LibreOffice. A sheet of it is read as CSV.
    Workbook,
    /// Arrow IPC, the file and the stream: also called Feather.
    Arrow,
}

impl FileKind {
    /// The function in FROM that reads it.
    pub(crate) fn function(self) -> &'static str {
        match self {
            FileKind::Parquet => "read_parquet",
            FileKind::Csv => "read_csv",
            FileKind::Json => "read_json",
            FileKind::Workbook => "read_xlsx",
            FileKind::Arrow => "read_arrow",
        }
    }

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            FileKind::Parquet => "Parquet",
            FileKind::Csv => "CSV",
            FileKind::Json => "JSON",
            FileKind::Workbook => "workbook",
            FileKind::Arrow => "Arrow",
        }
    }

    /// The same in a sentence.
    pub(crate) fn name_in_sentence(self) -> &'static str {
        match self {
            FileKind::Workbook => "a workbook",
            kind => kind.name(),
        }
    }
}
