//! A call of a KPI, and what DataFusion does with it.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Schema};
use datafusion::logical_expr::function::AccumulatorArgs;
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{Column, Literal};
use kpi_sql::define::Form;

use crate::columns::{Ids, Rows, literal, rows};
use crate::{BATCH, BATCHES, GROUPS};

/// The arguments of some rows, and the group of each.
pub struct Batch {
    arguments: Vec<ArrayRef>,
    groups: Vec<usize>,
}

/// The first form of a KPI, called on generated columns.
pub struct Call {
    function: AggregateUDF,
    rows: Rows,
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    fields: Vec<FieldRef>,
    result: FieldRef,
}

impl Call {
    pub fn new(name: &str, ids: Ids) -> Self {
        let kpi = kpi_sql::kpi::find(name).expect("the name is that of a KPI");
        let form = &kpi.forms[0];
        let functions = kpi_sql::functions();
        let function = functions.into_iter().find(|f| f.name() == name);
        let function = function.expect("every KPI has a function");
        let rows = rows(form, ids, GROUPS, BATCHES * BATCH);
        let schema = rows.columns.schema();
        let fields = schema.fields().to_vec();
        let types: Vec<DataType> = fields.iter().map(|f| f.data_type().clone()).collect();
        let result = function
            .return_type(&types)
            .expect("the columns are of the types that the form takes");
        Call {
            arguments: arguments(form, &schema),
            function,
            rows,
            fields,
            result: Arc::new(Field::new(name, result, true)),
        }
    }

    pub fn accumulator(&self) -> Box<dyn GroupsAccumulator> {
        let args = AccumulatorArgs {
            return_field: self.result.clone(),
            schema: &self.rows.columns.schema(),
            ignore_nulls: false,
            order_bys: &[],
            is_reversed: false,
            name: self.function.name(),
            is_distinct: false,
            exprs: &self.arguments,
            expr_fields: &self.fields,
        };
        let accumulator = self.function.create_groups_accumulator(args);
        accumulator.expect("the call is a good one")
    }

    /// All rows, a batch at a time.
    pub fn batches(&self) -> Vec<Batch> {
        let groups = self.rows.groups.chunks(BATCH).enumerate();
        groups
            .map(|(number, groups)| {
                let rows = self.rows.columns.slice(number * BATCH, groups.len());
                Batch {
                    arguments: rows.columns().to_vec(),
                    groups: groups.to_vec(),
                }
            })
            .collect()
    }

    /// An accumulator that has seen some batches.
    pub fn folded(&self, batches: &[Batch]) -> Box<dyn GroupsAccumulator> {
        let mut accumulator = self.accumulator();
        update(accumulator.as_mut(), batches);
        accumulator
    }
}

/// What stands in the parentheses: a column, or the value that a form wants written out.
fn arguments(form: &Form, schema: &Schema) -> Vec<Arc<dyn PhysicalExpr>> {
    let arguments = form.args.iter().enumerate();
    arguments
        .map(|(position, arg)| match literal(arg.kind) {
            Some(value) => Arc::new(Literal::new(value)) as Arc<dyn PhysicalExpr>,
            None => Arc::new(Column::new(schema.field(position).name(), position)),
        })
        .collect()
}

pub fn update(accumulator: &mut dyn GroupsAccumulator, batches: &[Batch]) {
    for batch in batches {
        accumulator
            .update_batch(&batch.arguments, &batch.groups, None, GROUPS)
            .expect("the rows are good ones");
    }
}

/// The partial state: a row for each group.
pub fn state(accumulator: &mut dyn GroupsAccumulator) -> Vec<ArrayRef> {
    accumulator
        .state(EmitTo::All)
        .expect("there is always a state")
}

pub fn merge(accumulator: &mut dyn GroupsAccumulator, states: &[Vec<ArrayRef>]) {
    let groups: Vec<usize> = (0..GROUPS).collect();
    for state in states {
        accumulator
            .merge_batch(state, &groups, GROUPS)
            .expect("the state is one of the same call");
    }
}

pub fn evaluate(accumulator: &mut dyn GroupsAccumulator) -> ArrayRef {
    accumulator
        .evaluate(EmitTo::All)
        .expect("there is always a value")
}
