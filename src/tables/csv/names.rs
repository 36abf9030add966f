//! The names of the columns, which all files of a table have in common.

use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::sample::Sample;
use crate::tables::options::OptionNames;

/// The names of the columns, each one there and there once, and the same in all files.
pub(in crate::tables) fn of(
    files: &[PathBuf],
    samples: &[Sample],
    words: &OptionNames,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let mut columns: Vec<String> = vec![];
    for (i, (file, sample)) in files.iter().zip(samples).enumerate() {
        let names = names_of(file, sample, words, notes)?;
        if i == 0 {
            columns = names;
        } else if columns != names {
            return plan_err!("{}", different(&files[0], &columns, file, &names, words));
        }
    }
    Ok(columns)
}

fn names_of(
    file: &Path,
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

pub(in crate::tables) fn numbered(files: &[PathBuf], samples: &[Sample]) -> Result<Vec<String>> {
    let n = samples[0].first.len();
    for (file, sample) in files.iter().zip(samples) {
        if n > 1
            && let Some(other) = other_separator(&sample.first)
        {
            return plan_err!(
                "{} and {} have different separators: the values of {} are parted by '{}'. Files of one table need one: \
                 write it with that of the first",
                files[0].display(),
                file.display(),
                file.display(),
                super::delimiter::shown(other as u8)
            );
        }
        if sample.first.len() != n {
            return plan_err!(
                "{} has {n} columns, but {} has {}; the files of a table need equally many",
                files[0].display(),
                file.display(),
                sample.first.len()
            );
        }
    }
    Ok((1..=n).map(|i| format!("column_{i}")).collect())
}

/// The separator of a line that is one value to that of another file: files are read with the one of the first.
fn other_separator(line: &[String]) -> Option<char> {
    match line {
        [value] => [';', ',', '\t', '|']
            .into_iter()
            .find(|c| value.contains(*c)),
        _ => None,
    }
}

/// Why two files are not one table, in the words of their header lines.
fn different(
    a: &Path,
    a_names: &[String],
    b: &Path,
    b_names: &[String],
    words: &OptionNames,
) -> String {
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these
            .iter()
            .filter(|n| !those.contains(n))
            .cloned()
            .collect()
    };
    let (a, b) = (a.display(), b.display());
    // Files are read with the separator of the first one.
    let other_separator = |names: &[String]| match names {
        [name] => [';', ',', '\t', '|']
            .into_iter()
            .find(|c| name.contains(*c)),
        _ => None,
    };
    if let Some(other) = other_separator(b_names).filter(|_| a_names.len() > 1) {
        let other = super::delimiter::shown(other as u8);
        return format!(
            "{a} and {b} have different separators: the values of {b} are parted by '{other}'. Files of one table need \
             one: write {b} with that of {a}, or register the files as two tables and unite them with SELECT * FROM \
             first UNION ALL BY NAME SELECT * FROM second"
        );
    }
    let has_no_names = match a_names.len() == b_names.len() && !only(a_names, b_names).is_empty() {
        true => format!(
            ". If they have no header lines, {} reads all lines as rows",
            words.no_header
        ),
        false => String::new(),
    };
    let (only_a, only_b) = (only(a_names, b_names), only(b_names, a_names));
    let what = match (&only_a[..], &only_b[..]) {
        ([], []) => format!(
            "the same columns in another order: {a} has {}, {b} has {}",
            a_names.join(", "),
            b_names.join(", ")
        ),
        (only_a, []) => format!("different columns: only {a} has {}", only_a.join(", ")),
        ([], only_b) => format!("different columns: only {b} has {}", only_b.join(", ")),
        (only_a, only_b) => format!(
            "different columns: only {a} has {}, only {b} has {}",
            only_a.join(", "),
            only_b.join(", ")
        ),
    };
    format!(
        "{a} and {b} have {what}. CSV files of one table are read by position, so values would land under wrong \
         names: make the header lines equal, or register the files as two tables and unite them with \
         SELECT * FROM first UNION ALL BY NAME SELECT * FROM second{has_no_names}"
    )
}
