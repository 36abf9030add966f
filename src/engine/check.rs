//! What is refused when a query is planned.
//!
//! Types are checked by the function itself. DISTINCT and ORDER BY inside a call, the values of literal arguments and
//! whether an argument is a column are not shown to it before the query runs, so an analyzer rule looks for them.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::{
    AggregateFunction, AggregateFunctionParams, NullTreatment, WindowFunction,
};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, Expr, ExprSchemable, LogicalPlan, WindowFunctionDefinition,
};
use datafusion::optimizer::AnalyzerRule;

use super::aggregate::advice::{
    GivenArgument, call_that_works, identifier, is_named_like_a_flag, of_made_up,
};
use super::aggregate::function::KpiFunction;
use super::aggregate::literal::written_literal;
use super::aggregate::refusal::{refusal, refuse_distinct};
use super::aggregate::signature::form_for;
use super::aggregate::udaf::KpiUdaf;
use crate::define::{Arg, Form, Kind};
use crate::engine::judged::judging_aggregate::JudgingAggregate;
use crate::engine::judged::totals::refuse_totals;
use crate::engine::stored::merge::KpiMerge;
use crate::fold::facts::call::{Variant, plain_type};

/// Refuses calls of KPIs that would fail or mislead while running.
#[derive(Debug, Default)]
pub struct CheckKpiCalls;

impl AnalyzerRule for CheckKpiCalls {
    fn name(&self) -> &str {
        "check_kpi_calls"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.apply_with_subqueries(|node| {
            refuse_totals(node)?;
            let schema = merge_schema(&node.inputs());
            node.apply_expressions(|expr| {
                expr.apply(|expr| check(expr, &schema).map(|()| TreeNodeRecursion::Continue))
            })
        })?;
        Ok(plan)
    }
}

