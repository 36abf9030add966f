//! What a CSV file is written in.

use std::io::Read;
use std::path::Path;
use std::sync::atomic::Ordering;

use super::looking::Looking;
use super::reader;

/// The encoding that a file is read in, as far as its beginning shows.
pub(in crate::tables) fn encoding(file: &Path, looking: &Looking) -> &'static str {
    if let Some(said) = looking.encoding {
        return said.name();
    }
    let mut mark = [0; 2];
    let read =
        reader::bytes(file, looking.compression).is_ok_and(|mut r| r.read_exact(&mut mark).is_ok());
    match mark {
        [0xFF, 0xFE] if read => "UTF-16LE",
        [0xFE, 0xFF] if read => "UTF-16BE",
        _ if looking.guessed.is_guess.load(Ordering::Relaxed) => "Windows-1252",
        _ => "UTF-8",
    }
}
