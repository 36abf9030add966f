//! Which format a file has, by the end of its name; where that says nothing, by its first bytes.

use std::path::Path;
use std::str::FromStr;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::kind::{EXTENSIONS, FileKind};
use super::sniff;
use crate::tables::storage::FilePath;
use crate::tables::words::some_files;
use crate::tables::workbook::is_workbook;

/// Endings of text that is CSV where somebody names it; in a folder they may be anything.
const TEXT: &[&str] = &["txt", "dat", "psv", "tab"];

/// Endings of data that is not read here. Beside tables such files are probably meant as some.
const OTHER_DATA: &[&str] = &[
    "zip", "7z", "rar", "tar", "tgz", "gz", "zst", "bz2", "xz", "avro", "orc", "pq", "parq", "xml",
    "sav", "dta", "sqlite", "db", "duckdb",
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
        "arrow" | "feather" | "ipc" if !compression.is_compressed() => FileKind::Arrow,
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
        (Some(FileKind::Arrow), _) => Ending::Of("ARROW", None),
        (Some(FileKind::Workbook), _) => Ending::OfOtherData(plain),
        (Some(FileKind::Parquet), _) | (None, "pq" | "parq") => Ending::Of("PARQUET", None),
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
fn named(file: &FilePath) -> Result<(KindAndCompression, bool)> {
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
    files: &[FilePath],
) -> Result<(KindAndCompression, Option<String>)> {
    let mut first: Option<(&FilePath, KindAndCompression)> = None;
    let mut note = None;
    for file in files {
        let (format, told_by_content) = named(file)?;
        if told_by_content && note.is_none() {
            let name = format.kind.name_in_sentence();
            note = Some(format!(
                "{} has none of the endings {} and is read as {name}, judging by how it begins",
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

/// Files of one format, and what is said of others that lie beside them.
pub(in crate::tables) struct OfFormat {
    pub files: Vec<FilePath>,
    pub note: Option<String>,
}

/// The files that a function for one format reads: of a folder or a pattern those whose names do not say another one.
pub(in crate::tables) fn of_format(
    path: &str,
    files: Vec<FilePath>,
    kind: Option<FileKind>,
) -> Result<OfFormat> {
    let Some(kind) = kind else {
        return Ok(OfFormat { files, note: None });
    };
    let is_other = |file: &FilePath| of(file).is_some_and(|format| format.kind != kind);
    let (others, mine): (Vec<_>, Vec<_>) = files.into_iter().partition(is_other);
    let function = kind.function();
    match (&mine[..], &others[..]) {
        (_, []) => Ok(OfFormat {
            files: mine,
            note: None,
        }),
        // Its content may be something else than its name says.
        ([], [one]) if Path::new(path) == &**one => Ok(OfFormat {
            files: others,
            note: None,
        }),
        ([], [first, ..]) => {
            let theirs = of(first).map_or(FileKind::Csv, |format| format.kind);
            plan_err!(
                "{function} reads {}, and {} is {}: {}('{path}') reads it",
                kind.name_in_sentence(),
                first.display(),
                theirs.name_in_sentence(),
                theirs.function()
            )
        }
        (_, others) => {
            let which = some_files(others.iter().map(|file| file.display()));
            let note = which.map(|(which, are)| {
                format!(
                    "{which} {are} not read as part of {path}: {function} reads {}",
                    kind.name_in_sentence()
                )
            });
            Ok(OfFormat { files: mine, note })
        }
    }
}

/// The format that was asked for, if the files begin as such files do.
pub(in crate::tables) fn forced(files: &[FilePath], kind: FileKind) -> Result<KindAndCompression> {
    let mut format: Option<KindAndCompression> = None;
    for file in files {
        let found = sniff::is_of_kind(file, kind)?;
        // Any text may be CSV; of other formats it is told.
        let by_name = || match (found.kind, kind) {
            (None, FileKind::Csv) => None,
            (None, _) => of(file).map(|format| format.kind),
            (Some(found), _) => Some(found),
        };
        if let Some(other) = by_name().filter(|found| *found != kind) {
            return plan_err!(
                "{} is {}: {}('{}') reads it",
                file.display(),
                other.name_in_sentence(),
                other.function(),
                file.display()
            );
        }
        let ending = file
            .extension()
            .map_or(String::new(), |e| format!(".{}", e.to_string_lossy()));
        let this = KindAndCompression {
            kind,
            compression: found.compression,
            extension: ending,
        };
        match &format {
            Some(first) if first.compression != this.compression && kind != FileKind::Csv => {
                return plan_err!(
                    "{} and {} are compressed differently; a table has one compression: name those of one with a pattern",
                    files[0].display(),
                    file.display()
                );
            }
            Some(_) => {}
            None => format = Some(this),
        }
    }
    match format {
        Some(format) => Ok(format),
        None => plan_err!("there is no file to read"),
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
