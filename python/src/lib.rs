//! The native half of the Python package `kpi_sql`: sessions and answers of `kpi_sql::session`, and capsules that carry
//! the KPI functions into the PyPI package `datafusion`.
//!
//! What Python can do as well is written in Python, in `python/kpi_sql`. Here is what cannot be: the engine runs without
//! the interpreter's lock (`waiting`) and says what it noticed (`notes`), rows go over the Arrow C interface (`stream`, `input`), values are bound to
//! parameters (`parameters`).

use pyo3::prelude::*;

mod answer;
mod batches;
mod errors;
mod functions;
mod input;
mod notes;
mod parameters;
mod session;
mod stream;
mod waiting;

/// The native half of kpi_sql.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::batches::Batches;
    #[pymodule_export]
    use crate::functions::{
        AggregateFunction, ScalarFunction, aggregate_functions, scalar_functions,
    };
    #[pymodule_export]
    use crate::parameters::Typed;
    #[pymodule_export]
    use crate::session::Session;

    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // The major version of DataFusion whose functions the capsules hold.
        module.add("datafusion_major", datafusion_ffi::version())
    }
}
