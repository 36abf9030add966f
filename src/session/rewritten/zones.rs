//! Dates and times without a zone beside times with one. They are those of the zone: beside a column of Berlin's times
//! DATE '2026-02-01' is midnight in Berlin, as the text '2026-02-01' is. DataFusion takes a date for midnight in UTC, and
//! compares casts of times as if all zones were one.

use std::sync::Arc;

use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ScalarValue, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Cast, ColumnarValue, Expr, ExprSchemable, LogicalPlan, ReturnFieldArgs, ScalarFunctionArgs,
    ScalarUDF, ScalarUDFImpl, Signature, TryCast, Volatility,
};
use datafusion::optimizer::AnalyzerRule;

use crate::session::exprs::noted;
use crate::session::exprs::side::Side;
use crate::session::exprs::sql::in_sql;

/// Reads dates and times without a zone as those of the zone that they are cast to.
#[derive(Debug)]
pub(in crate::session) struct ReadInZone;

impl AnalyzerRule for ReadInZone {
    fn name(&self) -> &str {
        "read_in_zone"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let read = plan.transform_up_with_subqueries(|node| {
            let schema = match &node {
                LogicalPlan::TableScan(scan) => Arc::clone(&scan.projected_schema),
                node => Arc::new(merge_schema(&node.inputs())),
            };
            let names = NamePreserver::new(&node);
            node.map_expressions(|expr| {
                let name = names.save(&expr);
                let read = expr.transform_up(|expr| {
                    let (inner, to, is_safe) = match expr {
                        Expr::Cast(cast) => (cast.expr, cast.field, false),
                        Expr::TryCast(cast) => (cast.expr, cast.field, true),
                        expr => return Ok(Transformed::no(expr)),
                    };
                    if has_zone(to.data_type()) && is_local(&inner.get_type(&schema)?) {
                        let function = InZone {
                            to,
                            is_safe,
                            signature: Signature::any(1, Volatility::Immutable),
                        };
                        let function = Arc::new(ScalarUDF::new_from_impl(function));
                        let call = ScalarFunction::new_udf(function, vec![*inner]);
                        return Ok(Transformed::yes(Expr::ScalarFunction(call)));
                    }
                    Ok(Transformed::no(match is_safe {
                        true => Expr::TryCast(TryCast {
                            expr: inner,
                            field: to,
                        }),
                        false => Expr::Cast(Cast {
                            expr: inner,
                            field: to,
                        }),
                    }))
                })?;
                Ok(read.update_data(|expr| name.restore(expr)))
            })
        })?;
        Ok(read.data)
    }
}

/// Refuses dates and times of a zone that are compared where neither stands in an expression of its own, which could be
/// read otherwise.
pub(in crate::session) fn refuse(a: (&Expr, &DFSchema), b: (&Expr, &DFSchema)) -> Result<()> {
    for ((time, time_schema), (date, date_schema)) in [(a, b), (b, a)] {
        let (Ok(of_time), Ok(of_date)) = (time.get_type(time_schema), date.get_type(date_schema))
        else {
            continue;
        };
        if let Some(zone) = zone(&of_time)
            && is_date(&of_date)
        {
            let (time, date) = (in_sql(time), in_sql(date));
            return plan_err!(
                "{date} is a date and {time} a time of {zone}, and here they would be compared as those of UTC; \
                 to_local_time({time}) beside CAST({date} AS TIMESTAMP) compares those of {zone}"
            );
        }
    }
    Ok(())
}

/// Refuses a column that is a time of a zone in one part of a UNION and a date in another: all would be times of UTC.
pub(super) fn check_union(parts: &[Arc<LogicalPlan>]) -> Result<()> {
    let width = parts.first().map_or(0, |part| part.schema().fields().len());
    for at in 0..width {
        let fields = || {
            parts
                .iter()
                .filter_map(|part| part.schema().fields().get(at))
        };
        let zoned = fields().find_map(|field| Some((field, zone(field.data_type())?)));
        let date = fields().find(|field| is_date(field.data_type()));
        if let (Some((time, zone)), Some(date)) = (zoned, date) {
            return plan_err!(
                "UNION of the time {} of {zone} and the DATE {}: all of them would be times of UTC without an offset; \
                 CAST(day AS TIMESTAMP) in the place of the DATE is midnight of {zone}",
                time.name(),
                date.name()
            );
        }
    }
    Ok(())
}

