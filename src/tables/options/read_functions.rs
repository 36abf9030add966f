//! The functions in FROM that read files, and their arguments: `read_csv('orders.csv', delimiter => ';')`.
//!
//! The arguments are named as the flags of the program are, and as OPTIONS of CREATE EXTERNAL TABLE where those have
//! other names.

use crate::tables::formats::kind::FileKind;
use crate::tables::words::closest;

use super::encoding::Encoding;
use super::max_rejects::MaxRejects;
use super::number_and_date::{date_format, decimal_separator};
use super::of_table::Options;
use super::option_names::OptionNames;
use super::types_text;

/// A function that reads files of one format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ReadFunction {
    pub kind: FileKind,
    /// A file that has the usual ending.
    pub example: &'static str,
}

const fn reads(kind: FileKind, example: &'static str) -> ReadFunction {
    ReadFunction { kind, example }
}

/// All of them.
pub(crate) const READ_FUNCTIONS: [ReadFunction; 5] = [
    reads(FileKind::Csv, "orders.csv"),
    reads(FileKind::Json, "orders.json"),
    reads(FileKind::Parquet, "orders.parquet"),
    reads(FileKind::Workbook, "orders.xlsx"),
    reads(FileKind::Arrow, "orders.arrow"),
];

impl ReadFunction {
    pub fn name(&self) -> &'static str {
        self.kind.function()
    }
}

/// What an argument has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Flag,
    Character,
    Number,
    Text,
    Texts,
    Types,
    DateFormat,
    DecimalSeparator,
    Lines,
    EncodingName,
    Rejects,
}

/// An argument that has a name.
#[derive(Debug)]
struct ReadOption {
    name: &'static str,
    /// What OPTIONS of CREATE EXTERNAL TABLE call it.
    in_options: Option<&'static str>,
    takes: Takes,
    of: &'static [FileKind],
    /// A value, as it is written in SQL.
    example: &'static str,
}

const TEXT: &[FileKind] = &[FileKind::Csv];
const CELLS: &[FileKind] = &[FileKind::Csv, FileKind::Workbook];
const COLUMNS: &[FileKind] = &[FileKind::Parquet, FileKind::Arrow];
const ALL: &[FileKind] = &[
    FileKind::Csv,
    FileKind::Json,
    FileKind::Parquet,
    FileKind::Workbook,
    FileKind::Arrow,
];

const fn option(
    name: &'static str,
    takes: Takes,
    of: &'static [FileKind],
    example: &'static str,
) -> ReadOption {
    ReadOption {
        name,
        in_options: None,
        takes,
        of,
        example,
    }
}

const fn also(in_options: &'static str, option: ReadOption) -> ReadOption {
    ReadOption {
        in_options: Some(in_options),
        ..option
    }
}

const READ_OPTIONS: &[ReadOption] = &[
    option("delimiter", Takes::Character, TEXT, "';'"),
    also("has_header", option("header", Takes::Flag, CELLS, "true")),
    option("null", Takes::Texts, ALL, "'N/A'"),
    option("null_regex", Takes::Text, CELLS, "'^(N/A|-)$'"),
    option("types", Takes::Types, ALL, "'id=TEXT,amount=DECIMAL(12,2)'"),
    option("time_zone", Takes::Text, ALL, "'Europe/Berlin'"),
    option("date_format", Takes::DateFormat, CELLS, "'%d/%m/%Y'"),
    option("decimal_separator", Takes::DecimalSeparator, CELLS, "','"),
    option("newlines_in_values", Takes::Flag, TEXT, "true"),
    also(
        "schema_infer_max_rec",
        option("infer_rows", Takes::Number, CELLS, "100000"),
    ),
    option("quote", Takes::Character, TEXT, "'\"'"),
    option("escape", Takes::Character, TEXT, "'\\'"),
    option("comment", Takes::Character, TEXT, "'#'"),
    option("skip", Takes::Lines, CELLS, "2"),
    option("encoding", Takes::EncodingName, TEXT, "'windows-1252'"),
    option("lenient", Takes::Flag, CELLS, "true"),
    option("max_rejects", Takes::Rejects, CELLS, "'0.5%'"),
    option("sheet", Takes::Text, &[FileKind::Workbook], "'Orders'"),
    option("records", Takes::Text, &[FileKind::Json], "'data'"),
    option("binary_as_string", Takes::Flag, COLUMNS, "true"),
    option("raw_files", Takes::Flag, ALL, "true"),
];

