//! Tables with columns of numbers with a point whose type was guessed: they remember what a person can do about it.
//!
//! A mark in the schema would do less: DataFusion compares schemas where plans meet, and marks get lost on the way.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Constraints, Statistics};
use datafusion::error::Result;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

/// The table with what to do about some of its columns, if there are such.
pub(crate) fn marked(
    table: Arc<dyn TableProvider>,
    ways: BTreeMap<String, String>,
) -> Arc<dyn TableProvider> {
    match ways.is_empty() {
        true => table,
        false => Arc::new(Marked { table, ways }),
    }
}

/// What a person can do about the columns of a table that may be codes, by their names.
pub(crate) fn ways(table: &dyn TableProvider) -> Option<&BTreeMap<String, String>> {
    Some(&table.downcast_ref::<Marked>()?.ways)
}

/// The table itself, without what to do about its columns.
pub(crate) fn plain(table: &dyn TableProvider) -> &dyn TableProvider {
    match table.downcast_ref::<Marked>() {
        Some(marked) => marked.table.as_ref(),
        None => table,
    }
}

#[derive(Debug)]
struct Marked {
    table: Arc<dyn TableProvider>,
    ways: BTreeMap<String, String>,
}

#[async_trait]
impl TableProvider for Marked {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn constraints(&self) -> Option<&Constraints> {
        self.table.constraints()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    fn get_table_definition(&self) -> Option<&str> {
        self.table.get_table_definition()
    }

    fn get_column_default(&self, column: &str) -> Option<&Expr> {
        self.table.get_column_default(column)
    }

    fn statistics(&self) -> Option<Statistics> {
        self.table.statistics()
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.scan(state, projection, filters, limit).await
    }

    async fn insert_into(
        &self,
        state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        op: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.insert_into(state, input, op).await
    }
    async fn delete_from(
        &self,
        state: &dyn Session,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.delete_from(state, filters).await
    }

    async fn update(
        &self,
        state: &dyn Session,
        assignments: Vec<(String, Expr)>,
        filters: Vec<Expr>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.update(state, assignments, filters).await
    }

    async fn truncate(&self, state: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        self.table.truncate(state).await
    }
}
