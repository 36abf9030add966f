//! The name of a file and what COPY writes into it say the same: whoever opens `x.csv` goes by the name.

use std::path::Path;

use datafusion::sql::parser::CopyToStatement;

use crate::session::error::Refusal;
use crate::tables::{Ending, ending};

/// The formats that COPY writes.
const FORMATS: [&str; 4] = ["CSV", "JSON", "PARQUET", "ARROW"];

/// The compressions of text, with what they end in.
const COMPRESSIONS: [(&str, &str); 4] = [
    ("gzip", ".gz"),
    ("bzip2", ".bz2"),
    ("xz", ".xz"),
    ("zstd", ".zst"),
];

/// What the name of a text that is compressed ends in.
pub(super) fn suffix(compression: &str) -> &'static str {
    let known = COMPRESSIONS
        .into_iter()
        .find(|(name, _)| *name == compression);
    known.map_or("", |(_, suffix)| suffix)
}

/// Refuses a file whose name says another format or compression than it is written in, and formats that are not there:
/// DataFusion would go by the ending then.
pub(in crate::session) fn check(
    copy: &CopyToStatement,
    target: &Path,
    is_folder: bool,
) -> Result<(), Refusal> {
    let stored_as = copy.stored_as.as_ref().map(|format| format.to_uppercase());
    if let Some(format) = stored_as.as_deref()
        && !FORMATS.contains(&format)
    {
        return Err(Refusal::new(format!(
            "COPY writes no {format}; STORED AS CSV, JSON, PARQUET or ARROW does"
        )));
    }
    if is_folder {
        return Ok(());
    }
    let shown = &copy.target;
    let known = match ending(target) {
        Ending::Of(format, compression) => Some((format, compression)),
        Ending::OfOtherData(other) => {
            let beside = target.with_extension("csv");
            return Err(Refusal::new(format!(
                "COPY writes no .{other} files, as {shown} would be; COPY … TO '{}' writes CSV, which spreadsheets open, \
                 and .parquet and .json are there, too",
                beside.display()
            )));
        }
        Ending::Unknown => None,
    };
    let Some((by_name, compressed_by_name)) = known else {
        return match stored_as {
            Some(_) => Ok(()),
            None => Err(Refusal::new(format!(
                "COPY cannot tell the format of {shown} by its name; COPY … TO '{shown}' STORED AS CSV says it, \
                 and so does an ending such as .csv, .json or .parquet"
            ))),
        };
    };
    let format = stored_as.as_deref().unwrap_or(by_name);
    if format != by_name {
        return Err(Refusal::new(format!(
            "{shown} is the name of a file of {by_name}, and STORED AS {format} would write {format} into it; \
             COPY … TO '{}' does, and without STORED AS the name decides",
            target.with_extension(format.to_lowercase()).display()
        )));
    }
    // Parquet and Arrow are compressed inside.
    let is_text = matches!(format, "CSV" | "JSON");
    let compression = option(copy, "compression").filter(|c| !c.is_empty() && c != "uncompressed");
    if is_text && compression.as_deref() != compressed_by_name {
        // One that is not there is refused by DataFusion.
        let Some((meant, suffix)) = COMPRESSIONS
            .into_iter()
            .find(|(name, _)| Some(*name) == compression.as_deref().or(compressed_by_name))
        else {
            return Ok(());
        };
        let plain = match compressed_by_name {
            Some(_) => target.with_extension(""),
            None => target.to_path_buf(),
        };
        return Err(Refusal::new(format!(
            "the name {shown} says {}, and the file would have {}; \
             COPY … TO '{}{suffix}' STORED AS {format} OPTIONS ('format.compression' '{meant}') writes one that says what it is",
            compressed_by_name.unwrap_or("no compression"),
            compression.as_deref().unwrap_or("none"),
            plain.display()
        )));
    }
    is_of_tabs(copy, target)?;
    // DataFusion knows one ending for each format.
    let last = target.extension().unwrap_or_default();
    match stored_as {
        None if !last.eq_ignore_ascii_case(format) => Err(Refusal::new(format!(
            "COPY cannot tell the format of {shown} by the last part of its name; add STORED AS {format}"
        ))),
        _ => Ok(()),
    }
}

/// `.tsv` says that there are tabs.
fn is_of_tabs(copy: &CopyToStatement, target: &Path) -> Result<(), Refusal> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let is_tsv = name
        .to_lowercase()
        .split('.')
        .skip(1)
        .any(|part| part == "tsv");
    let has_tabs = option(copy, "delimiter").is_some_and(|d| d == "\t" || d == "\\t");
    match is_tsv && (!has_tabs || copy.stored_as.is_none()) {
        true => Err(Refusal::new(format!(
            "{0} is the name of a file with tabs, which COPY writes when it is told: \
             COPY … TO '{0}' STORED AS CSV OPTIONS ('format.delimiter' E'\\t')",
            copy.target
        ))),
        false => Ok(()),
    }
}

/// The value of an option of the format, in small letters.
fn option(copy: &CopyToStatement, wanted: &str) -> Option<String> {
    let mut options = copy.options.iter().rev();
    let (_, value) = options.find(|(key, _)| {
        let key = key.to_lowercase();
        key.strip_prefix("format.").unwrap_or(&key) == wanted
    })?;
    let text = value.to_string();
    let text = text.strip_prefix(['E', 'e']).unwrap_or(&text);
    Some(text.trim_matches('\'').to_lowercase())
}
