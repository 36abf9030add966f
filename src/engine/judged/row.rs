//! A row of `kpi_benchmarks()`.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};

/// One row of `kpi_benchmarks()`.
#[derive(Debug, Clone, PartialEq)]
pub struct BenchmarkRow {
    /// The KPI, or a figure of the user's own.
    pub kpi: String,
    /// The industry; `None` for all.
    pub industry: Option<String>,
    /// The verdict.
    pub band: String,
    /// Where the band starts.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
    /// Anything else that is to be known.
    pub note: Option<String>,
    /// Who says so.
    pub source: Option<String>,
    /// When.
    pub year: Option<i32>,
}

/// The columns of `kpi_benchmarks()`.
pub fn schema() -> SchemaRef {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("kpi", false),
        text("industry", true),
        text("band", false),
        Field::new("low", DataType::Float64, true),
        Field::new("high", DataType::Float64, true),
        text("note", true),
        text("source", true),
        Field::new("year", DataType::Int32, true),
    ]))
}

/// Industries are told apart by their letters, not by their case.
pub fn same_industry(one: &Option<String>, other: &Option<String>) -> bool {
    let lower =
        |industry: &Option<String>| industry.as_ref().map(|text| text.trim().to_lowercase());
    lower(one) == lower(other)
}
