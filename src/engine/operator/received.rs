//! Our nodes of what was [sent](super::sent), made by the constructors that the rule uses.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, Partitioning};

use super::aggregation::Aggregation;
use super::bundles::bundles;
use super::expand_exec::{KpiExpandExec, expanded};
use super::fallback_exec::KpiFallbackExec;
use super::finish_exec::KpiFinishExec;
use super::fold_exec::KpiFoldExec;
use super::sent::{Node, Sending};
use super::shape::Shape;

/// The node, of the children that it was sent with.
pub fn received(
    node: &Node,
    children: &[Arc<dyn ExecutionPlan>],
) -> Result<Arc<dyn ExecutionPlan>> {
    match (node, children) {
        (Node::Fold(sending), [of_no_rows, input]) => fold(node, *sending, of_no_rows, input),
        (Node::Finish, [of_no_rows, output, input]) => {
            let aggregation = Arc::new(read(node, of_no_rows, output.schema())?);
            let partial = aggregation.partial_schema()?;
            has_columns(node, input, &partial)?;
            let finish = KpiFinishExec::try_new(aggregation, input.clone())?;
            Ok(Arc::new(finish))
        }
        (Node::Expand, [of_no_rows, input]) => {
            let aggregation = Arc::new(read(node, of_no_rows, of_no_rows.schema())?);
            has_columns(node, input, &aggregation.input)?;
            let bundles = bundles(&aggregation.kpis);
            let expand = KpiExpandExec::new(aggregation, &bundles, input.clone());
            Ok(Arc::new(expand))
        }
        (Node::Fallback(why), [input]) => {
            let fallback = KpiFallbackExec::new(why.clone(), input.clone());
            Ok(Arc::new(fallback))
        }
        _ => Err(damaged(
            node,
            &format!("it has {} children", children.len()),
        )),
    }
}

fn fold(
    node: &Node,
    sending: Sending,
    of_no_rows: &Arc<dyn ExecutionPlan>,
    input: &Arc<dyn ExecutionPlan>,
) -> Result<Arc<dyn ExecutionPlan>> {
    let aggregation = Arc::new(read(node, of_no_rows, of_no_rows.schema())?);
    let shape = match sending {
        Sending::Rows => Shape::Rows,
        Sending::OnePartition => Shape::OnePartition,
        Sending::ByEntity => {
            let rows = of_no_rows.children()[0].downcast_ref::<RepartitionExec>();
            match rows.map(RepartitionExec::partitioning) {
                Some(Partitioning::Hash(by, _)) => Shape::ByEntity(by.clone()),
                _ => return Err(damaged(node, "it does not say by what its rows are sent")),
            }
        }
        Sending::ByEach => {
            let columns = aggregation.input.fields().len();
            Shape::by_each(&bundles(&aggregation.kpis), columns)
        }
    };
    let columns = match sending {
        Sending::ByEach => expanded(&aggregation.input),
        Sending::Rows | Sending::OnePartition | Sending::ByEntity => aggregation.input.clone(),
    };
    has_columns(node, input, &columns)?;
    Ok(Arc::new(KpiFoldExec::try_new(
        aggregation,
        shape,
        input.clone(),
    )?))
}

/// The aggregation of what was sent for it.
fn read(
    node: &Node,
    of_no_rows: &Arc<dyn ExecutionPlan>,
    output: SchemaRef,
) -> Result<Aggregation> {
    let Some(aggregate) = of_no_rows.downcast_ref::<AggregateExec>() else {
        let problem = format!("its aggregation is a {}", of_no_rows.name());
        return Err(damaged(node, &problem));
    };
    let aggregation = Aggregation::of(aggregate, output)?
        .map_err(|why| damaged(node, &format!("its aggregation is none of KPIs: {why}")))?;
    for filter in aggregate.filter_expr().iter().flatten() {
        filter.data_type(&aggregation.input)?;
    }
    Ok(aggregation)
}

/// That rows come in the columns that the aggregation looks for, by whatever name.
fn has_columns(node: &Node, input: &Arc<dyn ExecutionPlan>, expected: &Schema) -> Result<()> {
    let types = |schema: &Schema| {
        let types = schema
            .fields()
            .iter()
            .map(|field| field.data_type().clone());
        types.collect::<Vec<_>>()
    };
    let (expected, got) = (types(expected), types(&input.schema()));
    match expected == got {
        true => Ok(()),
        false => Err(damaged(
            node,
            &format!("its rows are to be of {expected:?}, and are of {got:?}"),
        )),
    }
}

fn damaged(node: &Node, problem: &str) -> DataFusionError {
    DataFusionError::Plan(format!(
        "{} cannot be read from these bytes: {problem}",
        node.name()
    ))
}
