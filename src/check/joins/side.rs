//! One side of a join: what it is called, and the key by which it is joined.

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::Column;
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Expr, LogicalPlan};

use crate::check::asked::{written, written_table};
use crate::check::columns::{ColumnRole, has_word, role};

/// One side of a join.
pub(super) struct JoinedSide<'a> {
    pub plan: &'a LogicalPlan,
    pub keys: Vec<Expr>,
    /// The column that tells best how much money its rows have.
    pub amounts: Vec<Column>,
    /// What a query calls it, with the table that it stands for.
    pub table: String,
    /// Whose rows they are, if they come of other joins.
    pub rows_of: String,
}

/// Words of amounts whose sum says less than another's.
const LESS: &[&str] = &[
    "price",
    "prices",
    "preis",
    "unitprice",
    "qty",
    "quantity",
    "menge",
    "unit",
    "units",
    "seats",
    "discount",
    "tax",
    "freight",
    "cost",
    "costs",
    "kosten",
    "fee",
    "fees",
];

impl<'a> JoinedSide<'a> {
    pub fn new(plan: &'a LogicalPlan, keys: Vec<Expr>) -> Self {
        let schema = plan.schema();
        let amounts = schema.iter().filter(|(_, field)| {
            let plain = Field::new(field.name(), field.data_type().clone(), true);
            role(&plain) == ColumnRole::Amount
        });
        let mut amounts: Vec<Column> = amounts.map(Column::from).collect();
        // A sum of prices or of discounts says little.
        amounts.sort_by_key(|column| has_word(&column.name, LESS));
        amounts.truncate(1);
        let relation = keys.first().and_then(|key| {
            let columns = key.column_refs();
            let relation = columns.iter().find_map(|column| column.relation.clone());
            relation.map(|relation| relation.table().to_string())
        });
        let first = schema.iter().find_map(|(qualifier, _)| qualifier);
        let relation = relation.or_else(|| first.map(|first| first.table().to_string()));
        let name = relation.unwrap_or_else(|| "a subquery".to_string());
        let table = match table_of(plan, &name) {
            Some(table) if table != name => {
                format!("{} AS {}", written_table(&table), written(&name))
            }
            _ => written_table(&name),
        };
        let is_joined = plan.exists(|node| Ok(matches!(node, LogicalPlan::Join(_))));
        let rows_of = match is_joined.unwrap_or(false) {
            true => "the joins before".to_string(),
            false => table.clone(),
        };
        Self {
            rows_of,
            plan,
            amounts,
            keys,
            table,
        }
    }

    /// Only the names of its key columns.
    pub fn key_names(&self) -> String {
        let names = self.keys.iter().flat_map(|key| {
            let mut names: Vec<String> =
                key.column_refs().iter().map(|c| written(&c.name)).collect();
            names.sort();
            names
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// A column with its table, without the casts around it.
pub(super) fn in_sql(expr: &Expr) -> String {
    match expr {
        Expr::Column(column) => match &column.relation {
            Some(relation) => format!("{}.{}", written(relation.table()), written(&column.name)),
            None => written(&column.name),
        },
        Expr::Cast(cast) => in_sql(&cast.expr),
        Expr::Alias(alias) => in_sql(&alias.expr),
        other => other.to_string(),
    }
}

/// The table that an alias stands for.
fn table_of(plan: &LogicalPlan, name: &str) -> Option<String> {
    match plan {
        LogicalPlan::TableScan(scan) => Some(scan.table_name.table().to_string()),
        LogicalPlan::SubqueryAlias(alias) if alias.alias.table() == name => {
            match alias.input.as_ref() {
                LogicalPlan::TableScan(scan) => Some(scan.table_name.table().to_string()),
                LogicalPlan::Filter(filter) => table_of(&filter.input, name),
                _ => None,
            }
        }
        _ => plan.inputs().into_iter().find_map(|input| {
            let has_it = input
                .schema()
                .iter()
                .any(|(q, _)| q.is_some_and(|q| q.table() == name));
            has_it.then(|| table_of(input, name)).flatten()
        }),
    }
}

/// Whether values of a type can be added up.
pub(super) fn is_summed(data_type: &DataType) -> bool {
    data_type.is_numeric()
}
