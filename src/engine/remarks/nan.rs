//! `count(DISTINCT x)`, `sum(x)` and `x > 5` where x may be NaN: to SQL it is a value, greater than every number; to KPIs
//! it is none. So a reader should know.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Float16Type, Float32Type, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::utils::quote_identifier;
use datafusion::common::{Column, DFSchema};
use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::{conjunction, merge_schema, split_conjunction_owned};
use datafusion::logical_expr::{Expr, ExprSchemable, Filter, LogicalPlan, Operator};
use datafusion::optimizer::AnalyzerRule;

use super::look::{Look, looked_at};
use super::met::{Counts, MetPlace, Role};
use super::told::Remarks;

/// SQL's own functions to which NaN is a value among others.
const RANKING: &[&str] = &[
    "min",
    "max",
    "median",
    "approx_median",
    "percentile_cont",
    "approx_percentile_cont",
    "stddev",
    "stddev_pop",
    "var",
    "var_pop",
];

/// Has comparisons and aggregates of floats look for NaN.
#[derive(Debug)]
pub struct LookForNan {
    remarks: Remarks,
}

impl LookForNan {
    /// What is found is told there.
    pub fn new(remarks: Remarks) -> Self {
        LookForNan { remarks }
    }

    /// The call with its argument looked at, if NaN makes it another one.
    fn in_call(&self, expr: Expr, scope: &Scope) -> Result<Transformed<Expr>> {
        let Expr::AggregateFunction(AggregateFunction { func, mut params }) = expr else {
            return Ok(Transformed::no(expr));
        };
        let role = match func.name() {
            "count" if *func == *count_udaf() && params.distinct => Some(Role::Distinct),
            "sum" => Some(Role::Added("sum")),
            "avg" => Some(Role::Added("avg")),
            name => {
                let known = RANKING.iter().find(|known| **known == name);
                known.map(|known| Role::Ranked(known))
            }
        };
        let is_looked_at = match (role, params.args.first()) {
            // NaN is greater than all that one asks for the least of.
            (Some(Role::Ranked(_)), Some(arg)) => is_float(arg, scope),
            (Some(_), Some(arg)) if params.args.len() == 1 => {
                arg.get_type(scope.schema)?.is_floating()
            }
            _ => false,
        };
        if let Some(role) = role.filter(|_| is_looked_at) {
            let arg = params.args.remove(0);
            let filter = params.filter.as_deref().cloned();
            params.args.insert(0, self.look(role, arg, filter, false));
        }
        let call = Expr::AggregateFunction(AggregateFunction { func, params });
        Ok(Transformed::new_transformed(call, is_looked_at))
    }

