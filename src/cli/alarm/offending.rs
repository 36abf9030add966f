//! The rows that raised an alarm, as a table for whoever is called by it.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use parking_lot::Mutex;

use crate::define::UnitFormat;
use crate::session::Error;
use crate::session::output::{About, Format, Output, Place};

/// More rows than these help nobody who has to do something about them.
const MOST_ROWS: usize = 100;

/// Some rows of a result.
pub(super) struct OffendingRows {
    schema: SchemaRef,
    units: Vec<Option<UnitFormat>>,
    batches: Vec<RecordBatch>,
    kept: usize,
    all: usize,
}

impl OffendingRows {
    pub fn new(schema: SchemaRef, units: Vec<Option<UnitFormat>>) -> Self {
        Self {
            schema,
            units,
            batches: vec![],
            kept: 0,
            all: 0,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all
    }

    pub fn add(&mut self, rows: RecordBatch) {
        self.all += rows.num_rows();
        let room = rows.num_rows().min(MOST_ROWS - self.kept);
        if room > 0 {
            self.kept += room;
            self.batches.push(rows.slice(0, room));
        }
    }

    /// The table of them, which says how many it leaves out.
    pub fn table(&self) -> Result<String, Error> {
        let bytes = Arc::new(Mutex::new(vec![]));
        let mut output = Output::new(Format::Table, Place::Memory(Arc::clone(&bytes)));
        let about = About {
            units: self.units.clone(),
            ..About::default()
        };
        let mut result = output.begin(&self.schema, about)?;
        for batch in &self.batches {
            result.write(batch)?;
        }
        result.finish()?;
        output.close()?;
        let table = String::from_utf8_lossy(&bytes.lock()).into_owned();
        Ok(match self.all - self.kept {
            0 => table,
            more => format!("{table}and {more} more rows, which the result has\n"),
        })
    }
}
