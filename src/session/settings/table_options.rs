//! How one table is to be read.

use crate::tables::{
    Encoding, MaxRejects, OptionNames, Options, character, date_format, decimal_separator,
};

/// An option for one table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FileOption {
    /// What separates the values of its CSV files.
    Delimiter(u8),
    /// Whether its CSV files have a header line.
    Header(bool),
    /// A text that means NULL.
    Null(String),
    /// What values of its CSV files are put in that have a separator in them.
    Quote(u8),
    /// What stands before such a quote inside of a value.
    Escape(u8),
    /// What the lines of its CSV files begin with that are left out.
    Comment(u8),
    /// How many lines of its CSV files stand above the header line.
    Skip(u64),
    /// The encoding of its CSV files.
    Encoding(Encoding),
    /// Whether damaged lines of its CSV files are left out.
    Lenient(bool),
    /// How many of them there may be.
    MaxRejects(MaxRejects),
    /// The format of dates and times in its CSV files, which [`date_format`](crate::tables::date_format) has taken.
    DateFormat(String),
    /// What stands before the decimals of numbers in its CSV files, `.` or `,`.
    DecimalSeparator(u8),
}

impl FileOption {
    /// An option that is written as texts, such as `skip` and `2`.
    ///
    /// # Errors
    /// What the value has to be.
    pub fn read(name: &str, value: &str) -> Result<Self, String> {
        let mark = |example: &str| {
            character(value).ok_or_else(|| format!("one character such as {example}"))
        };
        Ok(match name {
            "quote" => FileOption::Quote(mark("'")?),
            "escape" => FileOption::Escape(mark("\\")?),
            "comment" => FileOption::Comment(mark("#")?),
            "skip" => {
                let lines = value.parse();
                FileOption::Skip(lines.map_err(|_| "a number of lines such as 2".to_string())?)
            }
            "encoding" => FileOption::Encoding(value.parse()?),
            "lenient" => match value.to_lowercase().as_str() {
                "true" => FileOption::Lenient(true),
                "false" => FileOption::Lenient(false),
                _ => return Err("true or false".to_string()),
            },
            "max_rejects" => FileOption::MaxRejects(value.parse()?),
            "date_format" => FileOption::DateFormat(date_format(value)?),
            "decimal_separator" => FileOption::DecimalSeparator(decimal_separator(value)?),
            _ => return Err(format!("there is no option {name}")),
        })
    }

    /// Whether it is of text alone: the cells of a workbook stand apart by themselves, and have no encoding.
    pub(in crate::session) fn is_of_texts(&self) -> bool {
        match self {
            FileOption::Delimiter(_)
            | FileOption::Quote(_)
            | FileOption::Escape(_)
            | FileOption::Comment(_)
            | FileOption::Encoding(_) => true,
            FileOption::Header(_)
            | FileOption::Null(_)
            | FileOption::Skip(_)
            | FileOption::Lenient(_)
            | FileOption::MaxRejects(_)
            | FileOption::DateFormat(_)
            | FileOption::DecimalSeparator(_) => false,
        }
    }

    /// What messages call it.
    pub(in crate::session) fn call(&self, words: &OptionNames) -> String {
        match self {
            FileOption::Delimiter(delimiter) => {
                words.delimiter(&char::from(*delimiter).to_string())
            }
            FileOption::Header(true) => words.header.to_string(),
            FileOption::Header(false) => words.no_header.to_string(),
            FileOption::Null(text) => words.null([text.as_str()]),
            FileOption::Quote(quote) => words.quote(&char::from(*quote).to_string()),
            FileOption::Escape(escape) => words.escape(&char::from(*escape).to_string()),
            FileOption::Comment(comment) => words.comment(&char::from(*comment).to_string()),
            FileOption::Skip(lines) => words.skip(*lines),
            FileOption::Encoding(encoding) => words.encoding(&encoding.to_string()),
            FileOption::Lenient(_) => words.lenient.to_string(),
            FileOption::MaxRejects(max) => words.max_rejects(&max.to_string()),
            FileOption::DateFormat(format) => words.date_format(format),
            FileOption::DecimalSeparator(byte) => {
                words.decimal_separator(&char::from(*byte).to_string())
            }
        }
    }

    /// Has files read so.
    pub fn apply(&self, options: &mut Options) {
        match self {
            FileOption::Delimiter(delimiter) => options.delimiter = Some(*delimiter),
            FileOption::Header(header) => options.header = Some(*header),
            FileOption::Null(text) => options.null.push(text.clone()),
            FileOption::Quote(quote) => options.quote = Some(*quote),
            FileOption::Escape(escape) => options.escape = Some(*escape),
            FileOption::Comment(comment) => options.comment = Some(*comment),
            FileOption::Skip(lines) => options.skip = Some(*lines),
            FileOption::Encoding(encoding) => options.encoding = Some(*encoding),
            FileOption::Lenient(lenient) => options.lenient = *lenient,
            FileOption::MaxRejects(max) => options.max_rejects = *max,
            FileOption::DateFormat(format) => options.date_format = Some(format.clone()),
            FileOption::DecimalSeparator(byte) => options.decimal_separator = Some(*byte),
        }
    }
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
