//! What the name of a file says about its format.

use std::path::Path;

use super::error::Error;
use crate::session::output::{Compression, Format};

/// The endings that say a format. The first one of a format is that of files which are named here.
const ENDINGS: &[(&str, Format)] = &[
    ("csv", Format::Csv),
    ("tsv", Format::Tsv),
    ("json", Format::Json),
    ("ndjson", Format::Ndjson),
    ("jsonl", Format::Ndjson),
    ("md", Format::Markdown),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xlsx", Format::Xlsx),
    ("parquet", Format::Parquet),
    ("arrow", Format::Arrow),
];

/// The ending of a table that is to be read as it is.
const TEXT: &str = "txt";

/// What a text may end in beside that, when it is compressed.
const COMPRESSIONS: [Compression; 2] = [Compression::Gzip, Compression::Zstd];

/// What somebody types for a file and for a format.
pub(super) struct FileWords {
    /// The file.
    pub output: &'static str,
    /// A format for a file of any name.
    pub format: &'static str,
}

/// On the command line.
pub(super) const AS_ARGUMENTS: FileWords = FileWords {
    output: "-o",
    format: "--format FORMAT, for example --format table",
};

/// What the name of a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended {
    pub format: Option<Format>,
    pub compression: Option<Compression>,
}

/// What the name of a file says, if it says something.
pub(super) fn said(path: &Path) -> Ended {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let compression = COMPRESSIONS.into_iter().find_map(|compression| {
        let before = name.strip_suffix(compression.ending())?;
        Some((before.strip_suffix('.')?, compression))
    });
    let plain = compression.map_or(name.as_str(), |(before, _)| before);
    let found = plain.rsplit_once('.').and_then(|(_, ending)| {
        let found = ENDINGS.iter().find(|(known, _)| *known == ending);
        found.map(|(_, format)| *format)
    });
    Ended {
        format: found,
        compression: compression.map(|(_, compression)| compression),
    }
}

/// The format and compression that the ending of a file says; an ending that says none is an error with those that do.
pub(super) fn format(
    path: &Path,
    words: &FileWords,
) -> Result<(Format, Option<Compression>), Error> {
    let ended = said(path);
    let shown = path.display();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_lowercase();
    let why = match (ended.format, ended.compression) {
        (Some(format), None) => return Ok((format, None)),
        (Some(format), compression) if format.is_text() => return Ok((format, compression)),
        (Some(_), Some(compression)) => {
            let whole = shown.to_string();
            let plain = &whole[..whole.len() - compression.ending().len() - 1];
            format!("such a file is compressed inside: write {plain}")
        }
        (None, _) => match name.rsplit_once('.') {
            Some((before, packed @ ("bz2" | "xz" | "zip")))
                if said(Path::new(before)).format.is_some() =>
            {
                format!("results are compressed as .gz and .zst, not as .{packed}")
            }
            Some((before, "xls" | "ods" | "xlsb" | "xlsm")) => {
                format!("workbooks are written as {before}.xlsx, which every spreadsheet opens")
            }
            Some((before, ending)) if !before.is_empty() && !ending.is_empty() => {
                format!(".{ending} does not say how to write it")
            }
            _ => "a name without an ending does not say how to write it".to_string(),
        },
    };
    let endings: Vec<String> = ENDINGS.iter().map(|(e, _)| format!(".{e}")).collect();
    let message = format!(
        "{} {shown}: {why}\n  endings that say it: {}, and of texts also with .gz or .zst: .csv.gz\n  \
         under any other name: {}",
        words.output,
        endings.join(" "),
        words.format
    );
    Err(Error::Usage(message))
}

/// The ending of a file of this format.
pub(super) fn of(format: Format, compression: Option<Compression>) -> String {
    let found = ENDINGS.iter().find(|(_, known)| *known == format);
    let ending = found.map_or(TEXT, |(ending, _)| ending);
    match compression {
        Some(compression) => format!("{ending}.{}", compression.ending()),
        None => ending.to_string(),
    }
}
