//! CREATE EXTERNAL TABLE t (…) STORED AS PARQUET: the columns that it names are there, and every value is one of their
//! types. DataFusion alone would cut 1.5 to 1, and fill a column that no file has with NULL.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::{DFSchema, plan_err};
use datafusion::datasource::listing_table_factory::ListingTableFactory;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{
    CreateExternalTable, Expr, TableProviderFilterPushDown, TableType, ident,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;

use super::files::files;
use crate::tables::options::Options;
use crate::tables::paths::lake;
use crate::tables::paths::urls::shown_location;
use crate::tables::values::types;
use crate::tables::words::closest;

#[derive(Debug)]
pub(super) struct ParquetTables {
    pub options: Options,
}

#[async_trait]
impl TableProviderFactory for ParquetTables {
    async fn create(
        &self,
        state: &dyn Session,
        statement: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let factory = ListingTableFactory::new();
        let said = factory.create(state, statement).await?;
        let declared = statement.schema.as_arrow();
        let files = files(statement);
        let is_plain =
            statement.table_partition_cols.is_empty() && statement.order_exprs.is_empty();
        let Some(session) = state.as_any().downcast_ref::<SessionState>() else {
            return Ok(said);
        };
        if !self.options.raw_files {
            lake::check_columns(&statement.locations.join(", "), &said.schema())?;
        }
        let as_it_is = |said: Arc<dyn TableProvider>| {
            let read = Arc::clone(&said);
            Arc::new(Proven { read, said })
        };
        if declared.fields().is_empty() || files.is_empty() || !is_plain {
            return Ok(as_it_is(said));
        }
        let mut as_written = statement.clone();
        as_written.schema = Arc::new(DFSchema::empty());
        let found = factory.create(state, &as_written).await?;
        if !self.options.raw_files {
            lake::check_columns(&statement.locations.join(", "), &found.schema())?;
        }
        let file = shown_location(&files[0]).display().to_string();
        let types = differing(statement, declared, &found.schema(), &file)?;
        if types.is_empty() {
            return Ok(as_it_is(said));
        }
        let ctx = SessionContext::new_with_state(session.clone());
        let options = Options {
            null: vec![],
            null_regex: None,
            ..self.options.clone()
        };
        let proven = types::proven(&ctx, found, &file, &types, &options)?;
        let columns: Vec<Expr> = declared.fields().iter().map(|f| ident(f.name())).collect();
        let read = ctx.read_table(proven)?.select(columns)?.into_view();
        Ok(Arc::new(Proven { read, said }))
    }
}

/// The session with tables that go without the bounds of their columns: those of floats leave NaN out, and a column of 1
/// and NaN would be read as nothing but 1.
fn without_bounds(state: &dyn Session, schema: &Schema) -> Option<SessionState> {
    if !schema.fields().iter().any(|f| f.data_type().is_floating()) {
        return None;
    }
    let mut state = state.as_any().downcast_ref::<SessionState>()?.clone();
    let options = state.config_mut().options_mut();
    options.execution.collect_statistics = false;
    Some(state)
}

/// The columns whose type in the files is another.
fn differing(
    statement: &CreateExternalTable,
    declared: &Schema,
    found: &Schema,
    file: &str,
) -> Result<Vec<(String, DataType)>> {
    let mut types = vec![];
    for field in declared.fields() {
        let name = field.name();
        match found.field_with_name(name) {
            Ok(there) if there.data_type() == field.data_type() => {}
            Ok(_) => types.push((name.clone(), field.data_type().clone())),
            Err(_) => {
                let near = closest(name, found.fields().iter().map(|f| f.name().as_str()));
                let near = near.map_or(String::new(), |near| format!("; did you mean {near}?"));
                return plan_err!(
                    "CREATE EXTERNAL TABLE {} has a column {name}, and {file} has none{near}",
                    statement.name
                );
            }
        }
    }
    Ok(types)
}

/// A table that is read with other types than its files have, and written as DataFusion writes it.
#[derive(Debug)]
struct Proven {
    read: Arc<dyn TableProvider>,
    said: Arc<dyn TableProvider>,
}

#[async_trait]
impl TableProvider for Proven {
    fn schema(&self) -> SchemaRef {
        self.read.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn get_table_definition(&self) -> Option<&str> {
        self.said.get_table_definition()
    }

    fn get_column_default(&self, column: &str) -> Option<&Expr> {
        self.said.get_column_default(column)
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.read.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let without_bounds = without_bounds(state, &self.read.schema());
        let state = without_bounds
            .as_ref()
            .map_or(state, |state| state as &dyn Session);
        self.read.scan(state, projection, filters, limit).await
    }

    async fn insert_into(
        &self,
        state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        op: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.said.insert_into(state, input, op).await
    }
}
