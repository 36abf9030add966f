//! Groups that are folded whole, without buckets, where their entities fit in memory, or their rows can wait on the disk.
//!
//! Buckets make pieces that can be spread and spilled. But rows can be spread by their entity alone, which divides them
//! evenly however few groups there are, and what fits in memory is not spilled. So the bucket is neither computed, nor
//! sent, nor grouped by. Each partition gives a line per group, and the upper level adds them up as it does with buckets.
//!
//! Over 40 M rows of 4 M customers in 5 segments, `cross_sell_rate` took 2.25 CPU seconds with 64 buckets and 2.05
//! without, `upsell_rate` 1.95 and 1.73, four KPIs together 3.56 and 3.28. Where it is not known whether they fit, rows
//! wait ([`crate::fold`]), at first in memory, and too many of them on the disk. With a limit of 512 MB, where buckets had
//! to be spilled, `cross_sell_rate` by month took 10.8 seconds, `time_to_cross_sell` 10.4, four KPIs together 3.0 to 5.8;
//! without any it is 2.1, 2.3 and 2.1.

use std::sync::Arc;

use datafusion::arrow::datatypes::{FieldRef, Schema};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::common::stats::Precision;
use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{Column, lit};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_optimizer::projection_pushdown::ProjectionPushdown;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, InputOrderMode, Partitioning};

use super::bucket::finest_bucket_of;
use super::rule::BUCKET;
use super::together::{KpiTogether, Waits};
use crate::engine::options::KpiOptions;

/// What a row may need at most: a customer of its own with a text for its name, and a product with its time.
const BYTES_PER_ROW: usize = 128;

/// How many rows surely fit in so much memory, whatever KPIs make of them.
pub fn rows_that_fit(memory: Option<usize>) -> usize {
    match memory {
        Some(bytes) => bytes / BYTES_PER_ROW,
        // Nothing is spilled there, so that there is no need for pieces.
        None => usize::MAX,
    }
}

/// The lower level without buckets, from what a partition of it would do first; `None` where they have to stay.
pub fn whole_groups(
    start: &AggregateExec,
    partitions: usize,
    config: &ConfigOptions,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let Some(options) = config.extensions.get::<KpiOptions>() else {
        return Ok(None);
    };
    let Some(((bucket, name), keys)) = start.group_expr().expr().split_last() else {
        return Ok(None);
    };
    let (Some(bucket), Some(entity)) = (bucket.downcast_ref::<Column>(), entity_of(start)?) else {
        return Ok(None);
    };
    // Who asks for a number of buckets has them, and without other keys the bucket is all there is to group by.
    if options.buckets.wanted().is_some() || keys.is_empty() || name != BUCKET {
        return Ok(None);
    }
    let Some(waits) = waits(start, partitions, options)? else {
        return Ok(None);
    };
    let Some(rows) = without_last(start.input(), bucket.index())? else {
        return Ok(None);
    };
    let schema = rows.schema();
    let (mode, rows) = match partitions {
        1 => (AggregateMode::Single, rows),
        _ => {
            // Not the entity itself, because neighbours belong together; and not the bucket that there was, of which
            // some partition would have more than others.
            let by = vec![finest_bucket_of(entity, config)];
            let sent = RepartitionExec::try_new(rows, Partitioning::Hash(by, partitions))?;
            let sent: Arc<dyn ExecutionPlan> = Arc::new(sent);
            (AggregateMode::SinglePartitioned, sent)
        }
    };
    let folded = AggregateExec::try_new(
        mode,
        PhysicalGroupBy::new_single(keys.to_vec()),
        with_rows_waiting(start, &waits)?,
        start.filter_expr().to_vec(),
        rows,
        schema,
    )?;
    // Groups that come one after the other are handed on one by one: each time, all rows on the disk would have to be read.
    let is_sorted = *folded.input_order_mode() != InputOrderMode::Linear;
    if is_sorted && matches!(waits, Waits::With(_)) {
        return Ok(None);
    }
    with_bucket(Arc::new(folded), keys.len()).map(Some)
}

