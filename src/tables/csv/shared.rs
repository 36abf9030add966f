//! What the streams have in common that read a file: a large one is read by several together, others by one.

use std::sync::Arc;

use datafusion::datasource::listing::PartitionedFile;
use parking_lot::Mutex;

use super::csv_file::CsvFile;
use super::nothing_words::NothingWords;
use super::pieces::Pieces;
use super::sifted::Sifted;

/// From how many bytes on several streams read a file together.
const SHARED_BYTES: u64 = 4 << 20;

/// A file that is read.
#[derive(Debug, Default)]
pub(super) struct SharedFile {
    pub pieces: Pieces,
    pub sifted: Arc<Mutex<Sifted>>,
    /// What all of them have met.
    pub nothing: Mutex<NothingWords>,
}

/// Whether a file is large enough to be read by several streams.
pub(super) fn is_shared(file: &PartitionedFile) -> bool {
    let csv = file.extensions.get_arc::<CsvFile>();
    // Workbooks are in memory, and what is packed is larger than it looks.
    let is_sheet = csv.is_some_and(|csv| csv.looking.sheet.is_some());
    !is_sheet && file.object_meta.size >= SHARED_BYTES
}
