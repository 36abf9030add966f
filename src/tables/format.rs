//! Which format a file has, by the end of its name.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

/// The endings that are read; those of text files may be followed by .gz, .zst, .bz2 or .xz.
pub const EXTENSIONS: &[&str] = &[".parquet", ".csv", ".tsv", ".ndjson", ".jsonl", ".json"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Parquet,
    Csv,
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Format {
    pub kind: Kind,
    pub compression: FileCompressionType,
    /// The end of the name as it is written, with its first dot: `.csv.gz`.
    pub extension: String,
}

/// The format of one file; `None` for a name whose end is not known.
pub(super) fn of(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_str()?;
    let (stem, last) = name.rsplit_once('.')?;
    let compression =
        FileCompressionType::from_str(last).unwrap_or(FileCompressionType::UNCOMPRESSED);
    let ending = if compression.is_compressed() {
        stem.rsplit_once('.')?.1
    } else {
        last
    };
    let kind = match ending.to_ascii_lowercase().as_str() {
        "parquet" if !compression.is_compressed() => Kind::Parquet,
        "csv" | "tsv" => Kind::Csv,
        "ndjson" | "jsonl" | "json" => Kind::Json,
        _ => return None,
    };
    let extension = match compression.is_compressed() {
        true => format!(".{ending}.{last}"),
        false => format!(".{ending}"),
    };
    Some(Format {
        kind,
        compression,
        extension,
    })
}

/// The one format that all files of a table have.
pub(super) fn common(path: &str, files: &[PathBuf]) -> Result<Format> {
    let mut first: Option<(&PathBuf, Format)> = None;
    for file in files {
        let Some(format) = of(file) else {
            return plan_err!(
                "{} does not say what it is: the endings known are {} (text also with .gz, .zst, .bz2 or .xz)",
                file.display(),
                EXTENSIONS.join(", ")
            );
        };
        match &first {
            None => first = Some((file, format)),
            Some((other, before)) if *before != format => {
                let pattern = match Path::new(path).is_dir() {
                    true => format!("{}/**/*{}", path.trim_end_matches('/'), before.extension),
                    false => format!("*{}", before.extension),
                };
                return plan_err!(
                    "{path} holds files of different formats, {} and {}; a table has one: \
                     name those of one format with a pattern, '{pattern}', or move the others away",
                    other.display(),
                    file.display()
                );
            }
            Some(_) => {}
        }
    }
    match first {
        Some((_, format)) => Ok(format),
        None => plan_err!("there is no file in {path}"),
    }
}
