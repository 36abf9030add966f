//! Other aggregates of the same SELECT, which ride along: what each bucket gives is put together above.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::coalesce;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::bool_and_or::{bool_and_udaf, bool_or_udaf};
use datafusion::functions_aggregate::correlation::corr_udaf;
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::covariance::{covar_pop_udaf, covar_samp_udaf};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::stddev::{stddev_pop_udaf, stddev_udaf};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_aggregate::variance::{var_pop_udaf, var_samp_udaf};
use datafusion::logical_expr::expr::{AggregateFunction, AggregateFunctionParams};
use datafusion::logical_expr::{AggregateUDF, Expr, col, lit};
use std::sync::Arc;

use super::rule::Level;
use super::wrapped::{Half, HalfOf};

/// Splits an aggregate in two, if it decomposes: what it is in each bucket goes to `lower`, what that amounts to
/// together to `upper`, and the value is given as an expression over the upper level's columns.
pub fn carry(
    call: &AggregateFunction,
    arg_types: &[DataType],
    entity: &[Expr],
    lower: &mut Level,
    upper: &mut Level,
) -> Result<Option<Expr>> {
    let AggregateFunctionParams {
        args,
        distinct,
        filter,
        order_by,
        null_treatment,
    } = &call.params;
    let func = call.func.as_ref();
    let is_any_of =
        |functions: &[Arc<AggregateUDF>]| functions.iter().any(|known| **known == *func);
    if !order_by.is_empty() || null_treatment.is_some() {
        return Ok(None);
    }
    let mut below = |func: &Arc<AggregateUDF>, args: &[Expr], distinct| {
        let call = AggregateFunction::new_udf(
            func.clone(),
            args.to_vec(),
            distinct,
            filter.clone(),
            vec![],
            None,
        );
        lower.add(Expr::AggregateFunction(call))
    };
    let mut above = |func: Arc<AggregateUDF>, column: String| -> Expr {
        col(upper.add(func.call(vec![col(column)])))
    };
    // The minimum of minima is one, whether or not each counts its values once.
    if is_any_of(&[min_udaf(), max_udaf(), bool_and_udaf(), bool_or_udaf()]) {
        let of_bucket = below(&call.func, args, false);
        return Ok(Some(above(call.func.clone(), of_bucket)));
    }
    if is_any_of(&[count_udaf()]) {
        // No entity is in two buckets, so distinct ones can be added up.
        if *distinct && args != entity {
            return Ok(None);
        }
        let of_bucket = below(&call.func, args, *distinct);
        return Ok(Some(coalesce(vec![
            above(sum_udaf(), of_bucket),
            lit(0_i64),
        ])));
    }
    if *distinct {
        return Ok(None);
    }
    if is_any_of(&[sum_udaf()]) {
        let of_bucket = below(&call.func, args, false);
        return Ok(Some(above(sum_udaf(), of_bucket)));
    }
    if is_any_of(&of_states()) {
        let half = |half| {
            let half = HalfOf::new(half, call.func.clone(), arg_types.to_vec());
            Arc::new(AggregateUDF::new_from_impl(half))
        };
        let of_bucket = below(&half(Half::Lower), args, false);
        return Ok(Some(above(half(Half::Upper), of_bucket)));
    }
    Ok(None)
}

/// Aggregates that are put together from their partial states. Their states are small, and their arguments are columns:
/// those that read a literal, such as percentiles, would not find it on the upper level.
fn of_states() -> [Arc<AggregateUDF>; 8] {
    [
        avg_udaf(),
        stddev_udaf(),
        stddev_pop_udaf(),
        var_samp_udaf(),
        var_pop_udaf(),
        corr_udaf(),
        covar_samp_udaf(),
        covar_pop_udaf(),
    ]
}
