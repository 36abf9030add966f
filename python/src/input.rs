//! Tables from anything with an Arrow stream. The batches stay where they are; nothing is copied.

use std::sync::Arc;

use arrow_pyarrow::FromPyArrow;
use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ffi_stream::ArrowArrayStreamReader;
use datafusion::catalog::MemTable;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::errors;

/// Reads a stream to its end. `what` is what messages call it; the table has `n_partitions` parts of about equal size,
/// so that as many threads can work on it.
pub fn table(
    what: &str,
    stream: &Bound<'_, PyAny>,
    n_partitions: usize,
    batch_size: usize,
) -> PyResult<MemTable> {
    let py = stream.py();
    // An array has a stream as well, and an exception of whoever makes one is theirs.
    let reader = ArrowArrayStreamReader::from_pyarrow_bound(stream);
    let mut reader = reader.map_err(|e| match e.is_instance_of::<PyValueError>(py) {
        true => errors::table(format!(
            "{what} has an Arrow stream, but not one of rows with named columns: {}",
            e.value(py)
        )),
        false => e,
    })?;
    let schema = named(what, &reader.schema())?;
    let mut batches = vec![];
    // A stream may be made by a program that takes long, in Python too: the lock is free meanwhile.
    while let Some(batch) = py.detach(|| reader.next()) {
        let batch = batch.map_err(|e| unread(what, &e))?;
        let batch = RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec());
        batches.push(batch.map_err(|e| unread(what, &e))?);
        py.check_signals()?;
    }
    let partitions = spread(batches, n_partitions, batch_size);
    MemTable::try_new(schema, partitions)
        .map_err(|e| errors::table(format!("{what}: {}", kpi_sql::session::messages::of(&e))))
}

fn unread(what: &str, error: &ArrowError) -> PyErr {
    errors::table(format!("{what} could not be read: {error}"))
}

/// The columns of a table, each of which has a name of its own. What pandas notes beside them is not about the rows of a query's
/// result.
///
/// # Errors
/// Two columns of one name.
pub fn named(what: &str, schema: &Schema) -> PyResult<SchemaRef> {
    for (position, field) in schema.fields().iter().enumerate() {
        if schema
            .index_of(field.name())
            .is_ok_and(|first| first != position)
        {
            return Err(errors::table(format!(
                "{what} has two columns named {}; rename one of them",
                field.name()
            )));
        }
    }
    Ok(Arc::new(Schema::new(schema.fields().clone())))
}

/// Cuts the batches into pieces of a size to work on, and gives each partition a run of them. A piece is a view of its
/// batch: a frame of ten million rows comes as one batch, and one thread would have all the work.
fn spread(
    batches: Vec<RecordBatch>,
    n_partitions: usize,
    batch_size: usize,
) -> Vec<Vec<RecordBatch>> {
    let n_rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
    let per_partition = n_rows.div_ceil(n_partitions.max(1)).max(batch_size);
    let mut partitions = vec![vec![]];
    let mut room = per_partition;
    for batch in batches {
        let mut start = 0;
        while start < batch.num_rows() {
            if room == 0 {
                partitions.push(vec![]);
                room = per_partition;
            }
            let rows = batch_size.min(room).min(batch.num_rows() - start);
            if let Some(last) = partitions.last_mut() {
                last.push(batch.slice(start, rows));
            }
            start += rows;
            room -= rows;
        }
    }
    partitions
}
