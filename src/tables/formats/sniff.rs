//! What a file is by its first bytes, where its name says nothing, or something else.

use std::io::Read;

use datafusion::common::{GetExt, plan_err};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};

use super::kind::{EXTENSIONS, FileKind};
use crate::tables::archive;
use crate::tables::storage::FilePath;

/// How much of a file is looked at.
const HEAD: u64 = 4096;

/// A format that is no text, and what helps who has it.
#[derive(Clone, Copy)]
struct Foreign {
    what: &'static str,
    help: &'static str,
}

/// The first bytes of files that are no text.
const MAGIC: &[(&[u8], Foreign)] = &[
    (
        b"\xD0\xCF\x11\xE0",
        Foreign {
            what: "an Excel workbook in the old format",
            help: "with the ending .xls it is read",
        },
    ),
    (
        b"\x1F\x8B",
        Foreign {
            what: "compressed with gzip",
            help: "add .gz to its name, as in orders.csv.gz",
        },
    ),
    (
        b"\x28\xB5\x2F\xFD",
        Foreign {
            what: "compressed with zstd",
            help: "add .zst to its name, as in orders.csv.zst",
        },
    ),
    (
        b"BZh",
        Foreign {
            what: "compressed with bzip2",
            help: "add .bz2 to its name, as in orders.csv.bz2",
        },
    ),
    (
        b"\xFD7zXZ",
        Foreign {
            what: "compressed with xz",
            help: "add .xz to its name, as in orders.csv.xz",
        },
    ),
    (
        b"7z\xBC\xAF",
        Foreign {
            what: "a 7z archive",
            help: "unpack it, and name the file in it",
        },
    ),
    (
        b"Rar!",
        Foreign {
            what: "a RAR archive",
            help: "unpack it, and name the file in it",
        },
    ),
    (
        b"PAR1",
        Foreign {
            what: "Parquet",
            help: "give it the ending .parquet",
        },
    ),
    (
        b"ORC",
        Foreign {
            what: "an ORC file",
            help: "write it as Parquet with the tool that made it",
        },
    ),
    (
        b"Obj\x01",
        Foreign {
            what: "an Avro file",
            help: "write it as Parquet with the tool that made it",
        },
    ),
    (
        b"ARROW1",
        Foreign {
            what: "an Arrow file",
            help: "give it the ending .arrow",
        },
    ),
    (
        b"SQLite format 3\0",
        Foreign {
            what: "a SQLite database",
            help: "export its tables as CSV",
        },
    ),
    (
        b"%PDF",
        Foreign {
            what: "a PDF document",
            help: "ask for the data as CSV",
        },
    ),
];

/// A zip archive, or one of the formats that are zip archives inside.
fn zip(head: &[u8]) -> Foreign {
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    if has(b"opendocument.spreadsheet") {
        return Foreign {
            what: "an OpenDocument spreadsheet",
            help: "with the ending .ods it is read",
        };
    }
    let office: [&[u8]; 4] = [b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/"];
    if office.iter().any(|word| has(word)) {
        return Foreign {
            what: "an Excel workbook",
            help: "with the ending .xlsx it is read",
        };
    }
    Foreign {
        what: "a zip archive",
        help: "unpack it (unzip FILE), and name the file in it",
    }
}

fn foreign(head: &[u8]) -> Option<Foreign> {
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Some(zip(head));
    }
    // A header line may begin with ORCID.
    let is_magic = |magic: &[u8]| head.starts_with(magic) && (magic == b"%PDF" || !is_text(head));
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| is_magic(magic)) {
        return Some(*found);
    }
    let start = head.trim_ascii_start();
    let begins = |word: &str| {
        start
            .get(..word.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(word.as_bytes()))
    };
    if begins("<!doctype html") || begins("<html") || begins("<table") {
        return Some(Foreign {
            what: "an HTML page",
            help: "some programs call one .xls or .csv; open it in a spreadsheet and save it as CSV, or look at it: \
                   it may be an error page",
        });
    }
    if begins("<?xml") {
        return Some(Foreign {
            what: "an XML file",
            help: "write it as CSV with the tool that made it",
        });
    }
    // The errors of stores of files have no such declaration.
    let is_tag = start.starts_with(b"<") && start.get(1).is_some_and(u8::is_ascii_alphabetic);
    if is_tag && head.windows(2).any(|w| w == b"</" || w == b"/>") {
        return Some(Foreign {
            what: "an XML file",
            help: "write it as CSV with the tool that made it, or look at it: it may be an error message",
        });
    }
    if begins("{\\rtf") {
        return Some(Foreign {
            what: "an RTF document",
            help: "ask for the data as CSV",
        });
    }
    if begins("version https://git-lfs.github.com/") {
        return Some(Foreign {
            what: "a Git LFS pointer to a file that was not fetched",
            help: "git lfs pull fetches it",
        });
    }
    let is_script = SCRIPTS.iter().any(|word| begins(word));
    is_script.then_some(Foreign {
        what: "an SQL script",
        help: "run it in a database, and export its tables as CSV",
    })
}

