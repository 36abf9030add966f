//! Tables that Python gives a name.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use pyo3::prelude::*;

/// A table without a name: rows in memory, or what is read when a query asks for it.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct Table(pub Arc<dyn TableProvider>);
