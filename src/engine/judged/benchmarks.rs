//! Published figures to compare with: those of the declarations, and those that the user brings.

use std::sync::{Arc, Weak};

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int32Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int32Type};
use datafusion::catalog::CatalogProviderList;
use datafusion::common::config::ConfigOptions;
use datafusion::common::parsers::CompressionTypeVariant;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use parking_lot::RwLock;

use super::own_rows;
use super::refusal::BenchmarkError;
use super::row::{BenchmarkRow, schema};
use crate::define::Benchmark;
use crate::engine::config::KpiOptions;

/// Rows as a batch.
pub fn batch(rows: &[BenchmarkRow]) -> Result<RecordBatch> {
    let text = |text: fn(&BenchmarkRow) -> Option<&str>| -> ArrayRef {
        Arc::new(StringArray::from_iter(rows.iter().map(text)))
    };
    let number = |number: fn(&BenchmarkRow) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter(rows.iter().map(number)))
    };
    let columns = vec![
        text(|row| Some(&row.kpi)),
        text(|row| row.industry.as_deref()),
        text(|row| Some(&row.band)),
        number(|row| row.low),
        number(|row| row.high),
        text(|row| row.note.as_deref()),
        text(|row| row.source.as_deref()),
        Arc::new(Int32Array::from_iter(rows.iter().map(|row| row.year))),
    ];
    Ok(RecordBatch::try_new(schema(), columns)?)
}

/// Those of the declarations.
fn shipped() -> impl Iterator<Item = BenchmarkRow> {
    crate::kpi::all().flat_map(|kpi| {
        let row = |benchmark: &Benchmark| BenchmarkRow {
            kpi: kpi.name.to_string(),
            industry: benchmark.industry.map(String::from),
            band: benchmark.band.to_string(),
            low: benchmark.low,
            high: benchmark.high,
            note: Some(benchmark.note.to_string()),
            source: Some(benchmark.source.title().to_string()),
            year: benchmark.year,
        };
        kpi.benchmarks.iter().map(row)
    })
}

/// The benchmarks of a session.
#[derive(Debug, Clone)]
pub struct Benchmarks(Home);

/// Where a table with benchmarks of the user's own is looked for. The references are weak, because the functions that hold
/// them are held by the session, and by views in its catalogs.
#[derive(Debug, Clone)]
enum Home {
    /// There are none.
    Nowhere,
    /// In the session of a context, whatever becomes of it.
    Session(Weak<RwLock<SessionState>>),
    /// In the catalogs of a session that is yet to be built.
    Catalogs(Weak<dyn CatalogProviderList>),
}

impl Benchmarks {
    /// Those of the session of a context.
    pub fn of(ctx: &SessionContext) -> Self {
        Benchmarks(Home::Session(ctx.state_weak_ref()))
    }

    /// Those of the declarations alone.
    pub fn shipped() -> Self {
        Benchmarks(Home::Nowhere)
    }

    /// Those of the sessions that have these catalogs.
    pub fn in_catalogs(catalogs: &Arc<dyn CatalogProviderList>) -> Self {
        Benchmarks(Home::Catalogs(Arc::downgrade(catalogs)))
    }

    /// All rows, with these options of the session. The user's stand first, and take the place of all shipped ones for
    /// the same KPI: a segment without a target of its own has none.
    pub fn rows(&self, options: &ConfigOptions) -> Result<Vec<BenchmarkRow>> {
        let mut rows = self.of_the_user(options)?;
        let own = rows.clone();
        rows.extend(shipped().filter(|shipped| !own.iter().any(|own| own.kpi == shipped.kpi)));
        Ok(rows)
    }

    fn of_the_user(&self, options: &ConfigOptions) -> Result<Vec<BenchmarkRow>> {
        let Some(state) = self.state(options) else {
            return Ok(vec![]);
        };
        let options = state.config_options().extensions.get::<KpiOptions>();
        let Some(place) = options.and_then(|options| options.benchmarks.clone()) else {
            return Ok(vec![]);
        };
        let place = place.trim().to_string();
        if place.is_empty() {
            return Ok(vec![]);
        }
        let batches = read(SessionContext::new_with_state(state), place.clone())?;
        let mut rows = vec![];
        for batch in &batches {
            parse(batch, &mut rows).map_err(|problem| problem.of(&place))?;
        }
        own_rows::check(&rows).map_err(|problem| problem.of(&place))?;
        Ok(rows)
    }
}

impl Benchmarks {
    /// A session in which the user's table is found.
    fn state(&self, options: &ConfigOptions) -> Option<SessionState> {
        match &self.0 {
            Home::Nowhere => None,
            Home::Session(session) => Some(session.upgrade()?.read().clone()),
            Home::Catalogs(catalogs) => {
                let config = SessionConfig::from(options.clone())
                    // There is one, and it would be overwritten.
                    .with_create_default_catalog_and_schema(false);
                let state = SessionStateBuilder::new_with_default_features()
                    .with_config(config)
                    .with_catalog_list(catalogs.upgrade()?)
                    .build();
                Some(state)
            }
        }
    }
}