/// What scripts of databases begin with.
const SCRIPTS: &[&str] = &[
    "insert into ",
    "create table ",
    "drop table ",
    "-- mysql dump",
    "-- mariadb dump",
    "-- postgresql database dump",
    "--\n-- postgresql database dump",
    "/*!",
    "pragma foreign_keys",
];

/// Whether a text is JSON: its first value is an object or an array, and nothing follows that could be a row.
fn is_json(head: &[u8]) -> bool {
    let start = head
        .strip_prefix(b"\xEF\xBB\xBF".as_slice())
        .unwrap_or(head);
    let start = start.trim_ascii_start();
    if !start.starts_with(b"{") && !start.starts_with(b"[") {
        return false;
    }
    let mut values =
        serde_json::Deserializer::from_slice(start).into_iter::<serde::de::IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => {
            let rest = &start[values.byte_offset()..];
            rest.first()
                .is_none_or(|b| b.is_ascii_whitespace() || *b == b'{')
        }
        // It goes on beyond what was looked at.
        Some(Err(e)) => e.is_eof() && start.len() > 1000,
        None => false,
    }
}

/// The compression that the first bytes of a file show.
pub(in crate::tables) fn compression_of(start: &[u8]) -> Option<FileCompressionType> {
    match start {
        [0x1F, 0x8B, ..] => Some(FileCompressionType::GZIP),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(FileCompressionType::ZSTD),
        _ => None,
    }
}

/// Refuses text files that are something else than their names say.
pub(in crate::tables) fn check(
    files: &[FilePath],
    compression: FileCompressionType,
    kind: FileKind,
) -> Result<()> {
    for file in files {
        let mut head = head(file, compression)?;
        // CSV is read in it, whatever the name says.
        if kind == FileKind::Csv
            && let Some(around) = compression_of(&head)
        {
            head = self::head(file, around)?;
        }
        if kind == FileKind::Csv && is_json(&head) {
            let shown = file.display();
            let text = String::from_utf8_lossy(&head);
            let start: String = text
                .trim_start()
                .lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect();
            return plan_err!(
                "{shown} is JSON, whatever its name says: it begins with {start}. If that is data, and not the answer of a \
                 service that failed, give it the ending .json"
            );
        }
        if let Some(Foreign { what, help }) = foreign(&head) {
            return plan_err!(
                "{} is {what}, whatever its name says; {help}",
                file.display()
            );
        }
    }
    Ok(())
}

/// What a file is whose name does not say it.
pub(in crate::tables) fn kind(
    file: &FilePath,
    compression: FileCompressionType,
) -> Result<FileKind> {
    let head = head(file, compression)?;
    let name = file.display();
    let first = head
        .strip_prefix(b"\xEF\xBB\xBF".as_slice())
        .unwrap_or(&head)
        .trim_ascii_start();
    if let Some(kind) = of_bytes(&head).filter(|_| !compression.is_compressed()) {
        return Ok(kind);
    }
    if let Some(Foreign { what, help }) = foreign(&head) {
        return plan_err!("{name} is {what}; {help}");
    }
    if head.is_empty() {
        return plan_err!("{name} is empty: it has no bytes at all");
    }
    if !is_text(&head) {
        return plan_err!(
            "{name} has no known ending, and it is not text: the known endings are {} \
             (text also with .gz, .zst, .bz2 or .xz)",
            EXTENSIONS.join(", ")
        );
    }
    Ok(match first.first() {
        Some(b'{' | b'[') => FileKind::Json,
        _ => FileKind::Csv,
    })
}

