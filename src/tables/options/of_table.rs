//! How files are to be read.

use super::encoding::Encoding;
use super::max_rejects::MaxRejects;
use super::option_names::OptionNames;
use crate::tables::formats::kind::FileKind;

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The format of the files; `None` takes it from the ends of their names, or from what they begin with.
    pub format: Option<FileKind>,
    /// What separates the values of a CSV file; `None` takes it from the header line.
    pub delimiter: Option<u8>,
    /// How many rows of a table are looked at to find the types of its columns in CSV; of JSON it is all of them.
    /// Several files share them, but every file has its beginning looked at.
    pub infer_rows: usize,
    /// Whether the files of a table of Delta Lake, Apache Hudi, Apache Iceberg or Apache Paimon are read as they
    /// are, those of removed rows too. Without it such a table is refused.
    pub raw_files: bool,
    /// Whether the first line of a CSV file has the names of its columns; `None` decides by the lines themselves.
    pub header: Option<bool>,
    /// Texts that mean NULL, in columns of any type of CSV files, and in columns of text of others.
    pub null: Vec<String>,
    /// A regular expression for such texts in CSV files.
    pub null_regex: Option<String>,
    /// Columns and the SQL types that they are to have: `("amount", "DECIMAL(12, 2)")`.
    pub types: Vec<(String, String)>,
    /// The zone of times that are written with an offset; `None` leaves them their offset.
    pub time_zone: Option<String>,
    /// The format of dates and times in CSV files, as chrono has it: `%d/%m/%Y`; `None` takes those that the values show.
    pub date_format: Option<String>,
    /// What stands before the decimals of numbers in CSV files, `.` or `,`; `None` takes what the values show.
    pub decimal_separator: Option<u8>,
    /// Whether quoted values of a CSV file may hold lines that look like rows of it.
    pub newlines_in_values: bool,
    /// What a value of a CSV file is put in that has a separator in it.
    /// `None` takes the one that the file has, which is a double one nearly always.
    pub quote: Option<u8>,
    /// What stands before such a quote inside of a value; `None` if it is written twice.
    pub escape: Option<u8>,
    /// What the lines of a CSV file begin with that are to be left out.
    pub comment: Option<u8>,
    /// The sheet of a workbook; `None` is the one that its path names, or the first that people see.
    pub sheet: Option<String>,
    /// The member of the object in a JSON file that holds the rows, as `data` or `result.items`; an empty text takes the
    /// object itself for a row. `None` finds the member of a file that is one object around its rows.
    pub records: Option<String>,
    /// Whether columns of bytes are text, as Impala and old Hive write it. The setting
    /// `datafusion.execution.parquet.binary_as_string` says it of all files.
    pub binary_as_string: bool,
    /// How many lines stand above the header line of a CSV file, or above its first row; `None` leaves it to the lines.
    pub skip: Option<u64>,
    /// The encoding of CSV files, by its name; `None` takes the one that their bytes show.
    pub encoding: Option<Encoding>,
    /// Whether damaged lines of CSV files are left out, and saved, in a session that does so.
    pub lenient: bool,
    /// How many of them there may be.
    pub max_rejects: MaxRejects,
    /// What was said of this table alone that only texts have, such as an encoding or quotes, as messages call it. A
    /// workbook refuses it; what is said of all tables is for those that are texts.
    pub of_texts: Vec<String>,
    /// What messages call these options.
    pub option_names: OptionNames,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            format: None,
            delimiter: None,
            infer_rows: 100_000,
            raw_files: false,
            header: None,
            null: vec![],
            null_regex: None,
            types: vec![],
            time_zone: None,
            date_format: None,
            decimal_separator: None,
            newlines_in_values: false,
            quote: None,
            escape: None,
            comment: None,
            sheet: None,
            records: None,
            binary_as_string: false,
            skip: None,
            encoding: None,
            lenient: false,
            max_rejects: MaxRejects::default(),
            of_texts: vec![],
            option_names: OptionNames::default(),
        }
    }
}

/// What notes call the option for more rows, [`Options::infer_rows`]. Programs have other names for it.
pub const LARGER_SAMPLE: &str = "a larger sample of its rows";

/// What errors call the option [`Options::raw_files`]. Programs have other names for it.
pub const RAW_FILES: &str = "the option for raw files";
