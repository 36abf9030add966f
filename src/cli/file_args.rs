//! How files are read that do not tell it themselves: the arguments, and what a session makes of them.

use std::path::PathBuf;

use crate::session::FileOption;
use crate::tables::{self, Encoding, MaxRejects, OptionNames, Options, character, types_text};

/// What messages about files call them.
const OPTION_NAMES: OptionNames = OptionNames {
    types: "--types COLUMN=TYPE",
    null: "--null 'VALUE'",
    header: "--header yes",
    no_header: "--header no",
    delimiter: "--delimiter 'VALUE'",
    newlines_in_values: "--newlines-in-values",
    time_zone: "--time-zone VALUE",
    date_format: "--date-format 'VALUE'",
    decimal_separator: "--decimal-separator VALUE",
    lenient: "--lenient",
    max_rejects: "--max-rejects VALUE",
    quote: "--quote \"VALUE\"",
    escape: "--escape 'VALUE'",
    comment: "--comment 'VALUE'",
    skip: "--skip VALUE",
    encoding: "--encoding VALUE",
};

/// Arguments about the files of tables.
#[derive(Debug, Clone, clap::Args)]
pub struct FileArgs {
    /// The separator of values in CSV files: one character, or "tab" [default: detected]
    ///
    /// NAME:CHAR sets it for the table NAME only; so do --header NAME:no and --null NAME:TEXT.
    #[arg(global = true, long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Vec<Scoped<u8>>,

    /// Whether the first line of CSV files has names: yes or no [default: detected]
    ///
    /// Without names the columns are column_1, column_2 and so on.
    #[arg(global = true, long, value_name = "YES|NO", value_parser = header)]
    pub header: Vec<Scoped<bool>>,

    /// Read this text as NULL, such as N/A; can be given several times
    ///
    /// Types are detected without these texts. In Parquet and JSON files it applies to text columns. A text with a
    /// colon needs another one in front: --null ':a:b'.
    #[arg(global = true, long, value_name = "TEXT", value_parser = null, allow_hyphen_values = true)]
    pub null: Vec<Scoped<String>>,

    /// Give columns these types: id=TEXT,amount=DECIMAL(12,2),is_new=BOOLEAN; can be given several times
    ///
    /// Every value is checked. BOOLEAN accepts true, false, t, f, yes, no, y, n, 1 and 0 as text, 1 and 0 as numbers;
    /// dates and times are written as 2026-01-31 and 2026-01-31 10:00:00, those of TIMESTAMPTZ with an offset. A
    /// column name applies to every table that has it; orders.id applies to one.
    #[arg(global = true, long, value_name = "COLUMN=TYPE,...", value_parser = types)]
    pub types: Vec<Types>,

    /// Read times that are written with an offset as those of this zone, such as Europe/Berlin
    ///
    /// Without it a column keeps the offset that all of its times have, and is in UTC if they have several.
    #[arg(global = true, long, value_name = "ZONE", allow_hyphen_values = true)]
    pub time_zone: Option<String>,

    /// Read the dates and times of CSV files in this format, such as %d/%m/%Y or '%m/%d/%Y %H:%M'
    ///
    /// Only needed where it is unclear whether the day or the month comes first, and for formats that are not detected.
    /// It applies to columns all of whose values have it, and to those that --types makes a DATE or TIMESTAMP.
    /// NAME:FORMAT sets it for the table NAME only.
    #[arg(global = true, long, value_name = "FORMAT", value_parser = date_format)]
    pub date_format: Vec<Scoped<String>>,

    /// The decimal separator of numbers in CSV files, a point or a comma
    ///
    /// Only needed where it is unclear whether 1,200 is 1200 or 1.2. The other one separates thousands.
    /// NAME:CHAR sets it for the table NAME only.
    #[arg(global = true, long, value_name = "CHAR", value_parser = decimal_separator)]
    pub decimal_separator: Vec<Scoped<u8>>,

    /// Treat lines within a quoted CSV value as part of it, even where they look like rows
    #[arg(global = true, long)]
    pub newlines_in_values: bool,

    /// The quote around CSV values that contain a separator: one character [default: " or ', as detected]
    #[arg(global = true, long, value_name = "CHAR", value_parser = quote)]
    pub quote: Vec<Scoped<u8>>,

    /// The character before a quote inside a CSV value, such as '\' [default: the quote is doubled]
    #[arg(global = true, long, value_name = "CHAR", value_parser = escape)]
    pub escape: Vec<Scoped<u8>>,

    /// Leave out the lines of CSV files that begin with this character
    #[arg(global = true, long, value_name = "CHAR", value_parser = comment)]
    pub comment: Vec<Scoped<u8>>,

    /// Leave out N lines at the top of CSV files, above their header line [default: detected]
    #[arg(global = true, long, value_name = "N", value_parser = skip)]
    pub skip: Vec<Scoped<u64>>,

