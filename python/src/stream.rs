//! Rows on their way to whoever reads an Arrow stream: pyarrow, Polars, DuckDB, or another session.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ffi::FFI_ArrowSchema;
use datafusion::arrow::ffi_stream::FFI_ArrowArrayStream;
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use kpi_sql::session::Answer;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{Receiver, channel};

use crate::errors;
use crate::notes::{Told, warn};
use crate::waiting::{TICK, Task, log};

/// How many batches wait for a slow reader.
const AHEAD: usize = 2;

/// The capsule of the Arrow PyCapsule interface.
pub fn capsule<'py>(
    py: Python<'py>,
    reader: impl RecordBatchReader + Send + 'static,
) -> PyResult<Bound<'py, PyCapsule>> {
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// The capsule of a schema.
pub fn schema_capsule<'py>(py: Python<'py>, schema: &Schema) -> PyResult<Bound<'py, PyCapsule>> {
    let schema = FFI_ArrowSchema::try_from(schema).map_err(|e| errors::failed(e.to_string()))?;
    PyCapsule::new_with_value(py, schema, c"arrow_schema")
}

/// Hands out the batches of a running query, as it finds them.
pub struct Reader {
    schema: SchemaRef,
    batches: Receiver<Result<RecordBatch, ArrowError>>,
    answer: Arc<Answer>,
    told: Told,
    runtime: Arc<Runtime>,
    /// Ends the query when the reader goes.
    _query: Task<()>,
}

impl Reader {
    /// Of a stream that has just begun.
    pub fn new(
        answer: Arc<Answer>,
        told: Told,
        mut stream: SendableRecordBatchStream,
        runtime: Arc<Runtime>,
    ) -> Self {
        let schema = stream.schema();
        let (sender, batches) = channel(AHEAD);
        let of_query = Arc::clone(&answer);
        let query = Task::start(&runtime, async move {
            while let Some(batch) = stream.next().await {
                let batch =
                    batch.map_err(|e| ArrowError::ExternalError(Box::new(of_query.error(&e))));
                let is_last = batch.is_err();
                if sender.send(batch).await.is_err() || is_last {
                    break;
                }
            }
        });
        Self {
            schema,
            batches,
            answer,
            told,
            runtime,
            _query: query,
        }
    }
}

impl Reader {
    /// Warns of what was met in the rows that were read.
    fn warn(&self, py: Python<'_>) -> PyResult<()> {
        warn(py, self.told.news(self.answer.take_notes()))
    }
}

impl Drop for Reader {
    /// Whoever wanted the first rows alone does not come to the end.
    fn drop(&mut self) {
        // At the end of a process there is no interpreter to warn with.
        Python::try_attach(|py| {
            if let Err(error) = self.warn(py) {
                error.write_unraisable(py, None);
            }
        });
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        // The reader's own thread may hold the interpreter's lock or not.
        Python::attach(|py| {
            loop {
                let (runtime, batches) = (&self.runtime, &mut self.batches);
                let received = py.detach(|| {
                    runtime.block_on(async { tokio::time::timeout(TICK, batches.recv()).await })
                });
                if let Ok(next) = received {
                    return next.or_else(|| {
                        // Warnings may have been made errors.
                        let error = self.warn(py).err()?;
                        Some(Err(ArrowError::ExternalError(error.to_string().into())))
                    });
                }
                if let Err(signal) = py.check_signals() {
                    // An Arrow stream carries a text at most. What the signal raised is raised again when the
                    // interpreter is back.
                    let again = py
                        .import("_thread")
                        .and_then(|thread| thread.call_method0("interrupt_main"));
                    let text = match again {
                        Ok(_) => "interrupted".to_string(),
                        Err(_) => signal.to_string(),
                    };
                    return Some(Err(ArrowError::ExternalError(text.into())));
                }
                if let Err(error) = log(py) {
                    return Some(Err(ArrowError::ExternalError(error.to_string().into())));
                }
            }
        })
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