    /// The rows that are sorted, looked at where NaN comes first: by ORDER BY … DESC, and by what ranks them.
    fn in_order(&self, node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
        let mut keys: Vec<Expr> = vec![];
        match &node {
            LogicalPlan::Sort(sort) => {
                keys.extend(
                    sort.expr
                        .iter()
                        .filter(|key| !key.asc)
                        .map(|key| key.expr.clone()),
                );
            }
            LogicalPlan::Window(window) => {
                for expr in &window.window_expr {
                    if let Expr::WindowFunction(window) = expr.clone().unalias() {
                        keys.extend(window.params.order_by.into_iter().map(|key| key.expr));
                    }
                }
            }
            _ => {}
        }
        let inputs = node.inputs();
        let mut asked = HashSet::new();
        for input in &inputs {
            // A plan that cannot be walked asks nothing.
            let _ = input.apply(|below| {
                if let LogicalPlan::Filter(filter) = below {
                    asked.extend(Scope::of(below.schema(), &filter.predicate).asked);
                }
                Ok(TreeNodeRecursion::Continue)
            });
        }
        keys.retain(|key| match key {
            Expr::Column(column) => {
                !asked.iter().any(|asked| asked.name == column.name)
                    && inputs
                        .iter()
                        .any(|input| is_float_of_a_table(column, input))
            }
            _ => false,
        });
        keys.dedup();
        let looks = keys
            .into_iter()
            .map(|key| self.look(Role::Sorted, key, None, true));
        let Some(looks) = conjunction(looks) else {
            return Ok(Transformed::no(node));
        };
        let inputs = node.inputs().into_iter().cloned();
        let inputs = inputs.map(|input| {
            let filter = Filter::try_new(looks.clone(), Arc::new(input))?;
            Ok(LogicalPlan::Filter(filter))
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let exprs = node.expressions();
        Ok(Transformed::yes(node.with_new_exprs(exprs, inputs)?))
    }

    /// The comparison with its floats looked at.
    fn in_comparison(&self, expr: Expr, scope: &Scope) -> Result<Transformed<Expr>> {
        let (expr, any) = match expr {
            Expr::BinaryExpr(mut binary) if is_comparison(binary.op) => {
                let mut any = false;
                for side in [&mut binary.left, &mut binary.right] {
                    if is_float(side, scope) {
                        let arg = std::mem::take(side.as_mut());
                        **side = self.look(Role::Compared, arg, None, false);
                        any = true;
                    }
                }
                (Expr::BinaryExpr(binary), any)
            }
            Expr::Between(mut between) if is_float(&between.expr, scope) => {
                let arg = std::mem::take(between.expr.as_mut());
                *between.expr = self.look(Role::Compared, arg, None, false);
                (Expr::Between(between), true)
            }
            other => (other, false),
        };
        Ok(Transformed::new_transformed(expr, any))
    }

    /// A condition of WHERE. Where it is a plain comparison, files can leave out rows by it as it is, so that what looks
    /// stands beside it, and sees the rows that are left.
    fn in_filter(&self, predicate: Expr, scope: &Scope) -> Result<Transformed<Expr>> {
        let mut any = false;
        let mut looks = vec![];
        for part in split_conjunction_owned(predicate) {
            if let Expr::BinaryExpr(binary) = &part
                && is_comparison(binary.op)
            {
                let sides = [&binary.left, &binary.right];
                let floats = sides.into_iter().filter(|side| is_float(side, scope));
                let seen: Vec<_> = floats
                    .map(|side| self.look(Role::Compared, side.as_ref().clone(), None, true))
                    .collect();
                any |= !seen.is_empty();
                looks.push(part);
                looks.extend(seen);
            } else {
                let part = part.transform_up(|expr| self.in_comparison(expr, scope))?;
                any |= part.transformed;
                looks.push(part.data);
            }
        }
        let joined = conjunction(looks)
            .ok_or_else(|| DataFusionError::Internal("a condition of nothing".into()))?;
        Ok(Transformed::new_transformed(joined, any))
    }

    fn look(&self, role: Role, arg: Expr, filter: Option<Expr>, is_condition: bool) -> Expr {
        let nan = Nan {
            remarks: self.remarks.clone(),
            role,
            is_condition,
            column: match &arg {
                Expr::Column(column) => quote_identifier(&column.name).into_owned(),
                other => other.to_string(),
            },
        };
        looked_at(nan, std::iter::once(arg).chain(filter).collect())
    }
}

/// What is known of the columns of an expression.
struct Scope<'a> {
    schema: &'a DFSchema,
    /// Those of which it asks itself whether they are NaN.
    asked: HashSet<Column>,
}

impl<'a> Scope<'a> {
    fn of(schema: &'a DFSchema, expr: &Expr) -> Self {
        let mut asked = HashSet::new();
        // An expression that cannot be walked asks nothing.
        let _ = expr.apply(|expr| {
            if let Expr::ScalarFunction(call) = expr
                && matches!(call.name(), "isnan" | "nanvl")
            {
                asked.extend(call.args.iter().flat_map(Expr::column_refs).cloned());
            }
            Ok(TreeNodeRecursion::Continue)
        });
        Scope { schema, asked }
    }
}

/// Those that NaN answers as if it were a number.
fn is_comparison(op: Operator) -> bool {
    matches!(
        op,
        Operator::Gt | Operator::GtEq | Operator::Lt | Operator::LtEq | Operator::NotEq
    )
}

/// A column of floats: of what is computed from columns, nobody could say where it came from.
fn is_float(expr: &Expr, scope: &Scope) -> bool {
    let column = match expr {
        Expr::Cast(cast) => cast.expr.as_ref(),
        expr => expr,
    };
    matches!(column, Expr::Column(column) if !scope.asked.contains(column))
        && expr.get_type(scope.schema).is_ok_and(|t| t.is_floating())
        && column.get_type(scope.schema).is_ok_and(|t| t.is_floating())
}

/// A column of floats as a table has it: what was computed, as a KPI, is NaN for reasons of its own or never.
fn is_float_of_a_table(column: &Column, plan: &LogicalPlan) -> bool {
    let Some(at) = plan.schema().maybe_index_of_column(column) else {
        return false;
    };
    let input = match plan {
        LogicalPlan::TableScan(_) | LogicalPlan::Values(_) => {
            return plan.schema().field(at).data_type().is_floating();
        }
        LogicalPlan::Projection(projection) => {
            let expr = projection.expr.get(at).cloned().map(Expr::unalias);
            return match expr {
                Some(Expr::Column(column)) => is_float_of_a_table(&column, &projection.input),
                _ => false,
            };
        }
        LogicalPlan::SubqueryAlias(alias) => {
            let column = Column::from(alias.input.schema().qualified_field(at));
            return is_float_of_a_table(&column, &alias.input);
        }
        LogicalPlan::Filter(filter) => &filter.input,
        LogicalPlan::Sort(sort) => &sort.input,
        LogicalPlan::Window(window) => &window.input,
        _ => return false,
    };
    is_float_of_a_table(column, input)
}

impl AnalyzerRule for LookForNan {
    fn name(&self) -> &str {
        "look_for_nan"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let looked_at = plan.transform_up_with_subqueries(|node| {
            let schema = match &node {
                LogicalPlan::TableScan(_) | LogicalPlan::Join(_) => {
                    return Ok(Transformed::no(node));
                }
                node => merge_schema(&node.inputs()),
            };
            let is_filter = matches!(node, LogicalPlan::Filter(_));
            let names = NamePreserver::new(&node);
            let looked_at = node.map_expressions(|expr| {
                let scope = Scope::of(&schema, &expr);
                if is_filter {
                    return self.in_filter(expr, &scope);
                }
                let name = names.save(&expr);
                let looked_at = expr.transform_up(|expr| {
                    let compared = self.in_comparison(expr, &scope)?;
                    compared.transform_data(|expr| self.in_call(expr, &scope))
                })?;
                Ok(looked_at.update_data(|expr| name.restore(expr)))
            })?;
            looked_at.transform_data(|node| match node {
                LogicalPlan::Sort(_) | LogicalPlan::Window(_) => self.in_order(node),
                other => Ok(Transformed::no(other)),
            })
        })?;
        Ok(looked_at.data)
    }
}

/// Counts the rows where the first argument is NaN and the second one, if there is one, TRUE.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Nan {
    remarks: Remarks,
    role: Role,
    is_condition: bool,
    column: String,
}

