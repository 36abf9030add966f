//! `x NOT IN (SELECT …)` where the subquery has NULL: SQL knows of no value that it is not that one, and no row is left.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::Array;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::mixed::bare_sql;
use super::unnested::Left;

/// The plan with the NULLs of such subqueries counted, and where.
pub(super) fn counted(plan: LogicalPlan) -> Result<(LogicalPlan, Vec<Arc<Left>>)> {
    let mut all = vec![];
    let counted = plan.transform_up_with_subqueries(|node| {
        let names = NamePreserver::new(&node);
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let counted = expr.transform_up(|expr| in_expr(expr, &mut all))?;
            Ok(counted.update_data(|expr| name.restore(expr)))
        })
    })?;
    Ok((counted.data, all))
}

fn in_expr(expr: Expr, all: &mut Vec<Arc<Left>>) -> Result<Transformed<Expr>> {
    let Expr::InSubquery(mut query) = expr else {
        return Ok(Transformed::no(expr));
    };
    let inner = query.subquery.subquery.clone();
    // What looks at the query around it has other rows each time.
    let is_plain = query.negated && query.subquery.outer_ref_columns.is_empty();
    let columns = inner.schema().columns();
    let ([column], true) = (columns.as_slice(), is_plain) else {
        return Ok(Transformed::no(Expr::InSubquery(query)));
    };
    if !inner.schema().field(0).is_nullable() {
        return Ok(Transformed::no(Expr::InSubquery(query)));
    }
    let left = Arc::new(Left::of_not_in(bare_sql(&query.expr)));
    all.push(Arc::clone(&left));
    let count = Arc::new(ScalarUDF::new_from_impl(Count {
        signature: Signature::any(1, Volatility::Volatile),
        left,
    }));
    let call = ScalarFunction::new_udf(count, vec![Expr::Column(column.clone())]);
    let named = Expr::ScalarFunction(call).alias_qualified(column.relation.clone(), &column.name);
    let plan = LogicalPlanBuilder::from(inner).project([named])?.build()?;
    query.subquery.subquery = Arc::new(plan);
    Ok(Transformed::yes(Expr::InSubquery(query)))
}

/// Hands values on, and counts the NULLs.
#[derive(Debug)]
struct Count {
    signature: Signature,
    left: Arc<Left>,
}

impl PartialEq for Count {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.left, &other.left)
    }
}

impl Eq for Count {}

impl Hash for Count {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.left).hash(state);
    }
}

impl ScalarUDFImpl for Count {
    fn name(&self) -> &'static str {
        "nulls_counted"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(args.arg_fields[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let values = args.args[0].to_array(args.number_rows)?;
        self.left.add(values.logical_null_count() as u64);
        Ok(ColumnarValue::Array(values))
    }
}
