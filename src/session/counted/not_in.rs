//! `x NOT IN (SELECT …)` where the subquery has NULL: SQL knows of no value that it is not that one, and no row is left.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Volatility};

use super::row_counts::RowCounts;
use crate::session::exprs::sql::bare_sql;
use crate::session_support::{Look, looked_at};

/// The plan with the NULLs of such subqueries counted, and where.
pub(in crate::session) fn counted(plan: LogicalPlan) -> Result<(LogicalPlan, Vec<RowCounts>)> {
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

fn in_expr(expr: Expr, all: &mut Vec<RowCounts>) -> Result<Transformed<Expr>> {
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
    let tally = RowCounts::new(bare_sql(&query.expr), note);
    all.push(tally.clone());
    let counted = looked_at(NullCount(tally), vec![Expr::Column(column.clone())]);
    let named = counted.alias_qualified(column.relation.clone(), &column.name);
    let plan = LogicalPlanBuilder::from(inner).project([named])?.build()?;
    query.subquery.subquery = Arc::new(plan);
    Ok(Transformed::yes(Expr::InSubquery(query)))
}

fn note(value: &str, _: u64) -> String {
    format!(
        "{value} NOT IN (SELECT …): the subquery returns a NULL, so NOT IN is never true and no row is left; WHERE … \
         IS NOT NULL in the subquery leaves NULL out"
    )
}

/// Counts NULLs.
#[derive(Debug, PartialEq, Eq, Hash)]
struct NullCount(RowCounts);

impl Look for NullCount {
    fn name(&self) -> &str {
        "nulls_counted"
    }

    fn volatility(&self) -> Volatility {
        Volatility::Volatile
    }

    fn look(&self, arguments: &[ArrayRef]) -> Result<()> {
        self.0.add(arguments[0].logical_null_count() as u64);
        Ok(())
    }
}
