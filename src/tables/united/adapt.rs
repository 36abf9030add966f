//! Reads the columns of a Parquet file under the names that its table has for them.
//!
//! DataFusion finds the columns of a file by name, casts them to the table's types, and takes NULL for those that are
//! missing. Here a column is also found that a file calls `Customer_ID` and the table `customer_id`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_adapter::{
    DefaultPhysicalExprAdapter, PhysicalExprAdapter, PhysicalExprAdapterFactory,
};

/// The table's name for each spelling that is another one.
pub(in crate::tables) type ColumnNames = HashMap<String, String>;

#[derive(Debug)]
pub(in crate::tables) struct Spelled(pub ColumnNames);

impl PhysicalExprAdapterFactory for Spelled {
    fn create(
        &self,
        logical_file_schema: SchemaRef,
        physical_file_schema: SchemaRef,
    ) -> Result<Arc<dyn PhysicalExprAdapter>> {
        let named = renamed(&physical_file_schema, &self.0);
        Ok(Arc::new(Adapter {
            of_table: DefaultPhysicalExprAdapter::new(logical_file_schema, Arc::new(named)),
            in_file: physical_file_schema,
        }))
    }
}

/// The schema with the table's names.
pub(in crate::tables) fn renamed(schema: &Schema, names: &ColumnNames) -> Schema {
    let fields = schema
        .fields()
        .iter()
        .map(|field| match names.get(field.name()) {
            Some(name) => Arc::new(field.as_ref().clone().with_name(name)),
            None => Arc::clone(field),
        });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

#[derive(Debug)]
struct Adapter {
    of_table: DefaultPhysicalExprAdapter,
    in_file: SchemaRef,
}

impl PhysicalExprAdapter for Adapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        let found = self.of_table.rewrite(expr)?;
        // What follows looks statistics up by the names that the file has.
        let under_own_name = |expr: Arc<dyn PhysicalExpr>| match expr.downcast_ref::<Column>() {
            Some(column) => {
                let own = self.in_file.field(column.index()).name();
                Ok(match own == column.name() {
                    true => Transformed::no(expr),
                    false => Transformed::yes(Arc::new(Column::new(own, column.index())) as _),
                })
            }
            None => Ok(Transformed::no(expr)),
        };
        found.transform(under_own_name).data()
    }
}
