//! What is seen of files before their rows: that they are CSV, and what separates their values.

use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::looking::Looking;
use super::{delimiter, place, preamble, reader};
use crate::tables::options::Options;

/// How the files are read, with the separator that they have.
pub(in crate::tables) fn looking(
    files: &[PathBuf],
    compression: FileCompressionType,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Looking> {
    let mut looking = Looking::new(compression, options)?;
    for file in files {
        not_something_else(file, &looking)?;
    }
    if options.delimiter.is_none() {
        looking.dialect.delimiter = delimiter::find(&files[0], &looking)?;
    }
    if options.delimiter.is_none() {
        not_below_a_title(&files[0], &looking)?;
    }
    if options.delimiter.is_none() && matches!(looking.dialect.delimiter, b';' | b'|') {
        notes.push(format!(
            "{} is read with '{}' between its values",
            files[0].display(),
            looking.dialect.delimiter as char
        ));
    }
    Ok(looking)
}

/// Refuses what is no CSV, and lines that stand above it.
fn not_something_else(file: &Path, looking: &Looking) -> Result<()> {
    use std::io::Read;
    let mut start = vec![];
    // An error of reading is said by whoever reads the rows.
    let read = reader::open(file, looking.compression)?
        .take(4096)
        .read_to_end(&mut start);
    let shown = file.display();
    if read.is_err() {
        return Ok(());
    }
    if start.starts_with(&[0x1F, 0x8B]) {
        return plan_err!("{shown} is compressed with gzip: rename it to {shown}.gz");
    }
    if start.starts_with(b"PK\x03\x04") {
        return plan_err!(
            "{shown} is no CSV file but a zip archive or an Excel workbook: unpack it, or save it as CSV"
        );
    }
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        return plan_err!("{shown} is UTF-16 text; save it as UTF-8");
    }
    let line_end = start
        .iter()
        .position(|b| matches!(b, b'\n' | b'\r'))
        .unwrap_or(start.len());
    let line = String::from_utf8_lossy(&start[..line_end]);
    let line = line
        .trim_start_matches('\u{feff}')
        .trim_end_matches(['\r', ' ']);
    if line.len() <= 8 && line.to_ascii_lowercase().starts_with("sep=") {
        return plan_err!(
            "{shown}, line 1, is {line}, which spreadsheets write and no other program reads; remove it: \
             tail -n +2 {shown} > clean.csv"
        );
    }
    let delimiter = looking.dialect.delimiter as char;
    let values = |line: &str| line.split(delimiter).count();
    let second = start.get(line_end..).unwrap_or_default();
    let second = String::from_utf8_lossy(second);
    let second = second.trim_start().lines().next().unwrap_or_default();
    if line.starts_with('#') && looking.dialect.comment.is_none() && values(line) != values(second)
    {
        return plan_err!(
            "{shown}, line 1, is a comment, \"{}\", and no header line; remove it: tail -n +2 {shown} > clean.csv",
            line.chars().take(40).collect::<String>()
        );
    }
    Ok(())
}

/// Refuses a file of one column in which lines of several values follow a title and a line of nothing, or several lines:
/// the separator was looked for in the title.
fn not_below_a_title(file: &Path, looking: &Looking) -> Result<()> {
    if place::values_of_first(file, looking).is_none_or(|n| n > 1) {
        return Ok(());
    }
    // With the separator that it has been given, its lines are of several lengths, which is said elsewhere.
    let others = [b',', b';', b'\t', b'|'].into_iter();
    for delimiter in others.filter(|other| *other != looking.dialect.delimiter) {
        let mut looking = looking.clone();
        looking.dialect.delimiter = delimiter;
        let header = preamble::header_line(file, &looking).filter(|line| *line > 2);
        if let Some(header) = header {
            let shown = file.display();
            return plan_err!(
                "{shown} has no '{}' in its first line, but from line {header} on all lines have one: titles seem to stand \
                 above its header line. Remove them: tail -n +{header} {shown} > clean.csv",
                delimiter::shown(delimiter)
            );
        }
    }
    Ok(())
}
