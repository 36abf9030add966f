//! Batches with their own bytes alone, and not too many of them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeListArray, RecordBatch};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

/// So many bytes of stored states may be in a batch. One state that is larger is alone in its own.
pub const BYTES: usize = 16 << 20;

/// How many of some rows, which have so many bytes, are put into a batch.
pub fn rows_of_a_batch(rows: usize, bytes: usize) -> usize {
    (rows * BYTES).checked_div(bytes).unwrap_or(rows).max(1)
}

/// A batch as it is, if it has no lists of stored states; otherwise in pieces, each with its own states alone.
pub fn pieces(batch: RecordBatch) -> impl Iterator<Item = Result<RecordBatch>> + Send {
    let bytes = bytes_of_states(&batch);
    let rows = rows_of_a_batch(batch.num_rows(), bytes);
    // A batch of nothing is one, too.
    let starts = (0..batch.num_rows().max(1)).step_by(rows);
    starts.map(move |start| {
        let piece = batch.slice(start, rows.min(batch.num_rows() - start));
        match bytes {
            0 => Ok(piece),
            _ => compact(&piece),
        }
    })
}

/// The bytes of a batch that are in lists of stored states.
pub fn bytes_of_states(batch: &RecordBatch) -> usize {
    let of_column = |column: &ArrayRef| {
        let lists = column.as_list_opt::<i64>();
        let states = lists.and_then(|lists| lists.values().as_binary_view_opt());
        states.map_or(0, |states| {
            let lengths = states.lengths().map(|length| length as usize);
            lengths.sum::<usize>()
        })
    };
    batch.columns().iter().map(of_column).sum()
}

/// A batch with its own bytes alone. Views look at those of all rows of which it has some, and whoever writes them, or
/// keeps them, would have all.
pub fn compact(batch: &RecordBatch) -> Result<RecordBatch> {
    let columns = batch.columns().iter().map(compact_column);
    let columns = columns.collect::<Result<_>>()?;
    Ok(RecordBatch::try_new(batch.schema(), columns)?)
}

fn compact_column(column: &ArrayRef) -> Result<ArrayRef> {
    Ok(match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()),
        DataType::BinaryView => Arc::new(column.as_binary_view().gc()),
        DataType::LargeList(field) if *field.data_type() == DataType::BinaryView => {
            let lists = column.as_list::<i64>();
            let ends = lists.value_offsets();
            let (first, last) = (ends[0] as usize, ends[lists.len()] as usize);
            let values = lists.values().slice(first, last - first);
            let values = compact_column(&values)?;
            let offsets = OffsetBuffer::from_lengths(lists.offsets().lengths());
            let nulls = lists.nulls().cloned();
            Arc::new(LargeListArray::try_new(
                field.clone(),
                offsets,
                values,
                nulls,
            )?)
        }
        _ => column.clone(),
    })
}