    /// The encoding of CSV files: utf-8, windows-1252, utf-16le, shift_jis … [default: detected]
    #[arg(global = true, long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Vec<Scoped<Encoding>>,

    /// Leave out damaged lines of CSV files, and save them in rejects.csv
    ///
    /// A damaged line has too many or too few values, broken quotes, bytes of another encoding, or a value that is not of
    /// its column's type. A note counts them; the file has each with its line number, its text and the reason.
    #[arg(global = true, long)]
    pub lenient: bool,

    /// Fail if more lines than this are damaged: a number, or a share of a table's lines such as 0.5%
    #[arg(
        global = true,
        long,
        value_name = "N|N%",
        default_value = "1%",
        requires = "lenient"
    )]
    pub max_rejects: MaxRejects,

    /// Save the damaged lines in FILE [default: rejects.csv]
    #[arg(global = true, long, value_name = "FILE", requires = "lenient")]
    pub rejects: Option<PathBuf>,

    /// Look at N rows of a CSV table to find the types of its columns
    ///
    /// The files of a table share them; at least 1000 rows of every file are looked at. JSON is looked at as a whole.
    #[arg(global = true, long, value_name = "N", default_value_t = 100_000)]
    pub infer_rows: usize,

    /// Read the files of Delta, Hudi, Iceberg and Paimon tables as they are, removed rows included
    ///
    /// The folder of such a table keeps rows that were deleted or replaced. Without this it is refused.
    #[arg(global = true, long)]
    pub raw_files: bool,
}

/// A value for all tables or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<T> {
    pub table: Option<String>,
    pub value: T,
}

/// The columns of one argument and their types.
#[derive(Debug, Clone)]
pub struct Types(pub Vec<(String, String)>);

impl FileArgs {
    /// What was said of all tables.
    pub fn options(&self) -> Options {
        Options {
            delimiter: of_all(&self.delimiter).next_back().copied(),
            infer_rows: self.infer_rows,
            raw_files: self.raw_files,
            header: of_all(&self.header).next_back().copied(),
            null: of_all(&self.null).cloned().collect(),
            time_zone: self.time_zone.clone(),
            date_format: of_all(&self.date_format).next_back().cloned(),
            decimal_separator: of_all(&self.decimal_separator).next_back().copied(),
            newlines_in_values: self.newlines_in_values,
            quote: of_all(&self.quote).next_back().copied(),
            escape: of_all(&self.escape).next_back().copied(),
            comment: of_all(&self.comment).next_back().copied(),
            skip: of_all(&self.skip).next_back().copied(),
            encoding: of_all(&self.encoding).next_back().copied(),
            lenient: self.lenient,
            max_rejects: self.max_rejects,
            option_names: OPTION_NAMES,
            ..Options::default()
        }
    }

    /// What was said of one table each.
    pub fn of_tables(&self) -> Vec<(String, FileOption)> {
        [
            of_tables(&self.delimiter, |v| FileOption::Delimiter(*v)),
            of_tables(&self.header, |v| FileOption::Header(*v)),
            of_tables(&self.null, |v| FileOption::Null(v.clone())),
            of_tables(&self.quote, |v| FileOption::Quote(*v)),
            of_tables(&self.escape, |v| FileOption::Escape(*v)),
            of_tables(&self.comment, |v| FileOption::Comment(*v)),
            of_tables(&self.skip, |v| FileOption::Skip(*v)),
            of_tables(&self.encoding, |v| FileOption::Encoding(*v)),
            of_tables(&self.date_format, |v| FileOption::DateFormat(v.clone())),
            of_tables(&self.decimal_separator, |v| {
                FileOption::DecimalSeparator(*v)
            }),
        ]
        .concat()
    }

    /// The types of columns.
    pub fn types(&self) -> Vec<(String, String)> {
        self.types
            .iter()
            .flat_map(|types| types.0.clone())
            .collect()
    }
}

fn of_all<T>(values: &[Scoped<T>]) -> impl DoubleEndedIterator<Item = &T> {
    values
        .iter()
        .filter(|v| v.table.is_none())
        .map(|v| &v.value)
}

fn of_tables<T>(values: &[Scoped<T>], option: fn(&T) -> FileOption) -> Vec<(String, FileOption)> {
    let scoped = values.iter();
    let scoped = scoped.filter_map(|v| Some((v.table.clone()?, option(&v.value))));
    scoped.collect()
}

/// `orders:no` is for the table orders, `no` for all.
fn scoped<T>(typed: &str, value: impl Fn(&str) -> Result<T, String>) -> Result<Scoped<T>, String> {
    let (table, typed) = match typed.rsplit_once(':') {
        Some(("", typed)) => (None, typed),
        Some((table, typed)) => (Some(table.to_string()), typed),
        None => (None, typed),
    };
    Ok(Scoped {
        table,
        value: value(typed)?,
    })
}

