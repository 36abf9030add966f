//! `count(DISTINCT x)` where x may be NaN: SQL counts it as a value, KPIs do not, so a reader should know.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::{DataType, FieldRef, Float16Type, Float32Type, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::utils::quote_identifier;
use datafusion::error::{DataFusionError, Result};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;

use super::{Counts, Place, Remarks, Role};

/// Has `count(DISTINCT x)` of floats look for NaN.
#[derive(Debug)]
pub struct LookForNan {
    remarks: Remarks,
}

impl LookForNan {
    /// What is found is told there.
    pub fn new(remarks: Remarks) -> Self {
        LookForNan { remarks }
    }

    /// The call with its argument looked at, if it is one that counts distinct floats.
    fn looked_at(&self, expr: Expr, input: &LogicalPlan) -> Result<Transformed<Expr>> {
        let Expr::AggregateFunction(AggregateFunction { func, mut params }) = expr else {
            return Ok(Transformed::no(expr));
        };
        let is_count = *func == *count_udaf() && params.distinct;
        if let [arg] = params.args.as_slice()
            && is_count
            && arg.get_type(input.schema())?.is_floating()
        {
            let look = Look {
                remarks: self.remarks.clone(),
                column: match arg {
                    Expr::Column(column) => quote_identifier(&column.name).into_owned(),
                    other => other.to_string(),
                },
                signature: Signature::variadic_any(Volatility::Immutable),
            };
            let mut args = std::mem::take(&mut params.args);
            args.extend(params.filter.as_deref().cloned());
            let look = Arc::new(ScalarUDF::new_from_impl(look));
            let looked_at = Expr::ScalarFunction(ScalarFunction::new_udf(look, args));
            params.args = vec![looked_at];
            return Ok(Transformed::yes(Expr::AggregateFunction(
                AggregateFunction { func, params },
            )));
        }
        Ok(Transformed::no(Expr::AggregateFunction(
            AggregateFunction { func, params },
        )))
    }
}

impl AnalyzerRule for LookForNan {
    fn name(&self) -> &str {
        "look_for_nan"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let looked_at = plan.transform_up_with_subqueries(|node| {
            let LogicalPlan::Aggregate(aggregate) = &node else {
                return Ok(Transformed::no(node));
            };
            let input = Arc::clone(&aggregate.input);
            let names = NamePreserver::new(&node);
            node.map_expressions(|expr| {
                let name = names.save(&expr);
                let looked_at = expr.transform_up(|expr| self.looked_at(expr, &input))?;
                Ok(looked_at.update_data(|expr| name.restore(expr)))
            })
        })?;
        Ok(looked_at.data)
    }
}

/// Gives its first argument as it is, and counts the rows where it is NaN and the second one, if there is one, TRUE.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Look {
    remarks: Remarks,
    column: String,
    signature: Signature,
}

impl ScalarUDFImpl for Look {
    fn name(&self) -> &str {
        "look_for_nan"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        let first = types.first().cloned();
        first.ok_or_else(|| DataFusionError::Internal("nothing to look at".into()))
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let first = args.arg_fields.first().cloned();
        first.ok_or_else(|| DataFusionError::Internal("nothing to look at".into()))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let values = args.args[0].to_array(args.number_rows)?;
        let condition = match args.args.get(1) {
            Some(condition) => Some(condition.to_array(args.number_rows)?),
            None => None,
        };
        let counts = |row: usize| match &condition {
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
            let place = Place {
                role: Role::Distinct,
                column: self.column.clone(),
                call: self.name().to_string(),
            };
            let counts = Counts {
                nan,
                ..Counts::default()
            };
            self.remarks.add(&place, counts);
        }
        Ok(args.args[0].clone())
    }
}