/// What other engines call options, and what does the same here.
const ELSEWHERE: &[(&[&str], &str)] = &[
    (
        &["sep", "delim", "separator", "field_delimiter"],
        "delimiter",
    ),
    (
        &["nullstr", "na_values", "null_values", "null_value"],
        "null",
    ),
    (
        &[
            "columns",
            "dtypes",
            "dtype",
            "column_types",
            "schema",
            "converters",
        ],
        "types",
    ),
    (
        &["sample_size", "infer_schema_length", "nrows"],
        "infer_rows",
    ),
    (&["quotechar", "quote_char"], "quote"),
    (&["escapechar", "escape_char"], "escape"),
    (&["comment_prefix"], "comment"),
    (&["sheet_name", "worksheet"], "sheet"),
    (&["timezone", "tz"], "time_zone"),
    (
        &["dateformat", "timestampformat", "timestamp_format"],
        "date_format",
    ),
    (&["decimal"], "decimal_separator"),
    (&["skiprows", "skip_rows"], "skip"),
    (
        &["ignore_errors", "store_rejects", "on_bad_lines"],
        "lenient",
    ),
    (&["rejects_limit"], "max_rejects"),
];

/// What is so without an option.
const ALWAYS: &[(&[&str], &str)] = &[
    (
        &["union_by_name"],
        "files are united by the names of their columns in any case",
    ),
    (
        &["hive_partitioning", "hive_types_autocast"],
        "folders named key=value are columns in any case",
    ),
    (&["compression"], "it is found by what a file begins with"),
    (
        &["all_varchar", "auto_detect", "auto_type_candidates"],
        "types are found by the values, and types => 'id=TEXT' gives a column its own",
    ),
    (
        &["filename"],
        "there is no column of file names; folders named key=value are columns",
    ),
    (
        &["strict_mode", "null_padding", "truncated_rows"],
        "every line has to be right; the error that names one says how to mend it",
    ),
    (
        &["format", "lines"],
        "an array, an object per line and objects over lines are told apart by themselves",
    ),
];

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

/// Options that were written in a call, each proven to be one of its function.
#[derive(Debug, Clone)]
pub(crate) struct ReadOptions {
    function: &'static ReadFunction,
    /// The path of the call, for messages with a call that works.
    path: String,
    given: Vec<(&'static str, ReadValue)>,
}

/// What messages call the options of a call.
const OPTION_NAMES: OptionNames = OptionNames {
    types: "types => 'COLUMN=TYPE'",
    null: "null => ['VALUE']",
    header: "header => true",
    no_header: "header => false",
    delimiter: "delimiter => 'VALUE'",
    newlines_in_values: "newlines_in_values => true",
    time_zone: "time_zone => 'VALUE'",
    date_format: "date_format => 'VALUE'",
    decimal_separator: "decimal_separator => 'VALUE'",
    lenient: "lenient => true",
    max_rejects: "max_rejects => 'VALUE'",
    quote: "quote => \"VALUE\"",
    escape: "escape => 'VALUE'",
    comment: "comment => 'VALUE'",
    skip: "skip => VALUE",
    encoding: "encoding => 'VALUE'",
};

impl ReadOptions {
    pub fn of(function: &'static ReadFunction, path: &str) -> Self {
        Self {
            function,
            path: path.replace('\'', "''"),
            given: vec![],
        }
    }

    /// Takes an option, or says in words what is wrong with it.
    pub fn take(&mut self, name: &str, value: ReadValue) -> Result<(), String> {
        let kind = self.function.kind;
        let (function, file) = (kind.function(), self.path.as_str());
        let name = name.to_lowercase();
        let works = |option: &ReadOption| {
            format!(
                "{function}('{file}', {} => {})",
                option.name, option.example
            )
        };
        let is =
            |option: &&ReadOption| option.name == name || option.in_options == Some(name.as_str());
        let Some(option) = READ_OPTIONS.iter().find(is) else {
            return Err(self.unknown(&name, works));
        };
        if !option.of.contains(&kind) {
            let others: Vec<&str> = option.of.iter().map(|kind| kind.function()).collect();
            return Err(format!(
                "{function} has no option {name}, which is one of {}; it has {}",
                others.join(" and "),
                self.names().join(", ")
            ));
        }
        if self.given.iter().any(|(known, _)| *known == option.name) {
            return Err(format!(
                "{name} is given twice to {function}, and has one value"
            ));
        }
        if let Err(expected) = option.takes.check(&value) {
            return Err(format!("{name} is {expected}, as in {}", works(option)));
        }
        self.given.push((option.name, value));
        Ok(())
    }

