//! The functions in FROM that read files, and their arguments: `read_csv('orders.csv', delimiter => ';')`.
//!
//! The arguments are named as the flags of the program are, and as OPTIONS of CREATE EXTERNAL TABLE where those have
//! other names.

use crate::tables::formats::kind::FileKind;
use crate::tables::words::closest;

use super::of_table::Options;
use super::option_names::OptionNames;
use super::read_option::{ALL, READ_OPTIONS, ReadOption, ReadValue, TEXT, Unfit};

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
    (&["sample_size", "infer_schema_length"], "infer_rows"),
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

/// What is so without an option of these formats.
const ALWAYS: &[(&[&str], &[FileKind], &str)] = &[
    (
        &["union_by_name"],
        ALL,
        "files are united by the names of their columns in any case",
    ),
    (
        &["hive_partitioning", "hive_types_autocast"],
        ALL,
        "folders named key=value are columns in any case",
    ),
    (
        &["compression"],
        &[FileKind::Csv, FileKind::Json],
        "it is recognised by how a file begins",
    ),
    (
        &["all_varchar", "auto_detect", "auto_type_candidates"],
        &[FileKind::Csv, FileKind::Workbook, FileKind::Json],
        "types are inferred from the values, and types => 'id=TEXT' sets the type of a column",
    ),
    (
        &["filename"],
        ALL,
        "there is no column of file names; folders named key=value are columns",
    ),
    (
        &["strict_mode", "null_padding", "truncated_rows"],
        TEXT,
        "every line must be correct; the error for a line says how to fix it",
    ),
    (
        &["format", "lines"],
        &[FileKind::Json],
        "an array, an object per line and objects over several lines are recognised automatically",
    ),
];

/// What other engines call the clause that takes the first rows.
const LIMITS: &[&str] = &["nrows", "n_rows", "max_rows", "limit"];

/// Options that were written in a call, each proven to be one of its function.
#[derive(Debug, Clone)]
pub(crate) struct ReadOptions {
    function: &'static ReadFunction,
    /// The path of the call, for messages with a call that works.
    path: String,
    given: Vec<(&'static ReadOption, ReadValue)>,
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
        let is = |option: &&ReadOption| option.name == name || option.name_in_options() == name;
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
        if self
            .given
            .iter()
            .any(|(known, _)| known.name == option.name)
        {
            return Err(format!(
                "{name} is given twice to {function}, but takes one value"
            ));
        }
        match (option.set)(&mut Options::default(), &value) {
            Ok(()) => {
                self.given.push((option, value));
                Ok(())
            }
            Err(Unfit::Expected(what)) => Err(format!("{name} is {what}, as in {}", works(option))),
            Err(Unfit::Because(words)) => Err(format!("{name}: {words}")),
        }
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
        let kind = self.function.kind;
        let is_always = |(theirs, of, _): &&(&[&str], &[FileKind], &str)| {
            theirs.contains(&name) && of.contains(&kind)
        };
        if let Some((_, _, why)) = ALWAYS.iter().find(is_always) {
            return format!("{function} needs no option {name}: {why}");
        }
        if LIMITS.contains(&name) {
            return format!(
                "{function} has no option {name}; the first rows are SELECT * FROM {function}('{}') LIMIT 10",
                self.path
            );
        }
        let elsewhere = ELSEWHERE.iter().find(|(theirs, _)| theirs.contains(&name));
        let elsewhere = elsewhere.map(|(_, ours)| *ours);
        let meant = elsewhere.or_else(|| closest(name, names.iter().copied()));
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
            .find_map(|(option, value)| match (option.name, value) {
                ("sheet", ReadValue::Text(sheet)) => Some(sheet.as_str()),
                _ => None,
            })
    }

    /// What is wrong with the options together, as they are with those of the session.
    pub fn without_effect(&self, options: &Options) -> Option<String> {
        let (_, max) = self
            .given
            .iter()
            .find(|(option, _)| option.name == "max_rejects" && !options.lenient)?;
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
        for (option, value) in &self.given {
            let set = (option.set)(options, value);
            debug_assert!(set.is_ok(), "{} was taken", option.name);
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
                let value = match option.example {
                    "true" => ReadValue::Flag(true),
                    example if example.starts_with('\'') => {
                        ReadValue::Text(example.trim_matches('\'').to_string())
                    }
                    number => ReadValue::Number(number.to_string()),
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

    /// The page names each option, beside the formats that have it and the name that OPTIONS has for it.
    #[test]
    fn the_page_has_every_option() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sql.md");
        let page = std::fs::read_to_string(page).expect("the page is there");
        let (_, table) = page
            .split_once("| option | of | a value |")
            .expect("it has the table");
        let rows = table
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'));
        let row = |line: &str| {
            let cells: Vec<&str> = line.split('|').collect();
            let names = cells[1].split('`').skip(1).step_by(2);
            (names.map(String::from).collect(), cells[2].to_string())
        };
        let rows: Vec<(Vec<String>, String)> = rows.map(row).collect();
        let mut known: Vec<&str> = vec![];
        for option in READ_OPTIONS {
            let row = rows
                .iter()
                .find(|(names, _)| names.iter().any(|name| name == option.name));
            let (names, of) = row.unwrap_or_else(|| panic!("{} is not on the page", option.name));
            let in_options = option.name_in_options();
            assert!(names.iter().any(|name| name == in_options), "{in_options}");
            known.extend([option.name, in_options]);
            let is_all = of.trim_start().starts_with("all");
            for (kind, word) in [
                (FileKind::Csv, "CSV"),
                (FileKind::Json, "JSON"),
                (FileKind::Parquet, "Parquet"),
                (FileKind::Workbook, "workbooks"),
                (FileKind::Arrow, "Arrow"),
            ] {
                let is_said = is_all || of.contains(word);
                assert_eq!(option.of.contains(&kind), is_said, "{} {word}", option.name);
            }
        }
        for name in rows.iter().flat_map(|(names, _)| names) {
            assert!(known.contains(&name.as_str()), "there is no option {name}");
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
            (
                FileKind::Csv,
                "nrows",
                "SELECT * FROM read_csv('orders.csv') LIMIT 10",
            ),
            // Its columns have types, and an object to a line is nothing of CSV.
            (FileKind::Parquet, "all_varchar", "it has null, types"),
            (FileKind::Csv, "lines", "it has delimiter, header"),
            (
                FileKind::Csv,
                "date_format",
                "date_format: ; is not a date format; %d is the day",
            ),
            (
                FileKind::Csv,
                "encoding",
                "encoding: ';' is not a supported encoding; use utf-8, windows-1252",
            ),
            (
                FileKind::Csv,
                "decimal_separator",
                "decimal_separator: ; is neither a point",
            ),
            (FileKind::Csv, "max_rejects", "write 20 for lines, or 0.5%"),
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
