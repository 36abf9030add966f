//! The groups of the second node in batches. Stored states are large, and written when their batch is asked for.

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::compact::rows_of_a_batch;
use super::other::Other;
use crate::engine::aggregate::function::KpiFunction;
use crate::state::Unwritten;

/// What a call has of all groups.
pub enum FinalColumn {
    Whole(ArrayRef),
    States(KpiFunction, Unwritten),
    /// `kpi_merge`, which forgets the groups that it has given.
    Merged(Other),
}

impl FinalColumn {
    /// Bytes of what is made for each batch.
    fn size(&self) -> usize {
        match self {
            FinalColumn::Whole(_) => 0,
            FinalColumn::States(_, states) => states.size(),
            FinalColumn::Merged(other) => other.size(),
        }
    }

    fn rows(&mut self, start: usize, count: usize) -> Result<ArrayRef> {
        match self {
            FinalColumn::Whole(column) => Ok(column.slice(start, count)),
            FinalColumn::States(function, states) => function.states(states, start..start + count),
            FinalColumn::Merged(other) => other.first_values(count),
        }
    }
}

/// Batches of groups, from the first to the last.
pub struct FinalBatches {
    schema: SchemaRef,
    columns: Vec<FinalColumn>,
    /// The next group, and how many there are.
    at: usize,
    count: usize,
    /// How many are in a batch.
    rows: usize,
}

impl FinalBatches {
    /// All groups, and how many a batch may have.
    pub fn new(schema: SchemaRef, columns: Vec<FinalColumn>, count: usize, rows: usize) -> Self {
        let mut batches = FinalBatches {
            schema,
            columns,
            at: 0,
            count,
            rows,
        };
        batches.rows = rows.clamp(1, rows_of_a_batch(count, batches.size()));
        batches
    }

    /// Bytes of what batches are made of.
    pub fn size(&self) -> usize {
        self.columns.iter().map(FinalColumn::size).sum()
    }

    fn batch(&mut self) -> Result<RecordBatch> {
        let (start, count) = (self.at, self.rows.min(self.count - self.at));
        self.at += count;
        let columns = self.columns.iter_mut();
        let columns = columns.map(|column| column.rows(start, count));
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(
            self.schema.clone(),
            columns.collect::<Result<_>>()?,
            &options,
        )?)
    }
}

impl Iterator for FinalBatches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        (self.at < self.count).then(|| self.batch())
    }
}