    fn names(&self) -> Vec<&'static str> {
        let of_it = READ_OPTIONS
            .iter()
            .filter(|option| option.of.contains(&self.function.kind));
        of_it.map(|option| option.name).collect()
    }

    fn unknown(&self, name: &str, works: impl Fn(&ReadOption) -> String) -> String {
        let function = self.function.name();
        let names = self.names();
        let of = |list: &[(&[&str], &'static str)]| {
            let found = list.iter().find(|(theirs, _)| theirs.contains(&name));
            found.map(|(_, ours)| *ours)
        };
        if let Some(why) = of(ALWAYS) {
            return format!("{function} needs no option {name}: {why}");
        }
        let meant = of(ELSEWHERE).or_else(|| closest(name, names.iter().copied()));
        let meant = READ_OPTIONS
            .iter()
            .find(|option| Some(option.name) == meant && option.of.contains(&self.function.kind));
        match meant {
            Some(option) => format!(
                "{function} has no option {name}; it is {}: {}",
                option.name,
                works(option)
            ),
            None => {
                let example = READ_OPTIONS.iter().find(|option| option.name == "types");
                let example = example.map_or(String::new(), works);
                format!(
                    "{function} has no option {name}; it has {}: {example}",
                    names.join(", ")
                )
            }
        }
    }

    /// The sheet of a workbook that was asked for.
    pub fn sheet(&self) -> Option<&str> {
        self.given
            .iter()
            .find_map(|(name, value)| match (name, value) {
                (&"sheet", ReadValue::Text(sheet)) => Some(sheet.as_str()),
                _ => None,
            })
    }

    /// What is wrong with the options together, as they are with those of the session.
    pub fn without_effect(&self, options: &Options) -> Option<String> {
        let (_, max) = self
            .given
            .iter()
            .find(|(name, _)| *name == "max_rejects" && !options.lenient)?;
        let (ReadValue::Text(max) | ReadValue::Number(max)) = max else {
            return None;
        };
        Some(format!(
            "max_rejects has no effect without lenient: {}('{}', lenient => true, max_rejects => '{max}') leaves out that many \
             damaged lines at most",
            self.function.name(),
            self.path
        ))
    }

    /// Has files read as the call says.
    pub fn apply(&self, options: &mut Options) {
        options.format = Some(self.function.kind);
        options.option_names = OPTION_NAMES;
        for (name, value) in &self.given {
            match (*name, value) {
                ("delimiter", value) => options.delimiter = value.byte(),
                ("header", value) => options.header = value.flag(),
                ("null", ReadValue::List(texts)) => options.null.extend(texts.iter().cloned()),
                ("null", ReadValue::Text(text)) => options.null.push(text.clone()),
                ("null_regex", ReadValue::Text(pattern)) => {
                    options.null_regex = Some(pattern.clone())
                }
                ("types", value) => {
                    // The first type of a column holds.
                    let types = value.pairs().unwrap_or_default();
                    options.types.splice(0..0, types);
                }
                ("time_zone", ReadValue::Text(zone)) => options.time_zone = Some(zone.clone()),
                ("date_format", ReadValue::Text(format)) => {
                    options.date_format = Some(format.clone());
                }
                ("decimal_separator", value) => options.decimal_separator = value.byte(),
                ("newlines_in_values", value) => {
                    options.newlines_in_values = value.flag().unwrap_or_default();
                }
                ("infer_rows", ReadValue::Number(rows)) => {
                    options.infer_rows = rows.parse().unwrap_or(usize::MAX);
                }
                ("quote", value) => options.quote = value.byte(),
                ("skip", ReadValue::Number(lines)) => options.skip = lines.parse().ok(),
                ("encoding", ReadValue::Text(name)) => options.encoding = name.parse().ok(),
                ("lenient", value) => options.lenient = value.flag().unwrap_or_default(),
                ("max_rejects", ReadValue::Text(max) | ReadValue::Number(max)) => {
                    options.max_rejects = max.parse().unwrap_or_default();
                }
                ("escape", value) => options.escape = value.byte(),
                ("comment", value) => options.comment = value.byte(),
                ("records", ReadValue::Text(member)) => options.records = Some(member.clone()),
                ("binary_as_string", value) => {
                    options.binary_as_string = value.flag().unwrap_or_default()
                }
                ("sheet", ReadValue::Text(sheet)) => options.sheet = Some(sheet.clone()),
                ("raw_files", value) => options.raw_files = value.flag().unwrap_or_default(),
                _ => {}
            }
        }
    }
}

impl Takes {
    /// What is expected, if the value is something else.
    fn check(self, value: &ReadValue) -> Result<(), &'static str> {
        let (is_right, expected) = match self {
            Takes::Flag => (value.flag().is_some(), "true or false"),
            Takes::Character => (value.byte().is_some(), "one character"),
            Takes::Number => (
                matches!(value, ReadValue::Number(n) if n.parse::<usize>().is_ok_and(|n| n > 0)),
                "a number of rows",
            ),
            Takes::Text => (matches!(value, ReadValue::Text(_)), "a text in quotes"),
            Takes::Lines => (
                matches!(value, ReadValue::Number(n) if n.parse::<u64>().is_ok()),
                "a number of lines",
            ),
            Takes::EncodingName => (
                matches!(value, ReadValue::Text(name) if name.parse::<Encoding>().is_ok()),
                "the name of an encoding, such as 'windows-1252'",
            ),
            Takes::Rejects => (
                matches!(value, ReadValue::Text(max) | ReadValue::Number(max) if max.parse::<MaxRejects>().is_ok()),
                "a number of lines, or a share such as '0.5%'",
            ),
            Takes::DateFormat => (
                matches!(value, ReadValue::Text(format) if date_format(format).is_ok()),
                "a format with %d, %m and %Y",
            ),
            Takes::DecimalSeparator => (
                matches!(value, ReadValue::Text(text) if decimal_separator(text).is_ok()),
                "a point or a comma",
            ),
            Takes::Texts => (
                matches!(value, ReadValue::Text(_) | ReadValue::List(_)),
                "a text in quotes, or a list of them in brackets",
            ),
            Takes::Types => (
                value.pairs().is_some_and(|pairs| !pairs.is_empty()),
                "a text of columns and their types",
            ),
        };
        match is_right {
            true => Ok(()),
            false => Err(expected),
        }
    }
}

