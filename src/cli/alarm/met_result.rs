//! A result of the run, as far as alarms know it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;

use super::row_names::{RowNames, RowTexts};
use crate::define::UnitFormat;
use crate::session::Answer;

/// A result of the run.
pub(super) struct MetResult {
    /// What its author calls it, or where its statement stands.
    pub name: String,
    pub schema: SchemaRef,
    pub units: Vec<Option<UnitFormat>>,
    pub shows_changes: bool,
    /// Whether it may show others, of which it cannot be told what they were made of.
    has_others: bool,
    /// The rows that were judged so far.
    pub n_rows: u64,
    names: RowNames,
}

impl MetResult {
    pub fn new(answer: &Answer, shows_changes: bool, has_others: bool) -> Self {
        let statement = answer.statement();
        let schema = SchemaRef::clone(answer.frame.schema().inner());
        let units = answer.units();
        let name = statement.names().first().cloned();
        Self {
            name: name.unwrap_or_else(|| statement.place().to_string()),
            names: RowNames::new(&schema, &units),
            schema,
            units,
            shows_changes,
            has_others,
            n_rows: 0,
        }
    }

    /// That changes of it are not judged.
    pub fn note_of_changes(&self) -> Option<String> {
        let name = &self.name;
        let words = "has a kpi_change below a DISTINCT, a GROUP BY or an unnest(), which --fail-on-change does not judge; put the \
                     kpi_change above it";
        self.has_others.then(|| format!("{name} {words}"))
    }

    pub fn has(&self, column: &str) -> bool {
        self.schema
            .fields()
            .iter()
            .any(|field| field.name() == column)
    }

    /// Its next rows, by their names.
    pub fn next_rows<'a>(&'a self, batch: &'a RecordBatch) -> Result<RowTexts<'a>, ArrowError> {
        self.names.of(batch, self.n_rows)
    }
}
