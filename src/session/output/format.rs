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
    /// A Parquet file; needs -o
    Parquet,
}
