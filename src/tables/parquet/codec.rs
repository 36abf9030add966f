//! What the pages of a Parquet file are compressed with.

use crate::tables::storage::FilePath;
use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};

/// The compression of the first column; `None` where there is none, or no row.
pub(in crate::tables) fn codec(file: &FilePath) -> Option<String> {
    let reader = SerializedFileReader::new(file.open().ok()?).ok()?;
    let metadata = reader.metadata();
    let column = metadata.row_groups().first()?.columns().first()?;
    let name = column.compression().to_string().to_lowercase();
    // zstd(ZstdLevel(3)), whose level a file does not keep.
    let name = name.split('(').next().unwrap_or_default().to_string();
    (name != "uncompressed").then_some(name)
}
