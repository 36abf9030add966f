//! Whether the parts of an Arrow file are where they are said to be, and as long. The reader takes what a damaged file says
//! for granted: it sets aside as much memory as that, and panics where a part is not there.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::tables::storage::{FilePath, OpenedFile};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::{Block, Message, RecordBatch, root_as_footer, root_as_message};

/// How many bytes zstd makes of one at most: blocks of 128 KB of the same byte have four.
const MOST_OF_A_BYTE: u64 = 1 << 16;

/// The mark of the end and what fills it up, which are all that stands between the last batch and the index.
const BEFORE_INDEX: u64 = 72;

/// Compressed buffers begin with their length.
const PREFIX: u64 = 8;

/// What is wrong with the first part that cannot be, if one is. What makes no sense at all is left to the reader.
pub(super) fn misplaced(path: &FilePath) -> io::Result<Option<String>> {
    let mut file = path.open()?;
    let length = file.size()?;
    let mut head = [0; 6];
    file.read_exact(&mut head)?;
    match &head {
        b"ARROW1" => in_file(&mut file, length),
        _ => in_stream(&mut file, length),
    }
}

fn bytes_at(file: &mut OpenedFile, at: u64, n: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(n).unwrap_or_default()];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn in_file(file: &mut OpenedFile, length: u64) -> io::Result<Option<String>> {
    let Some(end) = length.checked_sub(10) else {
        return Ok(None);
    };
    let tail = bytes_at(file, end, 4)?;
    let footer = i32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]);
    let Some(start) = u64::try_from(footer)
        .ok()
        .and_then(|footer| end.checked_sub(footer))
    else {
        return Ok(Some(format!(
            "its index claims {footer} bytes, but the file has {length}"
        )));
    };
    let footer = bytes_at(file, start, end - start)?;
    let Ok(footer) = root_as_footer(&footer) else {
        return Ok(None);
    };
    let blocks: Vec<Block> = footer
        .dictionaries()
        .into_iter()
        .chain(footer.recordBatches())
        .flat_map(|blocks| blocks.iter().copied().collect::<Vec<_>>())
        .collect();
    let mut last = end_of_columns(file)?;
    for block in blocks {
        let nowhere = || format!("a batch claims a position outside of a file of {length} bytes");
        let part = |n: i64| u64::try_from(n).ok().filter(|n| *n <= length);
        let (Some(at), Some(words), Some(body)) = (
            part(block.offset()),
            part(block.metaDataLength().into()),
            part(block.bodyLength()),
        ) else {
            return Ok(Some(nowhere()));
        };
        if at + words + body > length || words < PREFIX {
            return Ok(Some(nowhere()));
        }
        last = last.max(at + words + body);
        let message = bytes_at(file, at, words)?;
        // Old files do not have the four bytes ff before the length.
        let message = match message.starts_with(&[0xFF; 4]) {
            true => &message[8..],
            false => &message[4..],
        };
        if let Ok(message) = root_as_message(message)
            && let Some(problem) = in_message(file, &message, at + words, body)?
        {
            return Ok(Some(problem));
        }
    }
    // The index is that of the last file, and what it says of places goes for the first.
    Ok(start
        .checked_sub(last)
        .filter(|more| *more > BEFORE_INDEX)
        .map(|more| {
            format!(
                "{more} bytes stand between its last batch and its index, as where several files are put together, and their \
                 rows would be missing; give each a file of its own"
            )
        }))
}

fn in_stream(file: &mut OpenedFile, length: u64) -> io::Result<Option<String>> {
    let mut at = 0;
    while at + PREFIX <= length {
        let begin = bytes_at(file, at, PREFIX)?;
        let of =
            |i: usize| i32::from_le_bytes([begin[i], begin[i + 1], begin[i + 2], begin[i + 3]]);
        let (words, after) = match begin.starts_with(&[0xFF; 4]) {
            true => (of(4), at + 8),
            false => (of(0), at + 4),
        };
        if words == 0 {
            return Ok(match length - after {
                0 => None,
                more => Some(format!(
                    "{more} bytes follow its end, as where several streams are put together, and their rows would be missing; \
                     give each a file of its own"
                )),
            });
        }
        let Some(words) = u64::try_from(words)
            .ok()
            .filter(|words| after + words <= length)
        else {
            return Ok(Some(format!(
                "the file ends before a message of {words} bytes does"
            )));
        };
        let message = bytes_at(file, after, words)?;
        let Ok(message) = root_as_message(&message) else {
            return Ok(None);
        };
        let start = after + words;
        let Some(body) = u64::try_from(message.bodyLength())
            .ok()
            .filter(|body| *body <= length - start)
        else {
            return Ok(Some("the file ends before a batch of it does".to_string()));
        };
        if let Some(problem) = in_message(file, &message, start, body)? {
            return Ok(Some(problem));
        }
        at = start + body;
    }
    // Streams of old end with four bytes of nothing.
    let rest = bytes_at(file, at, length - at)?;
    Ok((rest != [0; 4]).then(|| {
        "it has no mark at its end, so it may be cut off, and rows may be missing".to_string()
    }))
}

/// Where the first message of a file ends, which has its columns.
fn end_of_columns(file: &mut OpenedFile) -> io::Result<u64> {
    let begin = bytes_at(file, PREFIX, PREFIX)?;
    let of = |i: usize| u32::from_le_bytes([begin[i], begin[i + 1], begin[i + 2], begin[i + 3]]);
    Ok(match begin.starts_with(&[0xFF; 4]) {
        true => PREFIX + 8 + u64::from(of(4)),
        false => PREFIX + 4 + u64::from(of(0)),
    })
}

fn in_message(
    file: &mut OpenedFile,
    message: &Message,
    start: u64,
    body: u64,
) -> io::Result<Option<String>> {
    let batch: Option<RecordBatch> = message.header_as_record_batch().or_else(|| {
        message
            .header_as_dictionary_batch()
            .and_then(|dictionary| dictionary.data())
    });
    let Some(batch) = batch else {
        return Ok(None);
    };
    for buffer in batch.buffers().into_iter().flatten() {
        let (Ok(at), Ok(length)) = (
            u64::try_from(buffer.offset()),
            u64::try_from(buffer.length()),
        ) else {
            return Ok(Some(
                "a part of a batch is said to begin before it".to_string(),
            ));
        };
        if at.checked_add(length).is_none_or(|end| end > body) {
            return Ok(Some(format!(
                "a part of a batch is said to go on behind its {body} bytes"
            )));
        }
        if batch.compression().is_some() && length >= PREFIX {
            let prefix = bytes_at(file, start + at, PREFIX)?;
            let plain = prefix
                .iter()
                .rev()
                .fold(0_u64, |all, byte| all << 8 | u64::from(*byte));
            // All bits are set where it is not compressed.
            if plain != u64::MAX && plain > length * MOST_OF_A_BYTE {
                return Ok(Some(format!(
                    "{length} bytes of it are said to be {plain} without their compression"
                )));
            }
        }
    }
    Ok(None)
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Reads, and makes an error of a panic of the reader; nobody sees its trace.
pub(super) fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ArrowError> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                before(panic);
            }
        }));
    });
    let before = IS_GUARDED.replace(true);
    // The reader is not used any more after a panic.
    let read = catch_unwind(AssertUnwindSafe(read));
    IS_GUARDED.set(before);
    read.unwrap_or_else(|_| {
        Err(ArrowError::IpcError(
            "what it says of its columns makes no sense".to_string(),
        ))
    })
}