/// Has a date be one of the zone that the other side has. Other times without a zone are cast to it by DataFusion, which
/// [`ReadInZone`] sees.
pub(super) fn read_beside(side: &mut Side, other: &DataType) {
    if is_date(&side.data_type) && has_zone(other) {
        read_in(side, other);
    }
}

/// Has all dates and times without a zone be those of the zone that another one has.
pub(super) fn read_together(sides: &mut [Side]) {
    let zoned = sides.iter().find(|side| has_zone(&side.data_type));
    let Some(zoned) = zoned.map(|side| side.data_type.clone()) else {
        return;
    };
    for side in sides {
        if is_local(&side.data_type) {
            read_in(side, &zoned);
        }
    }
}

fn read_in(side: &mut Side, zoned: &DataType) {
    let function = InZone {
        to: Arc::new(Field::new("read_in_zone", zoned.clone(), true)),
        is_safe: false,
        signature: Signature::any(1, Volatility::Immutable),
    };
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    let time = std::mem::take(side.expr);
    *side.expr = Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![time]));
    side.data_type = zoned.clone();
}

fn is_date(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date32 | DataType::Date64)
}

/// Whether days of this type begin at other times than those of UTC.
fn has_zone(data_type: &DataType) -> bool {
    zone(data_type).is_some()
}

fn zone(data_type: &DataType) -> Option<&str> {
    match data_type {
        DataType::Timestamp(_, Some(zone)) => {
            let is_utc = ["UTC", "Z", "+00:00", "+0000", "+00"]
                .iter()
                .any(|utc| zone.eq_ignore_ascii_case(utc));
            (!is_utc).then_some(zone.as_ref())
        }
        _ => None,
    }
}

fn is_local(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None)
    )
}

/// A date, or a time without a zone, as the time that it is in a zone. No cast, so that no optimizer takes it for one that
/// leaves numbers as they are.
#[derive(Debug, PartialEq, Eq, Hash)]
struct InZone {
    to: FieldRef,
    is_safe: bool,
    signature: Signature,
}

impl ScalarUDFImpl for InZone {
    fn name(&self) -> &str {
        "read_in_zone"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.to.data_type().clone())
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(self.to.as_ref().clone().with_nullable(true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let to = self.to.data_type();
        let DataType::Timestamp(unit, Some(zone)) = to else {
            return exec_err!("{to} has no zone");
        };
        let array = args.args[0].to_array(1)?;
        let options = CastOptions {
            safe: self.is_safe,
            ..CastOptions::default()
        };
        let local = cast_with_options(&array, &DataType::Timestamp(*unit, None), &options)?;
        let Ok(read) = cast_with_options(&local, to, &options) else {
            return exec_err!(
                "a time does not exist in {zone}: clocks were put forward then; CAST(x AS DATE) of the times with a \
                 zone compares days"
            );
        };
        Ok(match &args.args[0] {
            ColumnarValue::Scalar(_) => {
                ColumnarValue::Scalar(ScalarValue::try_from_array(&read, 0)?)
            }
            ColumnarValue::Array(_) => ColumnarValue::Array(read),
        })
    }
}

/// What is to be said of intervals that are cut where UTC's begin.
pub(in crate::session) fn notes(plan: &LogicalPlan) -> Vec<String> {
    noted::of_exprs(plan, |expr, _, schema| [of_utc(expr, schema)])
}

fn of_utc(expr: &Expr, schema: &DFSchema) -> Option<String> {
    let time_and_zone = |time: &Expr| {
        let data_type = time.get_type(schema).ok()?;
        Some((in_sql(time), zone(&data_type)?.to_string()))
    };
    match expr {
        Expr::ScalarFunction(call) if call.name() == "date_bin" => {
            let [_, time] = call.args.as_slice() else {
                return None;
            };
            let (time, zone) = time_and_zone(time)?;
            Some(format!(
                "date_bin cuts {time} where days and months begin in UTC, not where they do in {zone}; \
                 date_trunc('day', {time}) cuts it there, and so does date_bin of to_local_time({time})"
            ))
        }
        Expr::Cast(Cast { expr: time, field }) | Expr::TryCast(TryCast { expr: time, field })
            if matches!(field.data_type(), DataType::Timestamp(_, None)) =>
        {
            let (time, zone) = time_and_zone(time)?;
            Some(format!(
                "{time} as a TIMESTAMP is its time in UTC; to_local_time({time}) is that in {zone}"
            ))
        }
        _ => None,
    }
}
