//! A condition over the columns of a result, such as `cross_sell_ratio < 10`, that is judged row by row while the result is
//! read. It is planned as a statement over a table without rows that has the columns of the result, so everything that is
//! refused, rewritten or bound in a statement is so in a condition.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::DFSchemaRef;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::optimizer::simplify_expressions::{ExprSimplifier, SimplifyContext};
use datafusion::physical_plan::PhysicalExpr;
use datafusion::sql::sqlparser::ast::{Expr as SqlExpr, Ident, Query, Visit, Visitor};

use super::error::{Error, ErrorKind};
use super::parameters::Parameter;
use super::run::Session;
use super::script::{Statement, expression};
use super::words::messages;
use crate::tables::sql_name;

/// What the table is called that has the columns of a result. Nobody types such a name.
const THE_RESULT: &str = "the result that is judged";

/// A condition that was read and not yet held against a result.
#[derive(Debug, Clone)]
pub(crate) struct Condition {
    statement: Statement,
    columns: Vec<String>,
}

impl Condition {
    /// Reads the text of a condition that stands at `place`, such as an argument.
    ///
    /// # Errors
    /// What is no SQL expression, and what cannot be known from one row.
    pub fn parse(place: &str, text: &str) -> Result<Self, Error> {
        let parsed = expression(place, text)?;
        let mut seen = Seen::default();
        let _ = parsed.visit(&mut seen);
        let statement = Statement::of_rows(place, text, parsed, THE_RESULT)?;
        if seen.has_a_query {
            return Err(statement.error(
                ErrorKind::Query,
                "a condition is about the columns of one row, and has no SELECT in it; give the query a column with what it is \
                 compared with",
            ));
        }
        if seen.columns.is_empty() {
            return Err(statement.error(
                ErrorKind::Query,
                "the condition names no column of a result, so it says the same of every row; an example: cross_sell_ratio < 10",
            ));
        }
        Ok(Self {
            statement,
            columns: seen.columns.into_iter().collect(),
        })
    }

    /// The columns that it names, as SQL reads them: in lower case, unless they stand in quotes.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The statement that stands for it, for those who look for the parameters of a run.
    pub fn statement(&self) -> &Statement {
        &self.statement
    }
}

/// What stands in an expression.
#[derive(Default)]
struct Seen {
    columns: BTreeSet<String>,
    has_a_query: bool,
}

impl Visitor for Seen {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.has_a_query = true;
        ControlFlow::Break(())
    }

    fn pre_visit_expr(&mut self, expr: &SqlExpr) -> ControlFlow<()> {
        let name = match expr {
            SqlExpr::Identifier(name) => Some(name),
            // The first is the column, the others are fields of it.
            SqlExpr::CompoundIdentifier(names) => names.first(),
            _ => None,
        };
        self.columns.extend(name.map(column));
        ControlFlow::Continue(())
    }
}

fn column(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}

/// A condition that is planned for the columns of a result.
pub(crate) struct RowJudge {
    statement: Statement,
    condition: Arc<dyn PhysicalExpr>,
}

impl RowJudge {
    /// In which rows the condition holds; NULL where that is not known.
    ///
    /// # Errors
    /// What went wrong in a row, as a division by zero.
    pub fn of(&self, rows: &RecordBatch) -> Result<BooleanArray, Error> {
        let judged = self.condition.evaluate(rows);
        let judged = judged.and_then(|value| value.into_array(rows.num_rows()));
        let judged = judged.and_then(|array| Ok(cast(&array, &DataType::Boolean)?));
        let judged =
            judged.map_err(|e| self.statement.error(ErrorKind::Data, &messages::of(&e)))?;
        Ok(judged.as_boolean().clone())
    }
}

impl Session {
    /// Plans a condition for a result with these columns; the values of its `$name`s are in `parameters`.
    ///
    /// # Errors
    /// What is wrong with the condition: of what type its parts are, what is no condition at all, what needs more than a row.
    pub(crate) async fn judge(
        &mut self,
        condition: &Condition,
        result: &Schema,
        parameters: &[Parameter],
    ) -> Result<RowJudge, Error> {
        let statement = &condition.statement;
        let table = EmptyTable::new(told_apart(result));
        self.add_provider(THE_RESULT, Arc::new(table))?;
        let planned = self.plan(statement, parameters).await;
        self.remove_table(THE_RESULT)?;
        let plan = planned?.plan().clone();
        let state = self.context().state();
        let failed = |e: DataFusionError| statement.error(ErrorKind::Query, &messages::of(&e));
        let plan = analyzed(&state, plan).map_err(failed)?;
        let Some((expr, input)) = of_one_row(&plan) else {
            return Err(statement.error(
                ErrorKind::Query,
                "a condition is judged row by row, and this one needs several rows; compute it in the query, as a column, and compare \
                 that column",
            ));
        };
        let condition = physical(&state, expr, input).map_err(failed)?;
        let data_type = condition.data_type(input.as_arrow()).map_err(failed)?;
        match data_type {
            DataType::Boolean | DataType::Null => Ok(RowJudge {
                statement: statement.clone(),
                condition,
            }),
            other => {
                let words = format!(
                    "a condition is true or false, and this is {}; compare it with something, as in customers < 30",
                    sql_name(&other)
                );
                Err(statement.error(ErrorKind::Query, &words))
            }
        }
    }
}

/// The columns of a result; where several have one name, none of them has it.
fn told_apart(result: &Schema) -> SchemaRef {
    let fields = result.fields().iter().enumerate();
    let is_twice = |name: &str| result.fields().iter().filter(|f| f.name() == name).count() > 1;
    let fields = fields.map(|(i, field)| match is_twice(field.name()) {
        true => {
            let name = format!("{} in column {}", field.name(), i + 1);
            Arc::new(field.as_ref().clone().with_name(name))
        }
        false => Arc::clone(field),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn analyzed(state: &SessionState, plan: LogicalPlan) -> PlanResult<LogicalPlan> {
    let analyzer = state.analyzer();
    analyzer.execute_and_check(plan, state.config_options(), |_, _| {})
}

/// The condition, and the columns it is about, if it is about one row alone.
fn of_one_row(plan: &LogicalPlan) -> Option<(Expr, &DFSchemaRef)> {
    let LogicalPlan::Projection(projection) = plan else {
        return None;
    };
    let is_the_result = matches!(projection.input.as_ref(), LogicalPlan::TableScan(_));
    let [expr] = projection.expr.as_slice() else {
        return None;
    };
    is_the_result.then(|| (expr.clone().unalias(), projection.input.schema()))
}

/// The condition as it is run. Simplified, because now() and its like have no value before.
fn physical(
    state: &SessionState,
    expr: Expr,
    input: &DFSchemaRef,
) -> PlanResult<Arc<dyn PhysicalExpr>> {
    let context = SimplifyContext::builder()
        .with_schema(Arc::clone(input))
        .with_config_options(Arc::clone(state.config_options()))
        .with_query_execution_start_time(state.execution_props().query_execution_start_time)
        .build();
    let simplified = ExprSimplifier::new(context).simplify(expr)?;
    state.create_physical_expr(simplified, input)
}
