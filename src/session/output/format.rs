//! How results look.

/// How results look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Format {
    /// Lines and columns for reading
    Table,
    /// Values with commas between them and a header line
    Csv,
    /// Values with tabs between them and a header line
    Tsv,
    /// One array of objects for every result
    Json,
    /// One object per row on a line of its own
    Ndjson,
    /// A Markdown table
    Markdown,
    /// Each value on a line of its own, for rows with many columns or long texts
    Vertical,
    /// An HTML table
    Html,
    /// A workbook of Excel with a sheet for every result; needs -o or --output-dir
    Xlsx,
    /// A Parquet file; needs -o or --output-dir
    Parquet,
    /// A file of Arrow IPC, also known as Feather; needs -o or --output-dir
    Arrow,
}

impl Format {
    /// Whether people read it: numbers of KPIs are in their unit.
    pub fn is_for_people(self) -> bool {
        use Format::{Html, Markdown, Table, Vertical, Xlsx};
        matches!(self, Table | Vertical | Markdown | Html | Xlsx)
    }

    /// Whether it is text, which can be compressed.
    pub fn is_text(self) -> bool {
        !matches!(self, Format::Xlsx | Format::Parquet | Format::Arrow)
    }

    /// Whether there is room for one result only.
    pub fn holds_one_result(self) -> bool {
        matches!(self, Format::Parquet | Format::Arrow)
    }

    /// Whether columns go by their names, so that there cannot be two of one name.
    pub(super) fn needs_names(self) -> bool {
        use Format::{Arrow, Json, Ndjson, Parquet};
        matches!(self, Json | Ndjson | Parquet | Arrow)
    }

    /// What stands before the second result and those after it.
    pub(super) fn between(self) -> &'static str {
        use Format::{Csv, Html, Markdown, Table, Tsv, Vertical};
        match self {
            Table | Vertical | Csv | Tsv | Markdown | Html => "\n",
            _ => "",
        }
    }
}
