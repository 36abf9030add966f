//! Tables of other packages, by DataFusion's own interface: `__datafusion_table_provider__`. They are read as a query asks for them,
//! and no column that it does not.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Statistics;
use datafusion::error::Result;
use datafusion::execution::TaskContextProvider;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;
use datafusion_ffi::execution::FFI_TaskContextProvider;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::table_provider::FFI_TableProvider;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::errors;

/// The table of an object, which is called `what` in messages.
///
/// # Errors
/// Those of the object; a table of another version of DataFusion.
pub fn table(what: &str, object: &Bound<'_, PyAny>) -> PyResult<Arc<dyn TableProvider>> {
    let py = object.py();
    // Not the session that will have the table, which would keep itself alive by it. Its settings come with each query.
    let context = SessionContext::new();
    kpi_sql::register(&context).map_err(|e| errors::failed(e.to_string()))?;
    let context = Arc::new(context);
    let asking = Bound::new(py, AskingSession(Arc::clone(&context)))?;
    let getter = intern!(py, "__datafusion_table_provider__");
    let capsule = object.call_method1(getter, (asking,))?;
    let capsule = capsule.cast::<PyCapsule>()?;
    let pointer = capsule.pointer_checked(Some(c"datafusion_table_provider"))?;
    let pointer = pointer.cast::<FFI_TableProvider>();
    #[expect(
        unsafe_code,
        reason = "the capsule lives until the end of this function, and by its name it holds such a struct; of which version is \
                  looked at before anything else, and the package in Python before that"
    )]
    let foreign = unsafe { pointer.as_ref() };
    #[expect(unsafe_code, reason = "it reads nothing and returns a number")]
    let version = unsafe { (foreign.version)() };
    if version != datafusion_ffi::version() {
        return Err(errors::table(format!(
            "{what} is a table of DataFusion {version}, and kpi_sql takes those of DataFusion {}",
            datafusion_ffi::version()
        )));
    }
    let table: Arc<dyn TableProvider> = foreign.into();
    Ok(Arc::new(OtherTable {
        table,
        _context: context,
    }))
}

/// What another package asks for the functions of the session that reads its table.
#[pyclass(frozen, module = "kpi_sql._native")]
struct AskingSession(Arc<SessionContext>);

impl AskingSession {
    fn provider(&self) -> Arc<dyn TaskContextProvider> {
        Arc::clone(&self.0) as Arc<dyn TaskContextProvider>
    }
}

#[pymethods]
impl AskingSession {
    fn __datafusion_task_context_provider__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let provider = FFI_TaskContextProvider::from(&self.provider());
        PyCapsule::new_with_value(py, provider, c"datafusion_task_context_provider")
    }

    #[pyo3(signature = (session=None))]
    fn __datafusion_logical_extension_codec__<'py>(
        &self,
        py: Python<'py>,
        session: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Some pass on what they were asked with.
        drop(session);
        let codec = FFI_LogicalExtensionCodec::new_default(&self.provider());
        PyCapsule::new_with_value(py, codec, c"datafusion_logical_extension_codec")
    }
}

/// A table of another package.
struct OtherTable {
    table: Arc<dyn TableProvider>,
    /// Has the functions by which the other side reads conditions. The table itself does not keep it alive.
    _context: Arc<SessionContext>,
}

impl fmt::Debug for OtherTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.table.fmt(f)
    }
}

#[async_trait]
impl TableProvider for OtherTable {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    async fn scan(
        &self,
        session: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.scan(session, projection, filters, limit).await
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    fn statistics(&self) -> Option<Statistics> {
        self.table.statistics()
    }
}
