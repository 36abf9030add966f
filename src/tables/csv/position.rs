//! Where the reader of a file is.

use std::path::PathBuf;

use super::pieces::Piece;

/// Where the next row is.
pub(super) struct Position {
    pub path: PathBuf,
    /// How many rows were read, of the file or of the piece.
    pub before: u64,
    pub piece: Option<Piece>,
}
