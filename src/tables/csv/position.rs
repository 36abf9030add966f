//! Where the reader of a file is.

use super::pieces::Piece;
use crate::tables::storage::FilePath;

/// Where the next row is.
pub(super) struct Position {
    pub path: FilePath,
    /// How many rows were read of the piece.
    pub before: u64,
    pub piece: Option<Piece>,
}
