//! The first rows of a file: what stands in its first line, and what its columns look like below it.

use csv::ByteRecord;
use datafusion::common::plan_err;
use datafusion::error::Result;

use super::column::SeenColumn;
use super::reader::{self, QuoteChecked};
use super::{fault, place};
use crate::export_texts::is_total;
use crate::tables::csv::looking::Looking;
use crate::tables::storage::FilePath;
use crate::tables::values::class::{ValueClass, class_of};
use crate::tables::values::looks::Looks;

/// What the first rows of a file have.
pub(super) struct Sample {
    /// The values of the first line.
    pub first: Vec<String>,
    /// The rows below it.
    pub columns: Vec<SeenColumn>,
    /// Whether the value of the first line is found again below.
    pub repeats: Vec<bool>,
    /// Values of the first line whose form, letters and digits, is that of the one below.
    pub alike: Vec<bool>,
    pub rows: u64,
    /// Whether these are all rows of the file.
    pub is_whole: bool,
    /// Rows that look like totals: the number of the record, the column that says it, and what it says.
    pub totals: Vec<(u64, usize, String)>,
    /// How many there are by each column.
    pub n_totals: Vec<u64>,
    /// The last row that has a value, of a file that was seen whole, and its number.
    pub last: Vec<String>,
    pub last_row: u64,
    /// How often the first line stands again.
    pub again: u64,
    /// The values of the second record, if all are texts.
    pub second: Option<Vec<String>>,
}

/// Reads the first line and at most `rows` rows below it.
pub(in crate::tables) fn take(
    index: usize,
    file: &FilePath,
    looking: &Looking,
    rows: usize,
    keeps_headers: bool,
) -> Result<Sample> {
    let mut reader = csv_reader(file, looking, None)?;
    let mut record = ByteRecord::new();
    let shown = file.display();
    match reader.read_byte_record(&mut record) {
        Ok(true) => {}
        Ok(false) => return plan_err!("{shown} is empty: it has no header line"),
        Err(_) => return Err(looking.fault(file, None)),
    }
    let first = texts(file, &record)?;
    let n = first.len();
    let mut sample = Sample {
        columns: vec![SeenColumn::default(); n],
        repeats: vec![false; n],
        alike: vec![false; n],
        rows: 0,
        is_whole: true,
        totals: vec![],
        n_totals: vec![0; n],
        last: vec![],
        last_row: 0,
        again: 0,
        second: None,
        first,
    };
    let first_record = record.clone();
    let mut last = ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return Err(looking.fault(file, Some(n))),
        }
        if sample.rows as usize >= rows {
            sample.is_whole = false;
            break;
        }
        if record.len() != n || std::str::from_utf8(record.as_slice()).is_err() {
            return Err(looking.fault(file, Some(n)));
        }
        if !keeps_headers && n > 1 && sample.rows > 0 && is_again(&record, &first_record) {
            sample.again += 1;
            continue;
        }
        sample.rows += 1;
        if sample.rows == 1 {
            sample.second = texts_alone(&record);
        }
        if sample.rows == 1 && is_of_dashes(&record) {
            return under_the_header(file, looking);
        }
        sample.add(index, &record, looking);
        if record.iter().any(|value| !value.trim_ascii().is_empty()) {
            last.clone_from(&record);
            sample.last_row = sample.rows;
        }
    }
    if sample.is_whole && sample.last_row > 0 {
        sample.last = record_texts(&last);
    }
    Ok(sample)
}

/// Whether a record is the first one again, with or without a byte order mark.
fn is_again(record: &ByteRecord, first: &ByteRecord) -> bool {
    let bare = |value: &[u8], i: usize| match i {
        0 => value
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(value)
            .to_vec(),
        _ => value.to_vec(),
    };
    let mut pairs = record.iter().zip(first.iter()).enumerate();
    pairs.all(|(i, (value, of_first))| value == bare(of_first, i))
}

/// The values of a record in which nothing is a number, a date or a flag.
fn texts_alone(record: &ByteRecord) -> Option<Vec<String>> {
    let values = record_texts(record);
    let is_text = |value: &String| {
        let class = class_of(value.trim());
        value.is_empty() || matches!(class, ValueClass::Text(Looks::Other))
    };
    values.iter().all(is_text).then_some(values)
}

/// Whether all values of a record are dashes, as programs draw a line with.
fn is_of_dashes(record: &ByteRecord) -> bool {
    // Tables of Markdown have an empty value at both ends, and colons where a column is aligned.
    let is_line = |value: &[u8]| value.iter().all(|b| matches!(b, b'-' | b'=' | b':' | b'+'));
    let mut values = record.iter().map(<[u8]>::trim_ascii);
    values.clone().all(is_line) && values.any(|value| value.len() > 2)
}