/// Planning is not asynchronous, and reading a table is: it gets a thread of its own.
fn read(ctx: SessionContext, place: String) -> Result<Vec<RecordBatch>> {
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            let is_a_table = ctx.table_exist(place.as_str()).unwrap_or(false);
            let frame = if is_a_table {
                ctx.table(place.as_str()).await?
            } else if std::path::Path::new(&place).is_file() {
                let mut options = CsvReadOptions::new();
                options.file_extension = "";
                options.file_compression_type = CompressionTypeVariant::UNCOMPRESSED.into();
                let read = ctx.read_csv(&place, options).await;
                read.map_err(|error| unreadable(&place, &error))?
            } else {
                let missing = "there is no table and no file of this name";
                return Err(BenchmarkError::new(missing).of(&place));
            };
            let rows = frame.collect().await;
            rows.map_err(|error| unreadable(&place, &error))
        })
    });
    thread.join().unwrap_or_else(|_| {
        Err(DataFusionError::Internal(
            "the thread that reads the benchmarks came to an unexpected end".into(),
        ))
    })
}

fn unreadable(place: &str, error: &DataFusionError) -> DataFusionError {
    let message = error.strip_backtrace();
    let last = message.rsplit(": ").next().unwrap_or(&message);
    BenchmarkError::new(format!(
        "the file cannot be read as CSV with commas between its values ({})",
        last.trim()
    ))
    .of(place)
}

/// The rows of a batch whose columns stand in any order.
fn parse(
    batch: &RecordBatch,
    rows: &mut Vec<BenchmarkRow>,
) -> std::result::Result<(), BenchmarkError> {
    let column = |name: &str, data_type: &DataType| {
        let schema = batch.schema();
        let position = schema
            .fields()
            .iter()
            .position(|field| field.name().trim().eq_ignore_ascii_case(name));
        let column = position.map(|position| {
            let column = batch.column(position);
            let cast =
                cast(column, data_type).map_err(|error| format!("column {name}: {error}"))?;
            match cast.null_count() == column.logical_null_count() {
                true => Ok(cast),
                false => Err(format!("column {name} has values that are no {data_type}")),
            }
        });
        column.transpose()
    };
    let needed = |name: &str, data_type: &DataType| {
        column(name, data_type)?.ok_or_else(|| match batch.schema().fields().as_ref() {
            [only] if only.name().contains([';', '\t', '|']) => format!(
                "its one column is {:?}; values are separated by commas here, and numbers have a point",
                only.name()
            ),
            _ => format!("there is no column {name}"),
        })
    };
    let text = |column: &Option<ArrayRef>, row: usize| {
        let texts = column.as_ref()?.as_string::<i32>();
        let text = texts.is_valid(row).then(|| texts.value(row).trim())?;
        (!text.is_empty()).then(|| text.to_string())
    };
    let number = |column: &ArrayRef, row: usize| {
        let numbers = column.as_primitive::<Float64Type>();
        numbers.is_valid(row).then(|| numbers.value(row))
    };
    let (kpis, bands) = (
        Some(needed("kpi", &DataType::Utf8)?),
        Some(needed("band", &DataType::Utf8)?),
    );
    let lows = needed("low", &DataType::Float64)?;
    let highs = needed("high", &DataType::Float64)?;
    let industries = column("industry", &DataType::Utf8)?;
    let notes = column("note", &DataType::Utf8)?;
    let sources = column("source", &DataType::Utf8)?;
    let years = column("year", &DataType::Int32)?;
    own_rows::check_columns(&batch.schema())?;
    for row in 0..batch.num_rows() {
        let place = rows.len() + 1;
        let kpi = text(&kpis, row).ok_or_else(|| format!("row {place} has no kpi"))?;
        let band = text(&bands, row).ok_or_else(|| format!("row {place} ({kpi}) has no band"))?;
        let (low, high) = (number(&lows, row), number(&highs, row));
        if let (Some(low), Some(high)) = (low, high)
            && (low > high)
        {
            return Err(BenchmarkError::new(format!(
                "row {place} ({kpi}, {band}) has low {low} above high {high}"
            )));
        }
        rows.push(BenchmarkRow {
            // An alias means the KPI.
            kpi: crate::kpi::find(&kpi).map_or(kpi.clone(), |kpi| kpi.name.to_string()),
            industry: text(&industries, row),
            band,
            low,
            high,
            note: text(&notes, row),
            source: text(&sources, row),
            year: years.as_ref().and_then(|years| {
                let years = years.as_primitive::<Int32Type>();
                years.is_valid(row).then(|| years.value(row))
            }),
        });
    }
    Ok(())
}
