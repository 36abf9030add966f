//! How files are looked at.

use std::sync::Arc;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;
use encoding_rs::Encoding;

use super::dialect::CsvDialect;
use super::late::Guessed;
use super::sieve::LeftOut;
use crate::tables::options::{OptionNames, Options};
use crate::tables::values::Nulls;
use crate::tables::values::day_text::DayForm;
use crate::tables::workbook::Sheet;

/// Names of columns.
pub(in crate::tables) type GuessedColumns = Arc<[String]>;

/// How files are looked at.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Looking {
    pub dialect: CsvDialect,
    pub compression: FileCompressionType,
    /// The encoding that was said; `None` takes the one that the bytes show.
    pub encoding: Option<&'static Encoding>,
    /// Whether bytes were read that are taken for Windows-1252.
    pub guessed: Guessed,
    /// The text that is read in place of the file, of a workbook.
    pub sheet: Option<Sheet>,
    /// Which lines are left out.
    pub left_out: LeftOut,
    /// How many lines stand above the header line, or above the first row; of a sheet, how many of its rows.
    pub skipped: u64,
    pub nulls: Nulls,
    /// The format of dates that was said.
    pub said_dates: Option<DayForm>,
    pub option_names: OptionNames,
}

impl Looking {
    pub fn new(compression: FileCompressionType, options: &Options) -> Result<Self> {
        let dialect = CsvDialect {
            delimiter: options.delimiter.unwrap_or(b','),
            quote: options.quote.unwrap_or(b'"'),
            escape: options.escape,
            comment: options.comment,
            newlines_in_values: options.newlines_in_values,
        };
        Ok(Self {
            dialect,
            compression,
            encoding: options.encoding.map(|encoding| encoding.of_bytes()),
            guessed: Guessed::default(),
            sheet: None,
            left_out: LeftOut::default(),
            skipped: 0,
            nulls: Nulls::new(options)?,
            said_dates: options.date_format.clone().map(DayForm::Said),
            option_names: options.option_names,
        })
    }

    /// How many lines of the text stand above those that are read. The text of a sheet has none for an empty row.
    pub fn lines_above(&self) -> u64 {
        match &self.sheet {
            Some(sheet) => sheet
                .below(self.skipped)
                .first()
                .map_or(0, |first| first.line - 1),
            None => self.skipped,
        }
    }

    /// What people call a line of the text: its number, or that of the row in the sheet.
    pub fn line(&self, of_text: u64) -> u64 {
        match &self.sheet {
            Some(sheet) => sheet.row_in(of_text),
            None => of_text,
        }
    }
}