/// Where rows may wait ([`crate::fold`]): in memory, if it is known that they fit, or else on the disk; `None` if they
/// need buckets.
fn waits(start: &AggregateExec, partitions: usize, options: &KpiOptions) -> Result<Option<Waits>> {
    if options.whole_rows == 0 {
        return Ok(None);
    }
    if has_at_most(start.input().as_ref(), options.whole_rows)? {
        return Ok(Some(Waits::InMemory));
    }
    let Some(overflow) = options.overflow(partitions) else {
        return Ok(None);
    };
    let schema = start.input_schema();
    for aggregate in start.aggr_expr() {
        if let Some(together) = KpiTogether::of(aggregate) {
            let types = aggregate.expressions();
            let types = types.iter().map(|arg| arg.data_type(&schema));
            if !together.can_overflow(&types.collect::<Result<Vec<_>>>()?, &overflow)? {
                return Ok(None);
            }
        }
    }
    Ok(Some(Waits::With(overflow)))
}

/// The aggregates, where rows of KPIs may wait.
fn with_rows_waiting(
    start: &AggregateExec,
    waits: &Waits,
) -> Result<Vec<Arc<AggregateFunctionExpr>>> {
    let aggregates = start.aggr_expr().iter();
    let waiting = aggregates.map(|aggregate| {
        let Some(together) = KpiTogether::of(aggregate) else {
            return Ok(aggregate.clone());
        };
        let function = Arc::new(AggregateUDF::from(
            together.with_rows_waiting(waits.clone()),
        ));
        let mut waiting = AggregateExprBuilder::new(function, aggregate.expressions())
            .schema(start.input_schema())
            .alias(aggregate.name());
        if let Some(shown) = aggregate.human_display() {
            waiting = waiting.human_display(shown);
        }
        if let Some(alias) = aggregate.human_display_alias() {
            waiting = waiting.human_display_alias(alias);
        }
        Ok(Arc::new(waiting.build()?))
    });
    waiting.collect()
}

/// The expressions that name the entity of the KPIs.
fn entity_of(start: &AggregateExec) -> Result<Option<Vec<Arc<dyn PhysicalExpr>>>> {
    for aggregate in start.aggr_expr() {
        if let Some(together) = KpiTogether::of(aggregate) {
            let args = aggregate.expressions();
            let schema = start.input_schema();
            let types = args.iter().map(|arg| arg.data_type(&schema));
            let entity = together.entity(&types.collect::<Result<Vec<_>>>()?)?;
            if !entity.is_empty() {
                return Ok(Some(
                    entity.into_iter().map(|arg| args[arg].clone()).collect(),
                ));
            }
        }
    }
    Ok(None)
}

/// Whether it is known that there are not more rows, as it is of Parquet files that are read from end to end.
fn has_at_most(rows: &dyn ExecutionPlan, most: usize) -> Result<bool> {
    let statistics = StatisticsContext::new().compute(rows, &StatisticsArgs::new())?;
    Ok(matches!(statistics.num_rows, Precision::Exact(rows) if rows <= most))
}

/// The rows without their last column, which is not computed any more; `None` if this column is not the last one.
fn without_last(
    rows: &Arc<dyn ExecutionPlan>,
    column: usize,
) -> Result<Option<Arc<dyn ExecutionPlan>>> {
    let schema = rows.schema();
    if column + 1 != schema.fields().len() {
        return Ok(None);
    }
    let mut others = columns(&schema);
    others.pop();
    let rows = ProjectionExec::try_new(others, rows.clone())?;
    // Pushed down to where the column came from.
    let rows = ProjectionPushdown::new().optimize(Arc::new(rows), &ConfigOptions::default())?;
    Ok(Some(rows))
}

/// Lines of groups with a bucket after their keys, as the upper level expects it.
fn with_bucket(folded: Arc<dyn ExecutionPlan>, keys: usize) -> Result<Arc<dyn ExecutionPlan>> {
    let mut exprs = columns(&folded.schema());
    let bucket = lit(ScalarValue::UInt16(Some(0)));
    exprs.insert(keys, (bucket, BUCKET.to_string()));
    Ok(Arc::new(ProjectionExec::try_new(exprs, folded)?))
}

/// All columns, each under its name.
fn columns(schema: &Schema) -> Vec<(Arc<dyn PhysicalExpr>, String)> {
    let fields = schema.fields().iter().enumerate();
    let column = |(i, field): (usize, &FieldRef)| {
        let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(field.name(), i));
        (column, field.name().clone())
    };
    fields.map(column).collect()
}
