//! Which format a file has, by the end of its name; where that says nothing, by its first bytes.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::kind::{EXTENSIONS, FileKind};
use super::sniff;
use crate::tables::workbook::is_workbook;

/// Endings of text that is CSV where somebody names it; in a folder they may be anything.
const TEXT: &[&str] = &["txt", "dat", "psv", "tab"];

/// Endings of data that is not read here. Beside tables such files are probably meant as some.
const OTHER_DATA: &[&str] = &[
    "zip", "7z", "rar", "tar", "tgz", "gz", "zst", "bz2", "xz", "avro", "orc", "arrow", "feather",
    "ipc", "pq", "parq", "xml", "sav", "dta", "sqlite", "db", "duckdb",
];

/// Names of files that explain others.
const ABOUT: &[&str] = &["readme", "license", "notice", "changelog", "thumbs"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) struct KindAndCompression {
    pub kind: FileKind,
    pub compression: FileCompressionType,
    /// The end of the name as it is written, with its first dot: `.csv.gz`.
    pub extension: String,
}

/// The format of one file; `None` for a name whose end is not known.
pub(in crate::tables) fn of(path: &Path) -> Option<KindAndCompression> {
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
        "parquet" if !compression.is_compressed() => FileKind::Parquet,
        "csv" | "tsv" => FileKind::Csv,
        "ndjson" | "jsonl" | "json" => FileKind::Json,
        _ if !compression.is_compressed() && is_workbook(path) => FileKind::Workbook,
        _ => return None,
    };
    let extension = match compression.is_compressed() {
        true => format!(".{ending}.{last}"),
        false => format!(".{ending}"),
    };
    Some(KindAndCompression {
        kind,
        compression,
        extension,
    })
}

/// What the end of a name says about a file that is to be written.
pub(crate) enum Ending {
    /// A format, as SQL calls it, and a compression around it.
    Of(&'static str, Option<&'static str>),
    /// Data of another kind, which has this ending.
    OfOtherData(String),
    Unknown,
}

/// What the end of a name says.
pub(crate) fn ending(path: &Path) -> Ending {
    use datafusion::common::parsers::CompressionTypeVariant as Around;
    let Some((plain, compression)) = plain_ending(path) else {
        return Ending::Unknown;
    };
    let around = match compression.get_variant() {
        Around::GZIP => Some("gzip"),
        Around::BZIP2 => Some("bzip2"),
        Around::XZ => Some("xz"),
        Around::ZSTD => Some("zstd"),
        Around::UNCOMPRESSED => None,
    };
    match (of(path).map(|format| format.kind), plain.as_str()) {
        (Some(FileKind::Csv), _) => Ending::Of("CSV", around),
        (Some(FileKind::Json), _) => Ending::Of("JSON", around),
        (Some(FileKind::Workbook), _) => Ending::OfOtherData(plain),
        (Some(FileKind::Parquet), _) | (None, "pq" | "parq") => Ending::Of("PARQUET", None),
        (None, "arrow" | "feather" | "ipc") => Ending::Of("ARROW", None),
        (None, text) if TEXT.contains(&text) => Ending::Of("CSV", around),
        (None, other) if OTHER_DATA.contains(&other) => Ending::OfOtherData(plain),
        _ => Ending::Unknown,
    }
}

/// Whether the ending is one of text, compressed or not, that may be CSV.
pub(in crate::tables) fn is_text(path: &Path) -> bool {
    plain_ending(path).is_some_and(|(ending, _)| TEXT.contains(&ending.as_str()))
}

/// Whether a file looks like data that is not read where it is found in a folder.
pub(in crate::tables) fn is_of_data(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    if ABOUT.iter().any(|about| name.starts_with(about)) {
        return false;
    }
    let last = path.extension().unwrap_or_default().to_string_lossy();
    is_text(path) || OTHER_DATA.contains(&last.to_lowercase().as_str())
}

/// The ending without that of a compression, in small letters, and the compression.
fn plain_ending(path: &Path) -> Option<(String, FileCompressionType)> {
    let (stem, last) = path.file_name()?.to_str()?.rsplit_once('.')?;
    match FileCompressionType::from_str(last) {
        Ok(compression) if compression.is_compressed() => {
            let ending = stem.rsplit_once('.').map_or("", |(_, ending)| ending);
            Some((ending.to_lowercase(), compression))
        }
        _ => Some((last.to_lowercase(), FileCompressionType::UNCOMPRESSED)),
    }
}

/// The format of a file that somebody names, and whether its content had to tell.
fn named(file: &Path) -> Result<(KindAndCompression, bool)> {
    if let Some(format) = of(file) {
        return Ok((format, false));
    }
    let (ending, compression) =
        plain_ending(file).unwrap_or_else(|| (String::new(), FileCompressionType::UNCOMPRESSED));
    let extension = format!(".{ending}");
    let kind = match TEXT.contains(&ending.as_str()) {
        true => FileKind::Csv,
        false => sniff::kind(file, compression)?,
    };
    let told_by_content = !TEXT.contains(&ending.as_str());
    let format = KindAndCompression {
        kind,
        compression,
        extension,
    };
    Ok((format, told_by_content))
}

/// The one format that all files of a table have, and what a reader should know about how it was found.
pub(in crate::tables) fn common(
    path: &str,
    files: &[PathBuf],
) -> Result<(KindAndCompression, Option<String>)> {
    let mut first: Option<(&PathBuf, KindAndCompression)> = None;
    let mut note = None;
    for file in files {
        let (format, told_by_content) = named(file)?;
        if told_by_content && note.is_none() {
            let name = match format.kind {
                FileKind::Parquet => "Parquet",
                FileKind::Csv => "CSV",
                FileKind::Json => "JSON",
                FileKind::Workbook => "a workbook",
            };
            note = Some(format!(
                "{} has none of the endings {} and is read as {name}, for what it begins with",
                file.display(),
                EXTENSIONS.join(", ")
            ));
        }
        match &first {
            None => first = Some((file, format)),
            Some((other, before)) if !before.is_the_same(&format) => {
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
        Some((_, format)) => Ok((format, note)),
        None => plan_err!("there is no file in {path}"),
    }
}

impl KindAndCompression {
    /// Capitals make no other format: orders.CSV and orders.csv are one table.
    fn is_the_same(&self, other: &KindAndCompression) -> bool {
        self.kind == other.kind
            && self.compression == other.compression
            && self.extension.eq_ignore_ascii_case(&other.extension)
    }
}
