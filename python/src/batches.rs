//! Rows in memory, to be handed out as often as they are asked for.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchIterator, RecordBatchOptions};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::error::ArrowError;
use kpi_sql::define::UnitFormat;
use kpi_sql::report::ResultRole;
use kpi_sql::report::choose::{ChartKind, chart_kind};
use kpi_sql::session::messages;
use kpi_sql::session::output::{About, Output, Place, ShownCells};
use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::answer::named;
use crate::stream::{self, schema_capsule};
use crate::{errors, floats, values};

/// Rows in memory.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct Batches {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
    /// How the numbers of each column are written for people.
    pub units: Vec<Option<UnitFormat>>,
    /// What each column is.
    pub roles: Vec<ResultRole>,
}

#[pymethods]
impl Batches {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, &self.schema)
    }

    /// The value of a column in the first row, as Python's own.
    fn value<'py>(&self, py: Python<'py>, column: usize) -> PyResult<Bound<'py, PyAny>> {
        let has_rows = |batch: &&RecordBatch| batch.num_rows() > 0;
        let first = self.batches.iter().find(has_rows);
        let column = first.and_then(|batch| batch.columns().get(column));
        let column = column.ok_or_else(|| errors::failed("there is no such value".to_string()))?;
        values::of_row(py, column, 0)
    }

    /// The rows as dictionaries of Python's own values.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let mut rows = vec![];
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                rows.push(values::record(
                    py,
                    self.schema.fields(),
                    batch.columns(),
                    row,
                )?);
            }
            py.check_signals()?;
        }
        Ok(rows)
    }

    /// The same with floats in place of decimals, in each column in which no value is another one as a float.
    fn with_floats(&self) -> PyResult<Self> {
        let failed = |e: ArrowError| errors::failed(messages::of(&e.into()));
        let mut fields = self.schema.fields().to_vec();
        let mut batches: Vec<_> = self.batches.iter().map(|b| b.columns().to_vec()).collect();
        for (position, field) in fields.iter_mut().enumerate() {
            let columns = self.batches.iter().map(|batch| batch.column(position));
            let Some(floats) = columns.map(floats::exact).collect::<Option<Vec<_>>>() else {
                continue;
            };
            if floats::is_decimal(field.data_type()) {
                let float = field.as_ref().clone().with_data_type(DataType::Float64);
                *field = Arc::new(float);
                for (columns, floats) in batches.iter_mut().zip(floats) {
                    columns[position] = floats;
                }
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let batches = batches
            .into_iter()
            .zip(&self.batches)
            .map(|(columns, batch)| {
                let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
                RecordBatch::try_new_with_options(Arc::clone(&schema), columns, &rows)
            });
        let batches = batches.collect::<Result<_, _>>().map_err(failed)?;
        Ok(Self {
            schema,
            batches,
            units: self.units.clone(),
            roles: self.roles.clone(),
        })
    }

    /// The same memory, as often as it is asked for.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        let batches: Vec<_> = self.batches.iter().cloned().map(Ok).collect();
        stream::capsule(
            py,
            RecordBatchIterator::new(batches, Arc::clone(&self.schema)),
        )
    }

    /// What each column is to a chart: "value", "low", "high", "mix", "time", "segment", or nothing of these.
    fn chart_columns(&self) -> Vec<Option<&'static str>> {
        let roles = self.roles.iter();
        roles
            .map(|role| match role {
                ResultRole::Value(_) => Some("value"),
                ResultRole::IntervalLow | ResultRole::LimitLow => Some("low"),
                ResultRole::IntervalHigh | ResultRole::LimitHigh => Some("high"),
                ResultRole::Mix(_) => Some("mix"),
                ResultRole::Period => Some("time"),
                ResultRole::Segment => Some("segment"),
                _ => None,
            })
            .collect()
    }

    /// The chart that suits the rows, where the columns `x` and `y` were chosen for its segments or times and for its
    /// values: "time", "segments" or "mix"; nothing where no chart does.
    #[pyo3(signature = (x=None, y=None))]
    fn chart_kind(&self, x: Option<usize>, y: Option<usize>) -> Option<&'static str> {
        match chart_kind(&self.roles, x, y) {
            ChartKind::Trend => Some("time"),
            ChartKind::Segments => Some("segments"),
            ChartKind::Mix => Some("mix"),
            ChartKind::Table => None,
        }
    }

    /// The first rows as a text in a format of the command line.
    fn text(&self, rows: usize, format: &str) -> PyResult<String> {
        let bytes = Arc::new(Mutex::new(vec![]));
        let mut output = Output::new(named(format)?, Place::Memory(Arc::clone(&bytes)));
        let about = About {
            name: None,
            units: self.units.clone(),
        };
        let mut result = output.begin(&self.schema, about).map_err(errors::raised)?;
        for batch in self.first(rows) {
            result.write(&batch).map_err(errors::raised)?;
        }
        result.finish().map_err(errors::raised)?;
        output.close().map_err(errors::raised)?;
        let bytes = std::mem::take(&mut *bytes.lock());
        String::from_utf8(bytes).map_err(|e| errors::failed(e.to_string()))
    }

    /// The first rows as texts, the numbers of KPIs in their unit; None is NULL.
    fn cells(&self, rows: usize) -> PyResult<Vec<Vec<Option<String>>>> {
        let failed = |e: ArrowError| errors::failed(messages::of(&e.into()));
        let mut texts = vec![];
        for batch in self.first(rows) {
            let cells = ShownCells::new(&batch, &self.units).map_err(failed)?;
            for row in 0..batch.num_rows() {
                let columns = 0..batch.num_columns();
                let row: Result<Vec<_>, _> =
                    columns.map(|column| cells.text(row, column)).collect();
                texts.push(row.map_err(failed)?);
            }
        }
        Ok(texts)
    }
}

impl Batches {
    /// Rows of no query.
    pub fn plain(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        let n_columns = schema.fields().len();
        Self {
            schema,
            batches,
            units: vec![None; n_columns],
            roles: vec![ResultRole::Other; n_columns],
        }
    }

    fn first(&self, mut rows: usize) -> impl Iterator<Item = RecordBatch> {
        self.batches.iter().map_while(move |batch| {
            let taken = rows.min(batch.num_rows());
            rows -= taken;
            (taken > 0 || batch.num_rows() == 0).then(|| batch.slice(0, taken))
        })
    }
}
