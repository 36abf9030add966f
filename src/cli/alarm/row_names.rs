//! What the rows of a result are called, and what stands in them.

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::record_batch::RecordBatch;

use crate::define::UnitFormat;
use crate::session::output::ShownCells;

/// Which columns of a result tell its rows apart for a person, and which can be written on a line.
pub(super) struct RowNames {
    columns: Vec<(usize, String)>,
    plain: Vec<(usize, String)>,
    units: Vec<Option<UnitFormat>>,
}

impl RowNames {
    /// Texts, dates and flags tell rows apart; numbers say something of them.
    pub fn new(schema: &Schema, units: &[Option<UnitFormat>]) -> Self {
        let chosen = |is_wanted: fn(&DataType) -> bool| {
            let fields = schema.fields().iter().enumerate();
            let wanted = fields.filter(|(_, field)| is_wanted(field.data_type()));
            let named = wanted.map(|(i, field)| (i, field.name().clone()));
            named.collect::<Vec<_>>()
        };
        Self {
            columns: chosen(|t| !t.is_nested() && !t.is_numeric() && !t.is_binary()),
            plain: chosen(|t| !t.is_nested()),
            units: units.to_vec(),
        }
    }

    /// The rows of a batch, of which `before` rows came earlier.
    pub fn of<'a>(
        &'a self,
        batch: &'a RecordBatch,
        before: u64,
    ) -> Result<RowTexts<'a>, ArrowError> {
        let cells = ShownCells::new(batch, &self.units)?;
        Ok(RowTexts {
            names: self,
            cells,
            before,
        })
    }
}

/// The rows of a batch.
pub(super) struct RowTexts<'a> {
    names: &'a RowNames,
    cells: ShownCells<'a>,
    before: u64,
}

impl RowTexts<'_> {
    /// What a row is called: `month = 2026-06, segment = SMB`, or `row 3`.
    pub fn name(&self, row: usize) -> Result<String, ArrowError> {
        match self.names.columns.is_empty() {
            true => Ok(self.number(row)),
            false => self.listed(row, &self.names.columns),
        }
    }

    /// Which row of its result it is.
    pub fn number(&self, row: usize) -> String {
        format!("row {}", self.before + row as u64 + 1)
    }

    /// What stands in it, as the terminal shows it.
    pub fn values(&self, row: usize) -> Result<String, ArrowError> {
        self.listed(row, &self.names.plain)
    }

    fn listed(&self, row: usize, columns: &[(usize, String)]) -> Result<String, ArrowError> {
        let values = columns.iter().map(|(column, name)| {
            let text = self.cells.text(row, *column)?;
            Ok(format!("{name} = {}", text.as_deref().unwrap_or("NULL")))
        });
        Ok(values.collect::<Result<Vec<_>, ArrowError>>()?.join(", "))
    }
}
