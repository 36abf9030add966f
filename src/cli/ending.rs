//! What the name of a file says about its format.

use std::path::Path;

use super::error::Error;
use crate::session::output::Format;

/// The endings that say a format.
const ENDINGS: &[(&str, Format)] = &[
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("ndjson", Format::Ndjson),
    ("jsonl", Format::Ndjson),
    ("md", Format::Markdown),
    ("parquet", Format::Parquet),
];

/// The format that the ending of a file says; an ending that says none is an error with those that do.
pub(super) fn format(path: &Path) -> Result<Format, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let format_of = |name: &str| {
        let (_, ending) = name.rsplit_once('.')?;
        let found = ENDINGS.iter().find(|(known, _)| *known == ending);
        found.map(|(_, format)| *format)
    };
    if let Some(format) = format_of(&name) {
        return Ok(format);
    }
    let shown = path.display();
    let why = match name.rsplit_once('.') {
        Some((before, packed @ ("gz" | "zst" | "bz2" | "xz" | "zip")))
            if format_of(before).is_some() =>
        {
            let whole = shown.to_string();
            let plain = &whole[..whole.len() - packed.len() - 1];
            format!(
                "results are not compressed (.{packed}): write {plain} and compress it, or write a .parquet file, which is small by itself"
            )
        }
        Some((before, "xlsx" | "xls" | "ods")) => format!(
            "workbooks are not written: a spreadsheet opens {before}.csv, written with --bom"
        ),
        Some((before, ending)) if !before.is_empty() && !ending.is_empty() => {
            format!(".{ending} does not say how to write it")
        }
        _ => "a name without an ending does not say how to write it".to_string(),
    };
    let endings: Vec<String> = ENDINGS.iter().map(|(e, _)| format!(".{e}")).collect();
    let message = format!(
        "-o {shown}: {why}\n  endings that say it: {}\n  under any other name: --format FORMAT, for example --format table",
        endings.join(" ")
    );
    Err(Error::Usage(message))
}
