//! Datasets of PyArrow: their files are read while a query runs, and of them the columns and the row groups that it needs.

use std::fmt;
use std::sync::Arc;

use arrow_pyarrow::{FromPyArrow, ToPyArrow};
use async_trait::async_trait;
use datafusion::arrow::array::{RecordBatch, RecordBatchReader};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::ffi_stream::ArrowArrayStreamReader;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{
    BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchReceiverStreamBuilder;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tokio::sync::mpsc::Sender;

use crate::{input, values};

/// How many batches wait for a slow query.
const AHEAD: usize = 2;

/// A `pyarrow.dataset.Dataset`.
#[derive(Debug)]
pub struct Dataset {
    what: String,
    dataset: Py<PyAny>,
    schema: SchemaRef,
}

impl Dataset {
    /// Messages call it `what`.
    pub fn new(what: &str, dataset: &Bound<'_, PyAny>) -> PyResult<Self> {
        let schema = dataset.getattr(intern!(dataset.py(), "schema"))?;
        let schema = Schema::from_pyarrow_bound(&schema)?;
        Ok(Self {
            what: what.to_string(),
            dataset: dataset.clone().unbind(),
            schema: input::named(what, &schema)?,
        })
    }
}

#[async_trait]
impl TableProvider for Dataset {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // They spare files and row groups. Which rows count is decided here.
        let support = |filter: &&Expr| match Comparison::of(filter, &self.schema) {
            Some(_) => TableProviderFilterPushDown::Inexact,
            None => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(support).collect())
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let filters: Arc<[_]> = filters
            .iter()
            .filter_map(|filter| Comparison::of(filter, &self.schema))
            .collect();
        let n_partitions = session.config().target_partitions().max(1);
        let sources = Python::attach(|py| self.sources(py, &filters, n_partitions));
        let sources = sources.map_err(|e| unread(&self.what, e))?;
        let partitions = sources.into_iter().map(|source| {
            let part = Part {
                what: self.what.clone(),
                source,
                whole: Arc::clone(&self.schema),
                schema: Arc::clone(&schema),
                filters: Arc::clone(&filters),
            };
            Arc::new(part) as Arc<dyn PartitionStream>
        });
        let partitions = partitions.collect();
        let plan = StreamingTableExec::try_new(schema, partitions, None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}

impl Dataset {
    /// The files that may have rows for these filters, in so many parts at most.
    fn sources(
        &self,
        py: Python<'_>,
        filters: &[Comparison],
        n_parts: usize,
    ) -> PyResult<Vec<Source>> {
        let dataset = self.dataset.bind(py);
        let options = PyDict::new(py);
        options.set_item("filter", all(py, filters)?)?;
        let found = match dataset.call_method("get_fragments", (), Some(&options)) {
            // One with a filter of its own does not say which files it has, and is read as a whole.
            Err(e) if e.is_instance_of::<PyValueError>(py) => {
                return Ok(vec![Source::Whole(Arc::new(self.dataset.clone_ref(py)))]);
            }
            found => found?,
        };
        let found = found.try_iter()?.map(|fragment| Ok(fragment?.unbind()));
        let found = found.collect::<PyResult<Vec<Py<PyAny>>>>()?;
        let mut found = found.into_iter();
        let in_part = found.len().div_ceil(n_parts).max(1);
        let mut parts = vec![];
        // A table without files has one part without rows.
        while parts.is_empty() || found.len() > 0 {
            parts.push(Source::Files(found.by_ref().take(in_part).collect()));
        }
        Ok(parts)
    }
}

/// Where the rows of a part are.
#[derive(Debug, Clone)]
enum Source {
    /// In files, which are read one after the other.
    Files(Arc<[Py<PyAny>]>),
    /// In the dataset.
    Whole(Arc<Py<PyAny>>),
}

/// A part of its rows.
#[derive(Debug, Clone)]
struct Part {
    what: String,
    source: Source,
    /// All columns of the dataset.
    whole: SchemaRef,
    schema: SchemaRef,
    filters: Arc<[Comparison]>,
}

impl Part {
    /// Begins to read a file, or all of them.
    fn begin(&self, py: Python<'_>, of: &Py<PyAny>) -> PyResult<ArrowArrayStreamReader> {
        let names = self.schema.fields().iter().map(|field| field.name());
        let options = PyDict::new(py);
        // A file alone does not know what the others have.
        if let Source::Files(_) = self.source {
            options.set_item("schema", self.whole.to_pyarrow(py)?)?;
        }
        options.set_item("columns", names.collect::<Vec<_>>())?;
        options.set_item("filter", all(py, &self.filters)?)?;
        let scanner = of.bind(py).call_method("scanner", (), Some(&options))?;
        let reader = scanner.call_method0(intern!(py, "to_reader"))?;
        ArrowArrayStreamReader::from_pyarrow_bound(&reader)
    }

    /// Reads all files, as long as somebody takes the rows.
    fn read(&self, rows: &Sender<Result<RecordBatch>>) -> Result<()> {
        let sources = match &self.source {
            Source::Files(files) => &files[..],
            Source::Whole(dataset) => std::slice::from_ref(&**dataset),
        };
        for source in sources {
            // There is no interpreter any more at the end of a process.
            let Some(reader) = Python::try_attach(|py| self.begin(py, source)) else {
                return Ok(());
            };
            let reader = reader.map_err(|e| unread(&self.what, e))?;
            let has_columns = !reader.schema().fields().is_empty();
            for batch in reader {
                let batch = batch.map_err(|e| unread(&self.what, e))?;
                // Of a count(*) no column is read, and the batches have their number of rows.
                let batch = match has_columns {
                    true => {
                        RecordBatch::try_new(Arc::clone(&self.schema), batch.columns().to_vec())?
                    }
                    false => batch,
                };
                if rows.blocking_send(Ok(batch)).is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let mut stream = RecordBatchReceiverStreamBuilder::new(Arc::clone(&self.schema), AHEAD);
        let (part, rows) = (self.clone(), stream.tx());
        stream.spawn_blocking(move || part.read(&rows));
        stream.build()
    }
}

fn unread(what: &str, why: impl fmt::Display) -> DataFusionError {
    DataFusionError::Execution(format!("{what} could not be read: {why}"))
}

/// All conditions as one of PyArrow.
fn all<'py>(py: Python<'py>, filters: &[Comparison]) -> PyResult<Option<Bound<'py, PyAny>>> {
    let mut all = None;
    for filter in filters {
        let one = filter.of_pyarrow(py)?;
        all = Some(match all {
            Some(others) => one.call_method1("__and__", (others,))?,
            None => one,
        });
    }
    Ok(all)
}

/// A condition of which PyArrow knows as well what it means: a column and a whole number, a text, a flag or a date.
#[derive(Debug, Clone)]
struct Comparison {
    column: String,
    /// What Python calls the comparison.
    method: &'static str,
    value: ScalarValue,
}

impl Comparison {
    fn of(filter: &Expr, schema: &Schema) -> Option<Self> {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else {
            return None;
        };
        let (column, operator, value) = match (&**left, &**right) {
            (Expr::Column(column), Expr::Literal(value, _)) => (column, *op, value),
            (Expr::Literal(value, _), Expr::Column(column)) => (column, op.swap()?, value),
            _ => return None,
        };
        let method = match operator {
            Operator::Eq => "__eq__",
            Operator::Lt => "__lt__",
            Operator::LtEq => "__le__",
            Operator::Gt => "__gt__",
            Operator::GtEq => "__ge__",
            _ => return None,
        };
        // PyArrow cannot compare the views of texts, and takes each whole number for one of 64 bits with a sign.
        let of_column = schema.field_with_name(&column.name).ok()?.data_type();
        let is_plain = match value {
            ScalarValue::Utf8(_) | ScalarValue::Utf8View(_) | ScalarValue::LargeUtf8(_) => {
                matches!(of_column, DataType::Utf8 | DataType::LargeUtf8)
            }
            ScalarValue::Boolean(_) => *of_column == DataType::Boolean,
            ScalarValue::Date32(_) => *of_column == DataType::Date32,
            whole => {
                let fits =
                    |data_type: &DataType| data_type.is_integer() && *data_type != DataType::UInt64;
                fits(of_column) && fits(&whole.data_type())
            }
        };
        (is_plain && !value.is_null()).then(|| Self {
            column: column.name.clone(),
            method,
            value: value.clone(),
        })
    }

    fn of_pyarrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let field = py
            .import("pyarrow.dataset")?
            .call_method1("field", (self.column.as_str(),))?;
        let value = values::of_scalar(py, &self.value)?;
        field.call_method1(self.method, (value,))
    }
}