fn under_the_header<T>(file: &FilePath, looking: &Looking) -> Result<T> {
    let shown = file.display();
    match place::line_of(file, looking, 1) {
        Some(line) => plan_err!(
            "{shown}, line {line}, is a line of dashes under the header line, as programs of databases draw it, and no \
             row; remove it: sed {line}d {shown} > clean.csv"
        ),
        None => plan_err!(
            "{shown} has a line of dashes under its header line, as programs of databases draw it, and no row; remove it"
        ),
    }
}

/// A reader of all records; one that checks quotes as they will be checked later.
pub(super) fn csv_reader(
    file: &FilePath,
    looking: &Looking,
    columns: Option<usize>,
) -> Result<csv::Reader<QuoteChecked<Box<dyn std::io::Read + Send>>>> {
    let dialect = looking.dialect;
    let bytes = reader::open(file, looking)?;
    Ok(csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(dialect.delimiter)
        .quote(dialect.quote)
        .escape(dialect.escape)
        .comment(dialect.comment)
        .buffer_capacity(1 << 13)
        .from_reader(QuoteChecked::new(bytes, dialect, columns)))
}

impl Sample {
    fn add(&mut self, index: usize, record: &ByteRecord, looking: &Looking) {
        let mut texts = 0;
        let mut total = None;
        for (i, value) in record.iter().enumerate() {
            // The record was found to be UTF-8.
            let value = std::str::from_utf8(value).unwrap_or_default();
            if value.is_empty() {
                continue;
            }
            self.repeats[i] |= value == self.first[i];
            if self.rows == 1 {
                self.alike[i] = form(value) == form(&self.first[i])
                    && value.bytes().any(|b| b.is_ascii_digit());
            }
            if looking.nulls.contain(value) {
                continue;
            }
            // The name of a sum stands before its numbers: first, or below what it is the sum of.
            if texts < 3 && total.is_none() && is_total(value) {
                total = Some((i, value));
            }
            texts += 1;
            self.columns[i].add(index, self.rows, value);
            if let Some(form) = &looking.said_dates
                && form.plain(value).is_some()
            {
                self.columns[i].said_dates.add(index, self.rows, value);
            }
        }
        if let Some((i, value)) = total {
            self.n_totals[i] += 1;
            if self.totals.len() < 4 {
                self.totals.push((self.rows, i, value.to_string()));
            }
        }
    }

    /// The rows that look like totals. Where most rows do, the column has names of amounts.
    pub fn sums(&self) -> impl Iterator<Item = &(u64, usize, String)> {
        let is_sum = |(_, column, _): &&(u64, usize, String)| {
            *column == 0 || self.n_totals[*column] * 2 <= self.rows.max(2)
        };
        self.totals.iter().filter(is_sum)
    }
}

fn texts(file: &FilePath, record: &ByteRecord) -> Result<Vec<String>> {
    let texts = record
        .iter()
        .enumerate()
        .map(|(i, bytes)| match std::str::from_utf8(bytes) {
            // Excel marks UTF-8 with a byte order mark, which would become part of the first name.
            Ok(name) if i == 0 => Ok(name.trim_start_matches('\u{feff}').to_string()),
            Ok(name) => Ok(name.to_string()),
            Err(_) => plan_err!(
                "{} is not UTF-8 text (its header line has \"{}\"); save it as UTF-8",
                file.display(),
                String::from_utf8_lossy(bytes)
            ),
        });
    texts.collect()
}

fn record_texts(record: &ByteRecord) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    record.iter().map(text).collect()
}

/// Letters as a, digits as 9, each run once: `c12` is `a9`.
fn form(value: &str) -> String {
    let mut form = String::new();
    for c in value.chars() {
        let c = match c {
            c if c.is_alphabetic() => 'a',
            c if c.is_ascii_digit() => '9',
            c => c,
        };
        if !form.ends_with(c) {
            form.push(c);
        }
    }
    form
}

impl Looking {
    /// Why the lines of a file cannot be read.
    pub fn fault(
        &self,
        file: &FilePath,
        columns: Option<usize>,
    ) -> datafusion::error::DataFusionError {
        let found = fault::fault(file, self, columns);
        datafusion::error::DataFusionError::Plan(
            found.unwrap_or_else(|| format!("{} cannot be read as CSV", file.display())),
        )
    }
}
