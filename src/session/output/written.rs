//! What writes the rows of one result.

use datafusion::arrow::record_batch::RecordBatch;

/// Writes the rows of one result.
pub trait RowWriter: Send {
    fn write(&mut self, batch: &RecordBatch) -> Written<()>;
    fn finish(self: Box<Self>) -> Written<()>;
}

/// Errors of arrow, Parquet and io alike.
pub type Written<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
