//! What a CSV file is written in.

use std::sync::atomic::Ordering;

use super::looking::Looking;

/// The encoding that a file is read in, as far as it was read.
pub(in crate::tables) fn encoding(looking: &Looking) -> &'static str {
    match looking.guessed.decoded.get() {
        Some(decoded) => decoded.name(),
        None if looking.guessed.is_guess.load(Ordering::Relaxed) => "Windows-1252",
        None => "UTF-8",
    }
}