/// Whether a file begins as Arrow does: a file with its name, a stream with a message.
pub(in crate::tables) fn is_arrow(head: &[u8]) -> bool {
    head.starts_with(b"ARROW1") || (head.starts_with(&[0xFF; 4]) && head.len() > 8)
}

/// The formats that are no text.
fn of_bytes(head: &[u8]) -> Option<FileKind> {
    if head.starts_with(b"PAR1") {
        Some(FileKind::Parquet)
    } else if is_arrow(head) {
        Some(FileKind::Arrow)
    } else {
        None
    }
}

/// What a file begins with.
pub(in crate::tables) struct Begin {
    /// A format, if it is one that is read.
    pub kind: Option<FileKind>,
    pub compression: FileCompressionType,
}

/// What a file is that is to be of this format. Any text may be CSV.
pub(in crate::tables) fn is_of_kind(file: &FilePath, kind: FileKind) -> Result<Begin> {
    let plain = FileCompressionType::UNCOMPRESSED;
    let raw = head(file, plain)?;
    let compression = compression_of(&raw).unwrap_or(match raw.get(..4) {
        Some([b'B', b'Z', b'h', _]) => FileCompressionType::BZIP2,
        Some([0xFD, b'7', b'z', b'X']) => FileCompressionType::XZ,
        _ => plain,
    });
    let is_text = matches!(kind, FileKind::Csv | FileKind::Json);
    let begin = match compression.is_compressed() && is_text {
        true => head(file, compression)?,
        false => raw,
    };
    let is_workbook = begin.starts_with(b"\xD0\xCF\x11\xE0")
        || (begin.starts_with(b"PK\x03\x04") && zip(&begin).what != "a zip archive");
    let found = match of_bytes(&begin) {
        Some(found) => Some(found),
        None if is_workbook => Some(FileKind::Workbook),
        None if is_json(&begin) => Some(FileKind::Json),
        // What is wrong with other bytes is said by those who read them.
        None => None,
    };
    Ok(Begin {
        kind: found,
        compression,
    })
}

/// The format of a file without a name: CSV if it begins as none of the others.
pub(crate) fn begins_as(file: &FilePath) -> Result<FileKind> {
    Ok(is_of_kind(file, FileKind::Csv)?
        .kind
        .unwrap_or(FileKind::Csv))
}

fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character of several bytes may be cut by the end of what was looked at.
        Err(e) if e.error_len().is_none() => {
            std::str::from_utf8(&head[..e.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text.contains(|c: char| c.is_control() && !c.is_whitespace())
}

fn head(file: &FilePath, compression: FileCompressionType) -> Result<Vec<u8>> {
    let unreadable = |e: &dyn std::fmt::Display| {
        DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
    };
    let start = |reader: &mut dyn Read| -> std::io::Result<Vec<u8>> {
        let mut head = vec![];
        reader.take(HEAD).read_to_end(&mut head)?;
        Ok(head)
    };
    let mut opened = archive::open(file)?;
    if !compression.is_compressed() {
        return start(&mut opened).map_err(|e| unreadable(&e));
    }
    let mut unpacked = compression
        .convert_read(opened)
        .map_err(|e| unreadable(&e))?;
    start(&mut unpacked).or_else(|e| {
        let raw = start(&mut archive::open(file)?);
        let raw = raw.map_err(|e| unreadable(&e))?;
        match foreign(&raw) {
            // It begins as its name says: what follows is damaged.
            Some(Foreign { what, help }) if help.contains(&compression.get_ext()) => plan_err!(
                "{} is {what} and damaged, it cannot be unpacked: {e}; copy it again",
                file.display()
            ),
            Some(Foreign { what, help }) => {
                plan_err!("{} is {what}, whatever its name says; {help}", file.display())
            }
            None => plan_err!(
                "{} is not compressed as its name says: take the last ending away if it is plain text",
                file.display()
            ),
        }
    })
}
