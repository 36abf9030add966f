//! Intervals compared by how long they are. Arrow compares their months, days and nanoseconds one after the other, so
//! that to DataFusion 1 day is more than 48 hours, and the difference of two times, which has nanoseconds alone, less
//! than 1 day.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, DurationNanosecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{
    DataType, DurationNanosecondType, Field, FieldRef, IntervalMonthDayNano,
    IntervalMonthDayNanoType, IntervalUnit, TimeUnit,
};
use datafusion::common::{DFSchema, ScalarValue, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::session::exprs::side::Side;
use crate::session::exprs::sql::in_sql;

const DAY: i64 = 86_400_000_000_000;
const LENGTH: DataType = DataType::Duration(TimeUnit::Nanosecond);

/// Has both sides of a comparison be lengths, if one is an interval and the other one, too, or a difference of times.
pub(in crate::session) fn compare(a: &mut Side, b: &mut Side, op: &str) -> Result<()> {
    let is_length = |side: &Side| {
        matches!(
            side.data_type,
            DataType::Interval(_) | DataType::Duration(_)
        )
    };
    let any_interval = is_interval(&a.data_type) || is_interval(&b.data_type);
    if !any_interval || !is_length(a) || !is_length(b) {
        return Ok(());
    }
    for (months, other) in [(&*b, &*a), (&*a, &*b)] {
        if let Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(value)), _) = &*months.expr
            && value.months != 0
        {
            return plan_err!(
                "{} is compared with {}, and a month has 28 to 31 days; {}",
                written(other.expr),
                written(months.expr),
                instead(other.expr, months.expr, op)
            );
        }
    }
    by_length(a);
    by_length(b);
    Ok(())
}

fn by_length(side: &mut Side) {
    let function = Arc::new(ScalarUDF::new_from_impl(LengthOf {
        signature: Signature::any(1, Volatility::Immutable),
    }));
    let interval = std::mem::take(side.expr);
    *side.expr = Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![interval]));
    side.data_type = LENGTH;
}

/// A comparison of times, not of how far they are apart.
fn instead(difference: &Expr, interval: &Expr, op: &str) -> String {
    let interval = written(interval);
    match difference {
        Expr::BinaryExpr(binary) if binary.op == Operator::Minus => {
            let (late, early) = (in_sql(&binary.left), in_sql(&binary.right));
            format!("{late} {op} {early} + {interval} compares times")
        }
        _ => format!(
            "closed_at {op} opened_at + {interval} compares times, and INTERVAL '30 days' has a length"
        ),
    }
}

/// An interval as a statement has it: the unparser writes MONS and others that no statement takes.
fn written(expr: &Expr) -> String {
    let Expr::Literal(ScalarValue::IntervalMonthDayNano(Some(value)), _) = expr else {
        return in_sql(expr);
    };
    let part = |n: i64, unit: &str| match n {
        0 => String::new(),
        1 => format!("1 {unit} "),
        n => format!("{n} {unit}s "),
    };
    let parts = part(i64::from(value.months), "month")
        + &part(i64::from(value.days), "day")
        + &part(value.nanoseconds / 1_000_000_000, "second");
    format!("INTERVAL '{}'", parts.trim())
}

/// Refuses to sort intervals, and to take the greatest of them.
pub(in crate::session) fn check_order(node: &LogicalPlan, schema: &DFSchema) -> Result<()> {
    let check = |call: &dyn Fn(&str) -> String, expr: &Expr| match expr.get_type(schema) {
        Ok(data_type) if is_interval(&data_type) => {
            let shown = in_sql(expr);
            plan_err!(
                "{}: intervals have months, days and hours, and no order, since months differ in length; \
                 DATE '2026-01-01' + {shown} has one",
                call(&shown)
            )
        }
        _ => Ok(()),
    };
    match node {
        LogicalPlan::Sort(sort) => sort
            .expr
            .iter()
            .try_for_each(|key| check(&|key| format!("ORDER BY {key}"), &key.expr)),
        LogicalPlan::Window(window) => window.window_expr.iter().try_for_each(|expr| {
            let expr = expr.clone().unalias();
            let Expr::WindowFunction(window) = expr else {
                return Ok(());
            };
            let name = window.fun.name();
            if let ("min" | "max", [arg]) = (name, window.params.args.as_slice()) {
                check(&|arg| format!("{name}({arg})"), arg)?;
            }
            let mut keys = window.params.order_by.iter();
            keys.try_for_each(|key| check(&|key| format!("ORDER BY {key}"), &key.expr))
        }),
        LogicalPlan::Aggregate(aggregate) => aggregate.aggr_expr.iter().try_for_each(|expr| {
            let expr = expr.clone().unalias();
            match expr {
                Expr::AggregateFunction(call) if matches!(call.func.name(), "min" | "max") => {
                    let name = call.func.name().to_string();
                    let call_of = |arg: &str| format!("{name}({arg})");
                    call.params
                        .args
                        .iter()
                        .try_for_each(|arg| check(&call_of, arg))
                }
                _ => Ok(()),
            }
        }),
        _ => Ok(()),
    }
}

fn is_interval(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Interval(_))
}

/// How long an interval is, a day being 24 hours.
#[derive(Debug, PartialEq, Eq, Hash)]
struct LengthOf {
    signature: Signature,
}

impl ScalarUDFImpl for LengthOf {
    fn name(&self) -> &str {
        "length_of"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(LENGTH)
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), LENGTH, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(1)?;
        let lengths = match array.data_type() {
            DataType::Duration(_) => cast(&array, &LENGTH)?,
            _ => {
                let array = cast(&array, &DataType::Interval(IntervalUnit::MonthDayNano))?;
                let intervals = array.as_primitive::<IntervalMonthDayNanoType>().iter();
                let lengths = intervals.map(|interval| interval.map(length).transpose());
                Arc::new(lengths.collect::<Result<DurationNanosecondArray>>()?)
            }
        };
        Ok(match &args.args[0] {
            ColumnarValue::Scalar(_) => {
                let lengths = lengths.as_primitive::<DurationNanosecondType>();
                ColumnarValue::Scalar(ScalarValue::DurationNanosecond(
                    lengths.iter().next().flatten(),
                ))
            }
            ColumnarValue::Array(_) => ColumnarValue::Array(lengths),
        })
    }
}

fn length(interval: IntervalMonthDayNano) -> Result<i64> {
    if interval.months != 0 {
        return exec_err!(
            "an interval of {} months is compared, and a month has 28 to 31 days; closed_at > opened_at + interval \
             compares times",
            interval.months
        );
    }
    let days = i64::from(interval.days).checked_mul(DAY);
    match days.and_then(|days| days.checked_add(interval.nanoseconds)) {
        Some(length) => Ok(length),
        None => exec_err!(
            "an interval of {} days is compared, and 106751 days are the longest that can be; compare times, or days: \
             CAST(b AS DATE) - CAST(a AS DATE) is a number of days",
            interval.days
        ),
    }
}
