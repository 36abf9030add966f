//! The batches of an Arrow file, whether it is the file or the stream.

use std::io::{BufReader, Read, Seek, SeekFrom};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::reader::{FileReader, StreamReader};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::plan_datafusion_err;
use datafusion::error::Result;

use super::damage::guarded;
use crate::tables::storage::{FilePath, OpenedFile};

/// What a file begins with, and a stream does not.
const OF_FILE: &[u8] = b"ARROW1";

/// The columns of a file, and its rows.
pub(super) struct ArrowBatches {
    pub schema: SchemaRef,
    pub batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
}

/// Opens a file; `columns` are those that are read.
pub(super) fn open(
    mut file: OpenedFile,
    columns: Option<Vec<usize>>,
) -> Result<ArrowBatches, ArrowError> {
    let mut head = vec![];
    file.seek(SeekFrom::Start(0))?;
    (&mut file)
        .take(OF_FILE.len() as u64)
        .read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    let file = BufReader::new(file);
    guarded(|| match head.starts_with(OF_FILE) {
        true => {
            let reader = FileReader::try_new(file, columns)?;
            Ok(batches(reader.schema(), reader))
        }
        false => {
            let reader = StreamReader::try_new(file, columns)?;
            Ok(batches(reader.schema(), reader))
        }
    })
}

/// The batches up to an error.
fn batches(
    schema: SchemaRef,
    mut reader: impl Iterator<Item = Result<RecordBatch, ArrowError>> + Send + 'static,
) -> ArrowBatches {
    let mut failed = false;
    let batches = std::iter::from_fn(move || {
        if failed {
            return None;
        }
        let next = guarded(|| reader.next().transpose());
        failed = next.is_err();
        next.transpose()
    });
    ArrowBatches {
        schema,
        batches: Box::new(batches),
    }
}

/// The same for a path, with words for a file that cannot be read.
pub(super) fn open_path(path: &FilePath, columns: Option<Vec<usize>>) -> Result<ArrowBatches> {
    let opened = path.open().map_err(ArrowError::from);
    let read = opened.and_then(|file| open(file, columns));
    read.map_err(|e| plan_datafusion_err!("{}", unreadable(path, &e)))
}

/// What is said of a file that does not go on as it begins.
pub(super) fn unreadable(path: &FilePath, error: &ArrowError) -> String {
    let problem = match error {
        ArrowError::IoError(_, e) => e.to_string(),
        ArrowError::IpcError(e)
        | ArrowError::ParseError(e)
        | ArrowError::InvalidArgumentError(e) => e.clone(),
        other => other.to_string(),
    };
    format!(
        "{} starts as an Arrow file but cannot be read to its end: {problem}; it was cut off, is damaged, or is \
         still being written",
        path.display()
    )
}
