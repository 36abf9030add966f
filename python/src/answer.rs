//! What a statement answers with, as Python holds it: nothing is read before somebody asks.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use datafusion::physical_plan::execute_stream;
use futures::{StreamExt, TryStreamExt};
use kpi_sql::define::Unit;
use kpi_sql::kpi_columns;
use kpi_sql::report::columns::result_columns;
use kpi_sql::session::output::{About, Format, Output, Place};
use kpi_sql::session::{self, What};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::batches::Batches;
use crate::errors;
use crate::notes::{Told, warn_of};
use crate::stream::{self, Reader, schema_capsule};
use crate::waiting::{runtime, wait};

/// The answer to a statement.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct Answer {
    /// Shared with the work on it. A copy would walk over the statement, and Python's own stack is too small for deep ones.
    answer: Arc<session::Answer>,
    threads: Option<usize>,
    told: Told,
}

impl Answer {
    /// That of a session with so many threads.
    pub fn new(answer: session::Answer, threads: Option<usize>) -> Self {
        Self {
            answer: Arc::new(answer),
            threads,
            told: Told::default(),
        }
    }

    /// Lets a COPY or INSERT do its work before the next statement begins.
    pub fn finish(&self, py: Python<'_>) -> PyResult<()> {
        match self.answer.what {
            What::Written => self.collect(py, None).map(|_| ()),
            What::Rows | What::Nothing => Ok(()),
        }
    }

    /// Warns of what was met in the rows that have been read, also if reading them failed in the end.
    fn read<T>(&self, py: Python<'_>, read: PyResult<T>) -> PyResult<T> {
        warn_of(py, read, self.told.news(self.answer.take_notes()))
    }
}

/// A column as Python sees it: its name, its Arrow type, and of which KPI it holds values and in which unit, if it does.
type Column = (String, String, Option<&'static str>, Option<&'static str>);

