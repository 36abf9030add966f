//! The options by which files are read, each with the one place that reads its value: arguments of the functions in FROM,
//! and OPTIONS of CREATE EXTERNAL TABLE.

use crate::tables::formats::kind::FileKind;

use super::character::{character, delimiter};
use super::number_and_date::{date_format, decimal_separator};
use super::of_table::Options;
use super::types_text;

/// An option that has a name.
#[derive(Debug)]
pub(crate) struct ReadOption {
    pub name: &'static str,
    /// What OPTIONS of CREATE EXTERNAL TABLE call it, if not the same.
    in_options: Option<&'static str>,
    pub of: &'static [FileKind],
    /// A value, as it is written in SQL.
    pub example: &'static str,
    /// Has files read as the value says.
    pub set: fn(&mut Options, &ReadValue) -> Result<(), Unfit>,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ReadValue {
    Flag(bool),
    Number(String),
    Text(String),
    List(Vec<String>),
    /// `{'amount': 'DECIMAL(12,2)'}`.
    Pairs(Vec<(String, String)>),
}

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// What it has to be.
    Expected(&'static str),
    /// In a sentence about the value.
    Because(String),
}

pub(super) const TEXT: &[FileKind] = &[FileKind::Csv];
const CELLS: &[FileKind] = &[FileKind::Csv, FileKind::Workbook];
const COLUMNS: &[FileKind] = &[FileKind::Parquet, FileKind::Arrow];
pub(super) const ALL: &[FileKind] = &[
    FileKind::Csv,
    FileKind::Json,
    FileKind::Parquet,
    FileKind::Workbook,
    FileKind::Arrow,
];

const fn option(
    name: &'static str,
    of: &'static [FileKind],
    example: &'static str,
    set: fn(&mut Options, &ReadValue) -> Result<(), Unfit>,
) -> ReadOption {
    ReadOption {
        name,
        in_options: None,
        of,
        example,
        set,
    }
}

const fn also(in_options: &'static str, option: ReadOption) -> ReadOption {
    ReadOption {
        in_options: Some(in_options),
        ..option
    }
}

pub(crate) const READ_OPTIONS: &[ReadOption] = &[
    option("delimiter", TEXT, "';'", |options, value| {
        let one = Unfit::Expected("one character");
        let byte = delimiter(value.text().ok_or(one.clone())?);
        options.delimiter = Some(byte.ok_or(one)?);
        Ok(())
    }),
    also(
        "has_header",
        option("header", CELLS, "true", |options, value| {
            options.header = Some(value.flag()?);
            Ok(())
        }),
    ),
    option("null", ALL, "'N/A'", |options, value| {
        match value {
            ReadValue::List(texts) => options.null.extend(texts.iter().cloned()),
            ReadValue::Text(text) => options.null.push(text.clone()),
            _ => {
                return Err(Unfit::Expected(
                    "a text in quotes, or a list of them in brackets",
                ));
            }
        }
        Ok(())
    }),
    option("null_regex", CELLS, "'^(N/A|-)$'", |options, value| {
        options.null_regex = Some(value.quoted()?);
        Ok(())
    }),
    option(
        "types",
        ALL,
        "'id=TEXT,amount=DECIMAL(12,2)'",
        |options, value| {
            let pairs = match value {
                ReadValue::Pairs(pairs) => Some(pairs.clone()),
                ReadValue::Text(text) => types_text::types(text),
                _ => None,
            };
            let pairs = pairs.filter(|pairs| !pairs.is_empty());
            let pairs = pairs.ok_or(Unfit::Expected("a text of columns and their types"))?;
            // The first type of a column holds.
            options.types.splice(0..0, pairs);
            Ok(())
        },
    ),
    option("time_zone", ALL, "'Europe/Berlin'", |options, value| {
        options.time_zone = Some(value.quoted()?);
        Ok(())
    }),
    option("date_format", CELLS, "'%d/%m/%Y'", |options, value| {
        let format = date_format(&value.quoted()?).map_err(Unfit::Because)?;
        options.date_format = Some(format);
        Ok(())
    }),
    option("decimal_separator", CELLS, "','", |options, value| {
        let byte = decimal_separator(&value.quoted()?).map_err(Unfit::Because)?;
        options.decimal_separator = Some(byte);
        Ok(())
    }),
    option("newlines_in_values", TEXT, "true", |options, value| {
        options.newlines_in_values = value.flag()?;
        Ok(())
    }),
    also(
        "schema_infer_max_rec",
        option("infer_rows", CELLS, "100000", |options, value| {
            let rows = value.number().filter(|rows| *rows > 0);
            options.infer_rows = rows.ok_or(Unfit::Expected("a number of rows"))?;
            Ok(())
        }),
    ),
    option("quote", TEXT, "'\"'", |options, value| {
        options.quote = Some(value.character()?);
        Ok(())
    }),
    option("escape", TEXT, "'\\'", |options, value| {
        options.escape = Some(value.character()?);
        Ok(())
    }),
    option("comment", TEXT, "'#'", |options, value| {
        options.comment = Some(value.character()?);
        Ok(())
    }),
    option("skip", CELLS, "2", |options, value| {
        let lines = value.number();
        options.skip = Some(lines.ok_or(Unfit::Expected("a number of lines"))?);
        Ok(())
    }),
    option("encoding", TEXT, "'windows-1252'", |options, value| {
        options.encoding = Some(value.quoted()?.parse().map_err(Unfit::Because)?);
        Ok(())
    }),
    option("lenient", CELLS, "true", |options, value| {
        options.lenient = value.flag()?;
        Ok(())
    }),
    option("max_rejects", CELLS, "'0.5%'", |options, value| {
        let expected = Unfit::Expected("a number of lines, or a share such as '0.5%'");
        let max = value.text().ok_or(expected)?;
        options.max_rejects = max.parse().map_err(Unfit::Because)?;
        Ok(())
    }),
    option(
        "sheet",
        &[FileKind::Workbook],
        "'Orders'",
        |options, value| {
            options.sheet = Some(value.quoted()?);
            Ok(())
        },
    ),
    option("records", &[FileKind::Json], "'data'", |options, value| {
        options.records = Some(value.quoted()?);
        Ok(())
    }),
    option("binary_as_string", COLUMNS, "true", |options, value| {
        options.binary_as_string = value.flag()?;
        Ok(())
    }),
    option("raw_files", ALL, "true", |options, value| {
        options.raw_files = value.flag()?;
        Ok(())
    }),
];

impl ReadOption {
    /// What OPTIONS of CREATE EXTERNAL TABLE call it.
    pub fn name_in_options(&self) -> &'static str {
        self.in_options.unwrap_or(self.name)
    }
}

impl ReadValue {
    fn flag(&self) -> Result<bool, Unfit> {
        match self {
            ReadValue::Flag(flag) => Some(*flag),
            ReadValue::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" => Some(true),
                "false" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        }
        .ok_or(Unfit::Expected("true or false"))
    }

    /// A number, or what stands in quotes, which a number may do as well.
    fn text(&self) -> Option<&str> {
        match self {
            ReadValue::Text(text) | ReadValue::Number(text) => Some(text),
            _ => None,
        }
    }

    fn quoted(&self) -> Result<String, Unfit> {
        match self {
            ReadValue::Text(text) => Ok(text.clone()),
            _ => Err(Unfit::Expected("a text in quotes")),
        }
    }

    fn number<T: std::str::FromStr>(&self) -> Option<T> {
        self.text()?.parse().ok()
    }

    fn character(&self) -> Result<u8, Unfit> {
        let byte = self.text().and_then(character);
        byte.ok_or(Unfit::Expected("one character"))
    }
}