fn delimiter(typed: &str) -> Result<Scoped<u8>, String> {
    let byte = |typed: &str| {
        let byte = tables::delimiter(typed);
        byte.ok_or("one character such as ';' or '|', or the word tab".to_string())
    };
    // A colon may be what separates the values itself.
    match typed.strip_suffix(':') {
        Some("") => byte(":").map(|value| Scoped { table: None, value }),
        Some(table) => {
            let table = Some(table.trim_end_matches(':').to_string());
            byte(":").map(|value| Scoped { table, value })
        }
        None => scoped(typed, byte),
    }
}

/// A character that is no letter and no digit, or of a table.
fn mark(typed: &str, example: &str) -> Result<Scoped<u8>, String> {
    scoped(typed, |typed| {
        character(typed).ok_or(format!(
            "one character such as {example}, or NAME:{example} for the table NAME"
        ))
    })
}

fn quote(typed: &str) -> Result<Scoped<u8>, String> {
    mark(typed, "'")
}

fn escape(typed: &str) -> Result<Scoped<u8>, String> {
    mark(typed, "\\")
}

fn comment(typed: &str) -> Result<Scoped<u8>, String> {
    mark(typed, "#")
}

fn skip(typed: &str) -> Result<Scoped<u64>, String> {
    scoped(typed, |typed| {
        let lines = typed.parse();
        lines.map_err(|_| "a number of lines, or NAME:2 for the table NAME".to_string())
    })
}

fn encoding(typed: &str) -> Result<Scoped<Encoding>, String> {
    scoped(typed, str::parse)
}

/// The first colon ends a table's name, unless it is one of the format, as in `%H:%M`.
fn date_format(typed: &str) -> Result<Scoped<String>, String> {
    let (table, format) = match typed.split_once(':') {
        Some(("", format)) => (None, format),
        Some((table, format)) if !table.contains('%') => (Some(table.to_string()), format),
        _ => (None, typed),
    };
    let value = tables::date_format(format)?;
    Ok(Scoped { table, value })
}

fn decimal_separator(typed: &str) -> Result<Scoped<u8>, String> {
    scoped(typed, tables::decimal_separator)
}

fn header(typed: &str) -> Result<Scoped<bool>, String> {
    scoped(typed, |typed| match typed {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("yes or no, or NAME:yes and NAME:no for the table NAME".to_string()),
    })
}

/// The first colon ends a table's name; one at the beginning says that there is none.
fn null(typed: &str) -> Result<Scoped<String>, String> {
    let (table, value) = match typed.split_once(':') {
        Some(("", value)) => (None, value),
        Some((table, value)) => (Some(table.to_string()), value),
        None => (None, typed),
    };
    let value = value.to_string();
    Ok(Scoped { table, value })
}

/// `id=TEXT,amount=DECIMAL(12,2)`.
fn types(typed: &str) -> Result<Types, String> {
    match types_text(typed) {
        Some(pairs) => Ok(Types(pairs)),
        None => Err(
            "write it as COLUMN=TYPE, for example customer_id=TEXT,amount=DECIMAL(12,2)"
                .to_string(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_commas_in_brackets_and_in_quotes() {
        let pairs = types("id=TEXT,amount=DECIMAL(12,2),\"a, b\"=INT").expect("three types");
        let pairs: Vec<_> = pairs
            .0
            .iter()
            .map(|(c, t)| (c.as_str(), t.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [("id", "TEXT"), ("amount", "DECIMAL(12,2)"), ("a, b", "INT")]
        );
        assert!(types("id").is_err() && types("=TEXT").is_err());
    }

    #[test]
    fn a_table_stands_before_its_value() {
        let parts = |scoped: Scoped<String>| (scoped.table, scoped.value);
        let of = |typed| null(typed).map(parts);
        assert_eq!(of("N/A"), Ok((None, "N/A".to_string())));
        assert_eq!(
            of("orders:-"),
            Ok((Some("orders".to_string()), "-".to_string()))
        );
        assert_eq!(of(":12:00"), Ok((None, "12:00".to_string())));
        let of = |typed| delimiter(typed).map(|scoped| (scoped.table, scoped.value));
        assert_eq!(of("tab"), Ok((None, b'\t')));
        assert_eq!(of("orders:;"), Ok((Some("orders".to_string()), b';')));
        assert_eq!(of("orders::"), Ok((Some("orders".to_string()), b':')));
        assert_eq!(of(":"), Ok((None, b':')));
        let of = |typed| date_format(typed).map(parts);
        let (table, format) = (Some("orders".to_string()), "%d/%m/%Y %H:%M".to_string());
        assert_eq!(of("orders:%d/%m/%Y %H:%M"), Ok((table, format.clone())));
        assert_eq!(of("%d/%m/%Y %H:%M"), Ok((None, format)));
        let format = "%H:%M %d/%m/%Y".to_string();
        assert_eq!(of("%H:%M %d/%m/%Y"), Ok((None, format)));
    }
}
