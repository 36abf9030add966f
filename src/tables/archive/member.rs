//! What a zip archive has.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use datafusion::common::{plan_datafusion_err, plan_err};
use datafusion::error::Result;
use zip::{CompressionMethod, ZipArchive};

use crate::tables::storage::FilePath;
use crate::tables::workbook::is_workbook;

/// Where archives keep what their programs know of the files.
const OF_PROGRAMS: &str = "__MACOSX/";

/// A file in an archive.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Member {
    pub name: String,
    /// Where its bytes begin, and how many there are.
    pub start: u64,
    pub compressed: u64,
    pub is_deflated: bool,
    /// How many bytes it has when it is unpacked, and their checksum.
    pub size: u64,
    pub checksum: u32,
    /// Why it cannot be unpacked, if it cannot.
    pub refused: Option<String>,
}

/// Whether a file is a zip archive by its first bytes, and no workbook, which is one inside.
pub(in crate::tables) fn is_zip(file: &FilePath) -> bool {
    // To open a pipe would wait for whoever writes to it.
    if !file.is_file() {
        return false;
    }
    let mut start = vec![];
    let read = file
        .open()
        .and_then(|file| file.take(4096).read_to_end(&mut start));
    if read.is_err() || !start.starts_with(b"PK\x03\x04") || is_workbook(file) {
        return false;
    }
    // Also of one that is damaged, and has no list of its files.
    let has = |word: &[u8]| start.windows(word.len()).any(|part| part == word);
    let is_of_office = has(b"[Content_Types].xml") || has(b"opendocument.spreadsheet");
    let is_sheet = |member: &Member| member.name == "[Content_Types].xml";
    !is_of_office && !members(file).is_ok_and(|members| members.iter().any(is_sheet))
}

/// The files in an archive, in its order.
pub(in crate::tables) fn members(archive: &FilePath) -> Result<Vec<Member>> {
    let shown = archive.display();
    let unreadable = |e: &dyn std::fmt::Display| {
        plan_datafusion_err!("{shown} is a zip archive that cannot be read: {e}; copy it again")
    };
    let opened = archive.open().map_err(|e| unreadable(&e))?;
    let mut zip = ZipArchive::new(BufReader::new(opened)).map_err(|e| unreadable(&e))?;
    let listed = entries(archive).map_err(|e| unreadable(&e))?;
    if let Some(listed) = listed.filter(|listed| *listed > zip.len()) {
        return plan_err!(
            "{shown} has {listed} files, and only {} names for them: of those with the same name one alone would be read; \
             unpack it, or write it again with a name for each",
            zip.len()
        );
    }
    let mut members = vec![];
    for number in 0..zip.len() {
        let entry = zip.by_index_raw(number).map_err(|e| unreadable(&e))?;
        let name = entry.name().map_err(|e| unreadable(&e))?.into_owned();
        let is_hidden = name
            .rsplit('/')
            .next()
            .is_some_and(|last| last.starts_with('.'));
        if entry.is_dir() || is_hidden || name.starts_with(OF_PROGRAMS) {
            continue;
        }
        let method = entry.compression();
        let is_deflated = method == CompressionMethod::Deflated;
        let refused = match entry.encrypted() {
            true => Some("is encrypted: unpack the archive with its password".to_string()),
            false if !is_deflated && method != CompressionMethod::Stored => Some(format!(
                "is compressed in a way that is not read here ({method}): unpack the archive"
            )),
            false => None,
        };
        let start = entry.data_start();
        members.push(Member {
            start: start.ok_or_else(|| unreadable(&"a file in it has no beginning"))?,
            compressed: entry.compressed_size(),
            is_deflated,
            size: entry.size(),
            checksum: entry.crc32(),
            refused,
            name,
        });
    }
    Ok(members)
}

/// How many files the archive says it has; `None` of one with too many for its usual list. The reader keeps one of each name.
fn entries(archive: &FilePath) -> io::Result<Option<usize>> {
    let mut file = archive.open()?;
    // The end is so long at most, with a comment.
    let length = file.size()?;
    let start = length.saturating_sub(22 + (1 << 16));
    file.seek(SeekFrom::Start(start))?;
    let mut end = vec![];
    file.read_to_end(&mut end)?;
    let at = end.windows(4).rposition(|mark| mark == b"PK\x05\x06");
    let count = at.and_then(|at| end.get(at + 10..at + 12));
    let count = count.map(|count| u16::from_le_bytes([count[0], count[1]]));
    Ok(count.filter(|n| *n < u16::MAX).map(usize::from))
}

/// `export.zip#orders.csv` as the archive and the name in it; `None` for a file that is no archive's.
pub(in crate::tables) fn member(path: &FilePath) -> Option<(FilePath, String)> {
    // Most names say already that it is none, and to ask a store is a request.
    let text = path.to_str().filter(|text| text.contains('#'))?;
    if path.exists() {
        return None;
    }
    let mut ends = text.match_indices('#').map(|(at, _)| at);
    let at = ends.find(|at| is_zip(&path.at(&text[..*at])))?;
    Some((path.at(&text[..at]), text[at + 1..].to_string()))
}

/// The file on the disk that a file is in, or is.
pub(in crate::tables) fn on_disk(path: &FilePath) -> FilePath {
    member(path).map_or_else(|| path.clone(), |(archive, _)| archive)
}

/// A file of an archive by its name.
pub(super) fn named(archive: &FilePath, name: &str) -> Result<Member> {
    let shown = archive.display();
    let all = members(archive)?;
    match all.into_iter().find(|member| member.name == name) {
        Some(Member {
            refused: Some(why), ..
        }) => plan_err!("{name} in {shown} {why}, and read {name} by itself"),
        Some(member) => Ok(member),
        None => plan_err!("{shown} has no file {name}"),
    }
}
