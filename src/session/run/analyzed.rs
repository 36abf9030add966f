//! EXPLAIN ANALYZE for people: a query runs, its rows are let go, and each step of its plan is a row that says what it took.
//! EXPLAIN ANALYZE VERBOSE is left to DataFusion, which says all that it has counted.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray, UInt64Array};
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::display::DisplayFormatType;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;

use crate::session::progress::ProgressWatch;

/// What is said of a step beside its name has no more characters than this.
const MOST_WORDS: usize = 100;

/// Runs a query, and answers with its steps.
pub(super) async fn analyzed(
    ctx: &SessionContext,
    query: &LogicalPlan,
    watch: &ProgressWatch,
) -> Result<DataFrame> {
    let frame = DataFrame::new(ctx.state(), query.clone());
    let task = Arc::new(frame.task_ctx());
    let plan = frame.create_physical_plan().await?;
    watch.begin(&plan);
    let mut rows = execute_stream(Arc::clone(&plan), task)?;
    while let Some(batch) = rows.next().await {
        batch?;
    }
    ctx.read_batch(steps(plan.as_ref())?)
}

/// A step of a plan that has run.
struct PlanStep {
    /// Its name, as deep as it stands, and what it does.
    words: String,
    metrics: MetricsSet,
}

impl PlanStep {
    fn of(plan: &dyn ExecutionPlan, depth: usize) -> Self {
        let does = Does(plan).to_string();
        let does: Vec<_> = does.lines().filter(|line| !line.is_empty()).collect();
        let mut does = does.join(", ");
        if let Some((end, _)) = does.char_indices().nth(MOST_WORDS) {
            does.truncate(end);
            does.push('…');
        }
        let gap = if does.is_empty() { "" } else { ": " };
        PlanStep {
            words: format!("{:1$}{2}{gap}{does}", "", 2 * depth, name(plan.name())),
            metrics: plan.metrics().unwrap_or_default(),
        }
    }

    /// Milliseconds of all threads together. Scans and exchanges count theirs under names of their own.
    fn milliseconds(&self) -> Option<f64> {
        let of = |name| self.metrics.sum_by_name(name).map(|sum| sum.as_usize());
        let computing = self.metrics.elapsed_compute();
        let others = [of("time_elapsed_processing"), of("repartition_time")];
        let most = others.into_iter().chain([computing]).flatten().max()?;
        Some((most as f64 / 1e5).round() / 10.0)
    }

    fn memory(&self) -> Option<usize> {
        let of = |name| self.metrics.sum_by_name(name).map(|sum| sum.as_usize());
        of("peak_mem_used").or(of("build_mem_used"))
    }
}

fn steps(plan: &dyn ExecutionPlan) -> Result<RecordBatch> {
    let mut steps = vec![];
    add_steps(plan, 0, &mut steps);
    let megabytes = |bytes: usize| (bytes as f64 / f64::from(1 << 20) * 10.0).round() / 10.0;
    let column = |of: &dyn Fn(&PlanStep) -> Option<f64>| -> ArrayRef {
        Arc::new(steps.iter().map(of).collect::<Float64Array>())
    };
    let words = steps.iter().map(|step| Some(step.words.as_str()));
    let rows = steps.iter().map(|step| step.metrics.output_rows());
    let rows = rows.map(|rows| rows.map(|rows| rows as u64));
    let spilled = |step: &PlanStep| step.metrics.spilled_bytes().filter(|bytes| *bytes > 0);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("rows", Arc::new(rows.collect::<UInt64Array>())),
        ("ms", column(&PlanStep::milliseconds)),
        ("memory_mb", column(&|step| step.memory().map(megabytes))),
        ("spilled_mb", column(&|step| spilled(step).map(megabytes))),
        // Last, because it is the one that a narrow terminal cuts.
        ("step", Arc::new(words.collect::<StringArray>())),
    ];
    Ok(RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, name != "step")),
    )?)
}

fn add_steps(plan: &dyn ExecutionPlan, depth: usize, steps: &mut Vec<PlanStep>) {
    steps.push(PlanStep::of(plan, depth));
    for input in plan.children() {
        add_steps(input.as_ref(), depth + 1, steps);
    }
}

/// What DataFusion says of a node where it draws plans as trees.
struct Does<'a>(&'a dyn ExecutionPlan);

impl Display for Does<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt_as(DisplayFormatType::TreeRender, f)
    }
}

/// `HashJoinExec` is a `Hash join`.
fn name(node: &str) -> String {
    let node = node.strip_suffix("Exec").unwrap_or(node);
    let mut name = String::new();
    for (at, c) in node.char_indices() {
        let is_word = at > 0 && c.is_ascii_uppercase();
        if is_word {
            name.push(' ');
        }
        name.push(if is_word { c.to_ascii_lowercase() } else { c });
    }
    match name.strip_prefix("Kpi") {
        Some(rest) => format!("KPI{rest}"),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words() {
        assert_eq!(name("HashJoinExec"), "Hash join");
        assert_eq!(name("KpiFoldExec"), "KPI fold");
        assert_eq!(name("DataSourceExec"), "Data source");
    }
}
