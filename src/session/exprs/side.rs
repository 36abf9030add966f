//! An operand of a comparison, with its type.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::Expr;

/// One side of a comparison, with its type.
pub(in crate::session) struct Side<'a> {
    pub expr: &'a mut Expr,
    pub data_type: DataType,
}
