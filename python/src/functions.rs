//! The functions as capsules, for the PyPI package `datafusion`.

use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, Documentation, ScalarUDF};
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

/// An aggregate function.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct AggregateFunction(Arc<AggregateUDF>);

#[pymethods]
impl AggregateFunction {
    /// Its name in SQL.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Its other names.
    #[getter]
    fn aliases(&self) -> Vec<String> {
        self.0.aliases().to_vec()
    }

    /// What it is, its calls and an example.
    #[getter]
    fn documentation(&self) -> String {
        told(self.0.documentation())
    }

    fn __datafusion_aggregate_udf__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let function = FFI_AggregateUDF::from(Arc::clone(&self.0));
        PyCapsule::new_with_value(py, function, c"datafusion_aggregate_udf")
    }
}

/// A function of values.
#[pyclass(frozen, module = "kpi_sql._native")]
pub struct ScalarFunction(Arc<ScalarUDF>);

#[pymethods]
impl ScalarFunction {
    /// Its name in SQL.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Its other names.
    #[getter]
    fn aliases(&self) -> Vec<String> {
        self.0.aliases().to_vec()
    }

    /// What it is, its calls and an example.
    #[getter]
    fn documentation(&self) -> String {
        told(self.0.documentation())
    }

    fn __datafusion_scalar_udf__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let function = FFI_ScalarUDF::from(Arc::clone(&self.0));
        PyCapsule::new_with_value(py, function, c"datafusion_scalar_udf")
    }
}

/// As a docstring.
fn told(documentation: Option<&Documentation>) -> String {
    let Some(known) = documentation else {
        return String::new();
    };
    let mut text = format!("{}\n\n{}\n", known.description, known.syntax_example);
    for (name, meaning) in known.arguments.iter().flatten() {
        text += &format!("\n{name}: {meaning}");
    }
    if let Some(example) = &known.sql_example {
        text += &format!("\n\nIn SQL:\n\n{}", example.trim());
    }
    text.trim_end().to_string()
}

/// All aggregate functions.
#[pyfunction]
pub fn aggregate_functions() -> Vec<AggregateFunction> {
    let functions = kpi_sql::functions().into_iter();
    functions
        .map(|function| AggregateFunction(Arc::new(function)))
        .collect()
}

/// All functions of values.
#[pyfunction]
pub fn scalar_functions() -> Vec<ScalarFunction> {
    let functions = kpi_sql::scalar_functions().into_iter();
    functions
        .map(|function| ScalarFunction(Arc::new(function)))
        .collect()
}
