//! How the values of a file are told apart.

use datafusion::arrow::csv::ReaderBuilder;

/// How values are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::tables) struct CsvDialect {
    pub delimiter: u8,
    pub quote: u8,
    pub escape: Option<u8>,
    /// Lines that begin with this byte are left out.
    pub comment: Option<u8>,
    /// Whether a value may hold lines that look like rows of their own.
    pub newlines_in_values: bool,
}

impl CsvDialect {
    /// The same for arrow.
    pub fn of(&self, builder: ReaderBuilder) -> ReaderBuilder {
        let builder = builder
            .with_delimiter(self.delimiter)
            .with_quote(self.quote);
        let builder = match self.escape {
            Some(escape) => builder.with_escape(escape),
            None => builder,
        };
        match self.comment {
            Some(comment) => builder.with_comment(comment),
            None => builder,
        }
    }
}