impl Look for Nan {
    fn name(&self) -> &str {
        "look_for_nan"
    }

    fn is_condition(&self) -> bool {
        self.is_condition
    }

    fn look(&self, arguments: &[ArrayRef]) -> Result<()> {
        let (values, condition) = (&arguments[0], arguments.get(1));
        let counts = |row: usize| match condition {
            Some(flags) => flags.is_valid(row) && flags.as_boolean().value(row),
            None => true,
        };
        let is_nan: &dyn Fn(usize) -> bool = match values.data_type() {
            DataType::Float64 => &|row| values.as_primitive::<Float64Type>().value(row).is_nan(),
            DataType::Float32 => &|row| values.as_primitive::<Float32Type>().value(row).is_nan(),
            DataType::Float16 => &|row| values.as_primitive::<Float16Type>().value(row).is_nan(),
            _ => &|_| false,
        };
        let found =
            (0..values.len()).filter(|row| values.is_valid(*row) && is_nan(*row) && counts(*row));
        let nan = found.count() as u64;
        if nan > 0 {
            let place = MetPlace {
                role: self.role,
                column: self.column.clone(),
                call: self.name().to_string(),
            };
            let counts = Counts {
                nan,
                ..Counts::default()
            };
            self.remarks.add(&place, counts);
        }
        Ok(())
    }
}
