//! Expressions of a plan as SQL, and what kind of thing they are.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::utils::quote_identifier;
use datafusion::logical_expr::{Expr, Operator, ident};
use datafusion::sql::unparser::expr_to_sql;

/// An expression as a person would write it.
pub(in crate::session) fn in_sql(expr: &Expr) -> String {
    expr_to_sql(expr).map_or_else(|_| expr.to_string(), |sql| sql.to_string())
}

/// The same with columns by their names alone.
pub(in crate::session) fn bare_sql(expr: &Expr) -> String {
    let bare = expr.clone().transform_up(|expr| {
        Ok(match expr {
            Expr::Column(column) => Transformed::yes(ident(column.name)),
            other => Transformed::no(other),
        })
    });
    bare.map_or_else(|_| expr.to_string(), |bare| in_sql(&bare.data))
}

/// Whether it is a type of texts, other than that of names of partition folders.
pub(in crate::session) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        // Names of partition folders, month=01, are compared with numbers by everybody.
        DataType::Dictionary(keys, _) if **keys == DataType::UInt16 => false,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// An expression as a statement would have it.
pub(in crate::session) fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Column(column) => quote_identifier(&column.name).into_owned(),
        other => match expr_to_sql(other) {
            Ok(sql) => sql.to_string(),
            Err(_) => other.human_display().to_string(),
        },
    }
}

/// Whether it compares values.
pub(in crate::session) fn is_comparison(op: Operator) -> bool {
    matches!(
        op,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
    )
}
