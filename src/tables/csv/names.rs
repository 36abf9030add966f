//! The names of the columns. Files of a table may have them in another order, and some of them alone.

use std::collections::HashSet;

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::header;
use super::sample::Sample;
use crate::tables::options::{OptionNames, Options};
use crate::tables::storage::FilePath;

/// The names of the columns of each file, each one there and there once.
pub(in crate::tables) fn of(
    files: &[FilePath],
    samples: &[Sample],
    words: &OptionNames,
    notes: &mut Vec<String>,
) -> Result<Vec<Vec<String>>> {
    let files = files.iter().zip(samples);
    let names = files.map(|(file, sample)| names_of(file, sample, words, notes));
    names.collect()
}

/// Refuses files whose names say that they are not one table: those that have none in common, and header lines that
/// may be rows.
pub(in crate::tables) fn are_of_one_table(
    files: &[FilePath],
    names: &[Vec<String>],
    samples: &[Sample],
    options: &Options,
) -> Result<()> {
    let key = |name: &String| name.to_lowercase();
    let keys: Vec<HashSet<String>> = names
        .iter()
        .map(|names| names.iter().map(key).collect())
        .collect();
    // A header line over texts alone may be a row: it has to have the names of another file.
    let is_sure = |file: usize| options.header == Some(true) || header::is_sure(&samples[file]);
    let sure = (0..files.len()).find(|file| is_sure(*file)).unwrap_or(0);
    for (file, of_file) in keys.iter().enumerate() {
        let has_some = !of_file.is_disjoint(&keys[sure]);
        let is_part = of_file.is_subset(&keys[sure]) || of_file.is_superset(&keys[sure]);
        if !(is_part || has_some && is_sure(file) && is_sure(sure)) {
            return plan_err!(
                "{}",
                different(
                    (&files[sure], &names[sure]),
                    (&files[file], &names[file]),
                    has_some,
                    &options.option_names
                )
            );
        }
    }
    Ok(())
}

fn names_of(
    file: &FilePath,
    sample: &Sample,
    words: &OptionNames,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let mut names: Vec<String> = vec![];
    for (i, written) in sample.first.iter().enumerate() {
        // Programs that number their rows leave the first name empty; it needs one to be asked for.
        let name = match written.trim() {
            "" => format!("column_{}", i + 1),
            name => name.to_string(),
        };
        if name.len() < written.len() {
            notes.push(format!(
                "the header line of {} has \"{written}\" with blanks around it; the column is {name}",
                file.display()
            ));
        }
        if names.contains(&name) {
            return plan_err!(
                "{} has the column {name} twice in its header line; rename one of them, or read the line as a row \
                 with {}",
                file.display(),
                words.no_header
            );
        }
        names.push(name);
    }
    Ok(names)
}

/// The names of columns without any.
pub(in crate::tables) fn numbered(
    files: &[FilePath],
    samples: &[Sample],
) -> Result<Vec<Vec<String>>> {
    let n = samples[0].first.len();
    for (file, sample) in files.iter().zip(samples) {
        if sample.first.len() != n {
            return plan_err!(
                "{} has {n} columns, but {} has {}; the files of a table need equally many where they have no names",
                files[0].display(),
                file.display(),
                sample.first.len()
            );
        }
    }
    let names: Vec<String> = (1..=n).map(|i| format!("column_{i}")).collect();
    Ok(vec![names; files.len()])
}

/// Why two files are not one table, in the words of their header lines.
fn different(
    (a, a_names): (&FilePath, &[String]),
    (b, b_names): (&FilePath, &[String]),
    has_some: bool,
    words: &OptionNames,
) -> String {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        let is_there = |name: &String| {
            those
                .iter()
                .any(|n| n.to_lowercase() == name.to_lowercase())
        };
        these
            .iter()
            .filter(|name| !is_there(name))
            .cloned()
            .collect()
    };
    let (a, b) = (a.display(), b.display());
    let (only_a, only_b) = (only(a_names, b_names), only(b_names, a_names));
    let has = format!(
        "only {a} has {}, only {b} has {}",
        only_a.join(", "),
        only_b.join(", ")
    );
    let two_tables = "name those of one table with a pattern, or read them as two";
    match has_some {
        true => format!(
            "{a} and {b} have different columns: {has}. Nothing tells whether their first lines are names or rows: {} \
             takes them as names, and the files as one table by these; {} reads all lines as rows",
            words.header, words.no_header
        ),
        false => format!(
            "{a} and {b} have no column in common: {has}. They are not one table: {two_tables}. If they have no header \
             lines, {} reads all lines as rows",
            words.no_header
        ),
    }
}
