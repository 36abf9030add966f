//! The native half of the Python package `kpi_sql`: sessions and answers of `kpi_sql::session`, and capsules that carry
//! the KPI functions into the PyPI package `datafusion`.
//!
//! What Python can do as well is written in Python, in `python/kpi_sql`. Here is what cannot be: the engine runs without
//! the interpreter's lock (`waiting`) and says what it noticed (`notes`), rows go over the Arrow C interface (`stream`, `input`), values are bound to
//! parameters (`parameters`) and come back (`values`). Tables are rows in memory, of streams and of plain `columns`, or what is read
//! when a query asks for it: a `dataset` of PyArrow, or a table of another package by DataFusion's `interface`. Some are `found` among the
//! variables of whoever asks. `program` is the command line.

use pyo3::prelude::*;

mod answer;
mod batches;
mod columns;
mod dataset;
mod errors;
mod floats;
mod found;
mod functions;
mod input;
mod interface;
mod notes;
mod parameters;
mod program;
mod session;
mod stream;
mod table;
mod values;
mod waiting;

/// The native half of kpi_sql.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::answer::Answer;
    #[pymodule_export]
    use crate::batches::Batches;
    #[pymodule_export]
    use crate::columns::columns;
    #[pymodule_export]
    use crate::functions::{
        AggregateFunction, ScalarFunction, aggregate_functions, scalar_functions,
    };
    #[pymodule_export]
    use crate::parameters::Typed;
    #[pymodule_export]
    use crate::program::program;
    #[pymodule_export]
    use crate::session::Session;
    #[pymodule_export]
    use crate::table::Table;

    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // The major version of DataFusion whose functions the capsules hold.
        module.add("datafusion_major", datafusion_ffi::version())
    }
}