fn check(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::AggregateFunction(AggregateFunction { func, params }) => {
            let AggregateFunctionParams {
                args,
                distinct,
                order_by,
                null_treatment,
                ..
            } = params;
            check_call(
                func,
                args,
                *distinct,
                order_by.is_empty(),
                null_treatment,
                schema,
            )
        }
        Expr::WindowFunction(window) => {
            let WindowFunction { fun, params } = window.as_ref();
            match fun {
                // The ORDER BY of a window belongs to its OVER clause.
                WindowFunctionDefinition::AggregateUDF(func) => check_call(
                    func,
                    &params.args,
                    params.distinct,
                    true,
                    &params.null_treatment,
                    schema,
                ),
                WindowFunctionDefinition::WindowUDF(_) => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn check_call(
    func: &AggregateUDF,
    args: &[Expr],
    distinct: bool,
    unordered: bool,
    null_treatment: &Option<NullTreatment>,
    schema: &DFSchema,
) -> Result<()> {
    if func.inner().downcast_ref::<KpiMerge>().is_some() && (distinct || !unordered) {
        let clause = if distinct { "DISTINCT" } else { "ORDER BY" };
        return Err(DataFusionError::Plan(format!(
            "{0}: {clause} inside the call is not supported: each state is merged once for each row that has it, in \
             any order. Example: {0}(state)",
            func.name()
        )));
    }
    if let Some(judging) = func.inner().downcast_ref::<JudgingAggregate>() {
        return match (distinct, unordered, null_treatment) {
            (true, _, _) => judging.refuse("DISTINCT"),
            (_, false, _) => judging.refuse("ORDER BY"),
            (_, _, Some(_)) => judging.refuse("IGNORE NULLS and RESPECT NULLS"),
            (false, true, None) => Ok(()),
        };
    }
    let Some(udaf) = func.inner().downcast_ref::<KpiUdaf>() else {
        return Ok(());
    };
    let function = udaf.function();
    if distinct {
        return Err(refuse_distinct(function));
    }
    if !unordered {
        return Err(refusal(
            function,
            "ORDER BY",
            "the order of the rows makes no difference",
        ));
    }
    if null_treatment.is_some() {
        return Err(refusal(
            function,
            "IGNORE NULLS and RESPECT NULLS",
            function.kpi.nulls,
        ));
    }
    let types = args
        .iter()
        .map(|arg| arg.get_type(schema))
        .collect::<Result<Vec<DataType>>>()?;
    let form = form_for(function, &types)?;
    refuse_lists(function, form, args, &types)?;
    refuse_quoted_columns(function, form, args, schema)?;
    refuse_flags_as_items(function, form, args, &types)?;
    refuse_constant_items(function, form, args)?;
    written_literal(function, form, args).map(|_| ())
}

/// Refuses a column that by its name is a flag, where it is no BOOLEAN and so would be taken for an item: to count the
/// customers with both a Yes and a No is what nobody wants.
fn refuse_flags_as_items(
    function: KpiFunction,
    form: &Form,
    args: &[Expr],
    types: &[DataType],
) -> Result<()> {
    let column = |expr| match expr {
        &Expr::Column(ref column) | &Expr::OuterReferenceColumn(_, ref column) => {
            Some(column.name.as_str())
        }
        _ => None,
    };
    let given = args
        .iter()
        .zip(types)
        .map(|(arg, data_type)| GivenArgument {
            data_type,
            column: column(arg),
        });
    let given: Vec<GivenArgument> = given.collect();
    for (position, (arg, of)) in form.args.iter().zip(&given).enumerate() {
        let Some(name) = of.column.filter(|name| is_named_like_a_flag(name)) else {
            continue;
        };
        let mut forms = function.kpi.forms.iter();
        let with_flag = forms.find(|other| {
            other.args.len() == form.args.len() && other.args[position].kind == Kind::Flag
        });
        let (Kind::Item | Kind::Entity, Some(with_flag)) = (arg.kind, with_flag) else {
            continue;
        };
        let name = identifier(name);
        return Err(DataFusionError::Plan(format!(
            "{}: argument {} is the column {name} of type {}: by its name it is a flag, which must be a BOOLEAN; its \
             values would be counted as {}s. Example: {}. If they are {}s, write CAST({name} AS VARCHAR), or give \
             the column another name in a subquery{}",
            function.name(),
            position + 1,
            of.data_type,
            arg.name,
            call_that_works(function, with_flag, &given),
            arg.name,
            of_made_up(with_flag, &given),
        )));
    }
    Ok(())
}

/// Refuses a list in the place of one thing that is counted: ['CRM', 'Chat'] would be one product.
fn refuse_lists(
    function: KpiFunction,
    form: &Form,
    args: &[Expr],
    types: &[DataType],
) -> Result<()> {
    let is_list = |data_type: &DataType| {
        matches!(
            plain_type(data_type),
            DataType::List(_)
                | DataType::LargeList(_)
                | DataType::FixedSizeList(_, _)
                | DataType::ListView(_)
                | DataType::LargeListView(_)
        )
    };
    let mut all = form.args.iter().zip(args).zip(types).enumerate();
    let found = all.find(|(_, ((arg, _), data_type))| arg.kind == Kind::Item && is_list(data_type));
    let Some((position, ((arg, given), _))) = found else {
        return Ok(());
    };
    let list = match given {
        Expr::Column(column) => identifier(&column.name),
        _ => "list".to_string(),
    };
    let name = |i: usize, of: &Arg| match &args[i] {
        Expr::Column(column) if i != position => identifier(&column.name),
        _ if i == position => of.name.to_string(),
        _ => of.column.to_string(),
    };
    let names: Vec<String> = form
        .args
        .iter()
        .enumerate()
        .map(|(i, of)| name(i, of))
        .collect();
    Err(DataFusionError::Plan(format!(
        "{}: argument {} is a list, and each list would be counted as one {}; unnest makes a row of each of its elements. \
         Example: SELECT {}({}) FROM (SELECT *, unnest({list}) AS {} FROM t)",
        function.name(),
        position + 1,
        arg.name,
        function.name(),
        names.join(", "),
        arg.name,
    )))
}

/// Refuses a text in the place of a thing that is counted if there is a column of that name: 'customer_id' would be one
/// customer.
fn refuse_quoted_columns(
    function: KpiFunction,
    form: &Form,
    args: &[Expr],
    schema: &DFSchema,
) -> Result<()> {
    for (position, (arg, given)) in form.args.iter().zip(args).enumerate() {
        let text = constant(given).and_then(|value| value.try_as_str().flatten());
        let Some(text) = text.filter(|_| matches!(arg.kind, Kind::Entity | Kind::Item)) else {
            continue;
        };
        let fields = schema.fields().iter();
        let mut names = fields.map(|field| field.name());
        if let Some(column) = names.find(|name| name.eq_ignore_ascii_case(text)) {
            return Err(DataFusionError::Plan(format!(
                "{}: argument {} is the text '{text}', the same {} in all rows, and there is a column of this name; a \
                 column stands without quotes or in double ones: {}",
                function.name(),
                position + 1,
                arg.name,
                identifier(column),
            )));
        }
    }
    Ok(())
}

/// Refuses an item that is written out where a flag could be: whoever writes penetration(customer_id, 'CRM') means those
/// who have it, and of one product alone nobody has a second one. A state may be that of one product, to be merged.
fn refuse_constant_items(function: KpiFunction, form: &Form, args: &[Expr]) -> Result<()> {
    if function.variant == Variant::State {
        return Ok(());
    }
    for (position, (arg, given)) in form.args.iter().zip(args).enumerate() {
        let Some(value) = constant(given) else {
            continue;
        };
        // NULL is a flag of which nothing is known.
        if value.is_null() {
            continue;
        }
        let mut forms = function.kpi.forms.iter();
        let has_flag = forms.any(|other| {
            other.args.len() == form.args.len() && other.args[position].kind == Kind::Flag
        });
        let has_item = function.kpi.forms.iter().any(|other| {
            other
                .args
                .get(position)
                .is_some_and(|a| a.kind == Kind::Item)
        });
        if !has_flag || !has_item || arg.kind != Kind::Item {
            continue;
        }
        let shown = match value.try_as_str() {
            Some(Some(text)) => format!("'{}'", text.replace('\'', "''")),
            _ => value.to_string(),
        };
        let call = form
            .args
            .iter()
            .zip(args)
            .enumerate()
            .map(|(i, (of, given))| {
                let column = match given {
                    Expr::Column(column) if i != position => identifier(&column.name),
                    _ => of.column.to_string(),
                };
                match i == position {
                    true => format!("{column} = {shown}"),
                    false => column,
                }
            });
        let call: Vec<String> = call.collect();
        return Err(DataFusionError::Plan(format!(
            "{}: argument {}, {shown}, is the same in all rows; it must be a column or a condition. Example: {}({})",
            function.name(),
            position + 1,
            function.name(),
            call.join(", ")
        )));
    }
    Ok(())
}

fn constant(expr: &Expr) -> Option<&ScalarValue> {
    match expr {
        Expr::Literal(value, _) => Some(value),
        Expr::Alias(alias) => constant(&alias.expr),
        Expr::Cast(cast) => constant(&cast.expr),
        _ => None,
    }
}
