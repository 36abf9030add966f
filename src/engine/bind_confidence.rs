//! `SET kpi.confidence`, put into the calls of a query.

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunction, ScalarFunction};
use datafusion::logical_expr::{
    AggregateUDF, Expr, LogicalPlan, ScalarUDF, WindowFunctionDefinition, lit,
};
use datafusion::optimizer::AnalyzerRule;

use super::aggregate::udaf::KpiUdaf;
use super::confidence;
use super::config::KpiOptions;
use super::judged::judging_aggregate::JudgingAggregate;
use super::judged::judging_scalar::JudgingScalar;
use super::stored::finish::{Finished, KpiFinish};
use crate::fold::facts::call::Variant;
use crate::statistics::Confidence;

/// Gives each call that has an interval the confidence of the session as it is when the query is planned, in an argument: the same
/// wherever the plan runs. Calls that have one keep it, and 95 % need none.
#[derive(Debug, Default)]
pub struct BindConfidence;

impl AnalyzerRule for BindConfidence {
    fn name(&self) -> &str {
        "bind_confidence"
    }

    fn analyze(&self, plan: LogicalPlan, options: &ConfigOptions) -> Result<LogicalPlan> {
        let options = options.extensions.get::<KpiOptions>();
        let asked = options.map(|options| options.confidence);
        let Some(asked) = asked.filter(|asked| *asked != Confidence::default()) else {
            return Ok(plan);
        };
        let argument = lit(confidence::value(asked));
        let bound = plan.transform_up_with_subqueries(|node| {
            node.map_expressions(|expr| {
                expr.transform_up(|mut expr| {
                    let Some(args) = unbound(&mut expr) else {
                        return Ok(Transformed::no(expr));
                    };
                    args.push(argument.clone());
                    Ok(Transformed::yes(expr))
                })
            })
        })?;
        Ok(bound.data)
    }
}

/// The arguments of a call that has an interval, and no confidence yet.
fn unbound(expr: &mut Expr) -> Option<&mut Vec<Expr>> {
    let args = match expr {
        Expr::ScalarFunction(ScalarFunction { func, args }) if scalar_follows(func) => args,
        Expr::AggregateFunction(AggregateFunction { func, params }) if aggregate_follows(func) => {
            &mut params.args
        }
        Expr::WindowFunction(window) => match &window.fun {
            WindowFunctionDefinition::AggregateUDF(func) if aggregate_follows(func) => {
                &mut window.params.args
            }
            WindowFunctionDefinition::AggregateUDF(_) | WindowFunctionDefinition::WindowUDF(_) => {
                return None;
            }
        },
        _ => return None,
    };
    (confidence::args_before(args).len() == args.len()).then_some(args)
}

fn aggregate_follows(function: &AggregateUDF) -> bool {
    let function = function.inner();
    let kpi = function.downcast_ref::<KpiUdaf>();
    let judging = function.downcast_ref::<JudgingAggregate>();
    kpi.is_some_and(|kpi| kpi.function().variant == Variant::Parts)
        || judging.is_some_and(|judging| judging.function().follows_confidence)
}

fn scalar_follows(function: &ScalarUDF) -> bool {
    let function = function.inner();
    let finish = function.downcast_ref::<KpiFinish>();
    let judging = function.downcast_ref::<JudgingScalar>();
    finish.is_some_and(|finish| finish.finished() == Finished::Parts)
        || judging.is_some_and(|judging| judging.function().follows_confidence)
}