impl ReadValue {
    fn flag(&self) -> Option<bool> {
        match self {
            ReadValue::Flag(flag) => Some(*flag),
            ReadValue::Text(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" => Some(true),
                "false" | "no" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    fn byte(&self) -> Option<u8> {
        match self {
            ReadValue::Text(text) if text == "tab" || text == "\\t" => Some(b'\t'),
            ReadValue::Text(text) => match text.as_bytes() {
                [byte]
                    if byte.is_ascii()
                        && !byte.is_ascii_alphanumeric()
                        && !b"\n\r".contains(byte) =>
                {
                    Some(*byte)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn pairs(&self) -> Option<Vec<(String, String)>> {
        match self {
            ReadValue::Pairs(pairs) => Some(pairs.clone()),
            ReadValue::Text(text) => types_text::types(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_taken() {
        for function in &READ_FUNCTIONS {
            for option in READ_OPTIONS
                .iter()
                .filter(|option| option.of.contains(&function.kind))
            {
                let text = option.example.trim_matches('\'').to_string();
                let value = match option.takes {
                    Takes::Number | Takes::Lines => ReadValue::Number(text),
                    Takes::Flag => ReadValue::Flag(true),
                    _ => ReadValue::Text(text),
                };
                let mut all = ReadOptions::of(function, function.example);
                assert_eq!(all.take(option.name, value.clone()), Ok(()), "{option:?}");
                assert!(
                    all.take(option.name, value)
                        .is_err_and(|e| e.contains("twice"))
                );
            }
        }
    }

    #[test]
    fn what_is_no_option_is_said_with_one_that_is() {
        let of = |kind| {
            let function = READ_FUNCTIONS.iter().find(|function| function.kind == kind);
            let function = function.expect("every format has one");
            ReadOptions::of(function, function.example)
        };
        let text = || ReadValue::Text(";".to_string());
        for (kind, name, words) in [
            (
                FileKind::Csv,
                "sep",
                "it is delimiter: read_csv('orders.csv', delimiter => ';')",
            ),
            (FileKind::Csv, "delimeter", "it is delimiter"),
            (FileKind::Csv, "union_by_name", "in any case"),
            (FileKind::Csv, "zzz", "it has delimiter, header, null,"),
            (
                FileKind::Parquet,
                "delimiter",
                "which is one of read_csv; it has null, types",
            ),
            (
                FileKind::Csv,
                "header",
                "header is true or false, as in read_csv('orders.csv', header => true)",
            ),
        ] {
            let error = of(kind).take(name, text()).expect_err("no option");
            assert!(error.contains(words), "{error}");
        }
    }
}