#[pymethods]
impl Answer {
    /// "rows", "written" or "nothing".
    #[getter]
    fn what(&self) -> &'static str {
        match self.answer.what {
            What::Rows => "rows",
            What::Written => "written",
            What::Nothing => "nothing",
        }
    }

    /// Each column's name, Arrow type, KPI and unit.
    #[getter]
    fn columns(&self) -> Vec<Column> {
        let kpis = kpi_columns(self.answer.frame.logical_plan());
        let fields = self.answer.frame.schema().fields().iter().zip(kpis);
        fields
            .map(|(field, kpi)| {
                let data_type = field.data_type().to_string();
                (
                    field.name().clone(),
                    data_type,
                    kpi.map(|kpi| kpi.name),
                    kpi.map(|kpi| unit(kpi.unit)),
                )
            })
            .collect()
    }

    /// The same with no more than the first so many rows.
    fn head(&self, py: Python<'_>, rows: usize) -> PyResult<Self> {
        let answer = Arc::clone(&self.answer);
        let head = async move {
            let mut head = session::Answer::clone(&answer);
            let is_about_a_plan = matches!(
                head.frame.logical_plan(),
                LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) | LogicalPlan::DescribeTable(_)
            );
            // These stand above all others, and have few rows.
            if !is_about_a_plan {
                let first = head.frame.limit(0, Some(rows));
                head.frame = first.map_err(|e| answer.error(&e))?;
            }
            Ok(head)
        };
        let head = wait(py, &*runtime(self.threads)?, head, no_tick)?;
        Ok(Self::new(head.map_err(errors::raised)?, self.threads))
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        schema_capsule(py, self.answer.frame.schema().as_arrow())
    }

    /// Begins the query; its rows are handed out as they are found.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The interface lets a producer keep to its own types, and so the rows are not copied.
        drop(requested_schema);
        let runtime = runtime(self.threads)?;
        let answer = Arc::clone(&self.answer);
        let begun = wait(
            py,
            &runtime,
            async move { answer.frame.clone().execute_stream().await },
            no_tick,
        )?;
        let stream = begun.map_err(|e| errors::raised(self.answer.error(&e)))?;
        stream::capsule(
            py,
            Reader::new(Arc::clone(&self.answer), self.told.clone(), stream, runtime),
        )
    }

    /// Reads all rows. `progress` is called now and then with the number of rows that were read from tables so far, the
    /// seconds that have passed, and the share of the tables that was read, if it is known how large they are.
    #[pyo3(signature = (progress=None))]
    pub fn collect(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Batches> {
        let runtime = runtime(self.threads)?;
        let started = Instant::now();
        let failed = |e: DataFusionError| errors::raised(self.answer.error(&e));
        let answer = Arc::clone(&self.answer);
        let watch = self.answer.watch();
        let tick = |py: Python<'_>| match &progress {
            Some(progress) => {
                let seconds = started.elapsed().as_secs_f64();
                let reached = watch.reached();
                progress
                    .call1(py, (reached.rows, seconds, reached.share))
                    .map(|_| ())
            }
            None => Ok(()),
        };
        let rows = async move {
            let stream = answer.rows().await?;
            let schema = stream.schema();
            let batches: Vec<RecordBatch> = stream.try_collect().await?;
            let facts = result_columns(answer.frame.logical_plan(), &batches);
            Ok(Batches {
                schema,
                batches,
                units: answer.units(),
                roles: facts.into_iter().map(|fact| fact.role).collect(),
            })
        };
        let read = wait(py, &runtime, rows, tick).and_then(|read| read.map_err(failed));
        self.read(py, read)
    }

    /// Writes the rows to a file while the query runs. The file has its name when everything is in it.
    fn write(&self, py: Python<'_>, path: PathBuf, format: &str) -> PyResult<u64> {
        let format = named(format)?;
        let runtime = runtime(self.threads)?;
        let answer = Arc::clone(&self.answer);
        let written = async move {
            let mut stream = answer
                .frame
                .clone()
                .execute_stream()
                .await
                .map_err(|e| answer.error(&e))?;
            let mut output = Output::new(format, Place::File(path));
            // The first batch decides whether there is a result: a query that fails at once leaves no file.
            let mut next = stream
                .next()
                .await
                .transpose()
                .map_err(|e| answer.error(&e))?;
            let about = About {
                name: None,
                units: answer.units(),
            };
            let mut result = output.begin(&stream.schema(), about)?;
            let mut rows = 0;
            while let Some(batch) = next {
                rows += batch.num_rows() as u64;
                result.write(&batch)?;
                next = stream
                    .next()
                    .await
                    .transpose()
                    .map_err(|e| answer.error(&e))?;
            }
            result.finish()?;
            output.close()?;
            Ok(rows)
        };
        let written = wait(py, &runtime, written, no_tick);
        self.read(
            py,
            written.and_then(|written| written.map_err(errors::raised)),
        )
    }

    /// How the engine runs the query; with `analyze` it is run, and what each step took is said.
    fn explain(&self, py: Python<'_>, analyze: bool) -> PyResult<String> {
        let runtime = runtime(self.threads)?;
        let answer = Arc::clone(&self.answer);
        let text = async move {
            let task = Arc::new(answer.frame.task_ctx());
            let plan = answer.frame.clone().create_physical_plan().await?;
            if !analyze {
                return Ok(DisplayableExecutionPlan::new(plan.as_ref())
                    .indent(false)
                    .to_string());
            }
            let mut stream = execute_stream(Arc::clone(&plan), task)?;
            while let Some(batch) = stream.next().await {
                batch?;
            }
            let shown = DisplayableExecutionPlan::with_metrics(plan.as_ref());
            Ok(shown.indent(false).to_string())
        };
        let text = wait(py, &runtime, text, no_tick);
        let failed = |e: DataFusionError| errors::raised(self.answer.error(&e));
        self.read(py, text.and_then(|text| text.map_err(failed)))
    }
}

/// The unit as `kpi_sql` names it where it shows values.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent | Unit::PercentOfStart => "percent",
        Unit::Points => "points",
        Unit::Days => "days",
        Unit::Years => "years",
        Unit::Money => "money",
        Unit::Number => "number",
        Unit::Mix => "mix",
    }
}

fn no_tick(_: Python<'_>) -> PyResult<()> {
    Ok(())
}

/// The format of a name.
pub fn named(format: &str) -> PyResult<Format> {
    Ok(match format {
        "csv" => Format::Csv,
        "tsv" => Format::Tsv,
        "json" => Format::Json,
        "ndjson" => Format::Ndjson,
        "markdown" => Format::Markdown,
        "parquet" => Format::Parquet,
        "table" => Format::Table,
        other => {
            return Err(PyValueError::new_err(format!(
                "there is no format {other}; there are csv, tsv, json, ndjson, markdown, parquet and table"
            )));
        }
    })
}
