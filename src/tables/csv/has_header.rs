//! Whether the files of a table have header lines: all or none.

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::header::{self, First};
use super::sample::Sample;
use crate::tables::options::{OptionNames, Options};
use crate::tables::storage::FilePath;

/// Whether the first lines of all files have names.
pub(in crate::tables) fn has_header(
    files: &[FilePath],
    samples: &[Sample],
    options: &Options,
    words: &OptionNames,
    notes: &mut Vec<String>,
) -> Result<bool> {
    if let Some(said) = options.header {
        return Ok(said);
    }
    let mut decided: Option<(&FilePath, bool)> = None;
    let mut unknown: Option<(&FilePath, String)> = None;
    for (file, sample) in files.iter().zip(samples) {
        let is_names = match header::of(sample) {
            First::Names if sample.again > 0 && !header::is_sure(sample) => {
                let reason = "it is found again below".to_string();
                unknown = unknown.or(Some((file, reason)));
                continue;
            }
            First::Names => true,
            First::Row => false,
            First::Unknown(reason) => {
                unknown = unknown.or(Some((file, reason)));
                continue;
            }
        };
        match decided {
            Some((other, before)) if before != is_names => {
                let (with, without) = if before { (other, file) } else { (file, other) };
                return plan_err!(
                    "{} has a header line, but the first line of {} is a row; the files of a table need one or none. \
                     Put the line of names into the other file, too: (head -n 1 {}; cat {}) > with_names.csv",
                    with.display(),
                    without.display(),
                    with.display(),
                    without.display()
                );
            }
            _ => decided = decided.or(Some((file, is_names))),
        }
    }
    // Files that begin alike begin with names.
    let begin_alike = samples.len() > 1 && samples.iter().all(|s| s.first == samples[0].first);
    let is_names = match (decided, unknown) {
        (Some((_, is_names)), _) => is_names,
        (None, Some(_)) if begin_alike => true,
        (None, Some((file, reason))) => {
            return plan_err!(
                "the first line of {} may be its header line or a row: {reason}. {} takes it as the names of the \
                 columns, {} as a row",
                file.display(),
                words.header,
                words.no_header
            );
        }
        (None, None) => true,
    };
    let file = files[0].display();
    if !is_names {
        notes.push(format!(
            "{file} has no header line: its first line is a row, and its columns are column_1 to column_{}; {} takes \
             the line as their names",
            samples[0].first.len(),
            words.header
        ));
    } else if !begin_alike && let Some(name) = header::like_a_value(&samples[0]) {
        notes.push(format!(
            "the first line of {file} is read as its header line, but {name} may be a value: {} reads the line as a row",
            words.no_header
        ));
    }
    Ok(is_names)
}
