//! What is wrong with benchmarks of the user's own.

use std::fmt;

use datafusion::error::DataFusionError;

/// Why they cannot be used, and what to do about it. Which table they are is said by whoever read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchmarkError(String);

impl BenchmarkError {
    /// In words.
    pub fn new(problem: impl Into<String>) -> Self {
        BenchmarkError(problem.into())
    }

    /// The error of a query that reads them from a table or file.
    pub fn of(self, place: &str) -> DataFusionError {
        DataFusionError::Plan(format!(
            "kpi.benchmarks = '{place}': {self}. Expected are the columns kpi, band, low and high, and optionally \
             industry, note, source and year"
        ))
    }
}

impl From<String> for BenchmarkError {
    fn from(problem: String) -> Self {
        BenchmarkError(problem)
    }
}

impl fmt::Display for BenchmarkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BenchmarkError {}
