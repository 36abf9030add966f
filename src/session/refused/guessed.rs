//! Numbers with a point that a file was guessed to have. As amounts 1.1 and 1.10 are equal; as codes of plans or
//! customers they are two. So such a column is no entity and no item of a KPI until somebody says what it is, and a
//! statement that tells rows apart by one gets a note.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, plan_err};
use datafusion::datasource::source_as_provider;
use datafusion::error::Result;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    AggregateUDF, DdlStatement, Distinct, Expr, ExprSchemable, LogicalPlan, Operator,
    WindowFunctionDefinition,
};

use crate::session::exprs::sql::{in_sql, is_comparison};
use crate::tables::guessed;

/// What a person can do about a column; `None` where nothing needs doing.
type Ways = Option<Arc<str>>;

/// The names of the columns that a plan does something with. One that is only shown is seen as its file has it.
pub(in crate::session) fn columns(plan: &LogicalPlan) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    let mut add = |expr: &Expr| {
        columns.extend(expr.column_refs().into_iter().map(|c| c.name.clone()));
    };
    let mut node = plan;
    loop {
        node = match node {
            LogicalPlan::Projection(projection) => {
                let is_shown = |expr: &&Expr| matches!(unaliased(expr), Expr::Column(_));
                projection
                    .expr
                    .iter()
                    .filter(|expr| !is_shown(expr))
                    .for_each(&mut add);
                &projection.input
            }
            LogicalPlan::Limit(limit) => &limit.input,
            LogicalPlan::Sort(sort) => {
                sort.expr.iter().for_each(|key| add(&key.expr));
                &sort.input
            }
            _ => break,
        };
    }
    // A plan that cannot be walked fails for reasons of its own; so below.
    let _ = node.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| {
            add(expr);
            Ok(TreeNodeRecursion::Continue)
        })
    });
    columns
}

/// The names of the columns that a plan shows, also by other names.
pub(in crate::session) fn shown(plan: &LogicalPlan) -> BTreeSet<String> {
    let mut shown = BTreeSet::new();
    let mut node = plan;
    loop {
        node = match node {
            LogicalPlan::Projection(projection) => {
                let refs = projection.expr.iter().flat_map(Expr::column_refs);
                shown.extend(refs.map(|column| column.name.clone()));
                &projection.input
            }
            LogicalPlan::Limit(limit) => &limit.input,
            LogicalPlan::Sort(sort) => &sort.input,
            LogicalPlan::Distinct(Distinct::All(input)) => input,
            LogicalPlan::Copy(copy) => &copy.input,
            _ => return shown,
        };
    }
}

/// What is to be said of the keys of a plan; an error where a KPI cannot have them.
pub(in crate::session) fn check(plan: &LogicalPlan) -> Result<Vec<String>> {
    let mut notes = vec![];
    if !any_is_marked(plan) {
        return Ok(notes);
    }
    plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        compared(&mut notes, node, &schema)?;
        match node {
            LogicalPlan::Join(join) => {
                for (left, right) in &join.on {
                    for (input, key) in [(&join.left, left), (&join.right, right)] {
                        note(&mut notes, key, "a join", input.schema(), &outputs(input));
                    }
                }
            }
            LogicalPlan::Aggregate(aggregate) => {
                let known = outputs(&aggregate.input);
                for expr in keys(&aggregate.group_expr) {
                    note(&mut notes, expr, "GROUP BY", &schema, &known);
                }
                for expr in &aggregate.aggr_expr {
                    if let Expr::AggregateFunction(call) = unaliased(expr) {
                        let (func, params) = (&call.func, &call.params);
                        refuse(func, &params.args, &schema, &known)?;
                        let what = match func.name() {
                            "count" | "array_agg" | "string_agg" if params.distinct => {
                                format!("{}(DISTINCT …)", func.name())
                            }
                            "approx_distinct" => "approx_distinct".to_string(),
                            _ => continue,
                        };
                        for arg in &params.args {
                            note(&mut notes, arg, &what, &schema, &known);
                        }
                    }
                }
            }
            LogicalPlan::Window(window) => {
                let known = outputs(&window.input);
                for expr in &window.window_expr {
                    let Expr::WindowFunction(call) = unaliased(expr) else {
                        continue;
                    };
                    for key in &call.params.partition_by {
                        note(&mut notes, key, "PARTITION BY", &schema, &known);
                    }
                    if let WindowFunctionDefinition::AggregateUDF(func) = &call.fun {
                        refuse(func, &call.params.args, &schema, &known)?;
                    }
                }
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                let known = outputs(input);
                for column in input.schema().columns() {
                    let expr = Expr::Column(column);
                    note(&mut notes, &expr, "SELECT DISTINCT", &schema, &known);
                }
            }
            _ => {}
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(notes)
}

/// What is known of the columns of the table that a CREATE TABLE makes, by their names.
pub(in crate::session) fn of_created(plan: &LogicalPlan) -> BTreeMap<String, String> {
    let LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) = plan else {
        return BTreeMap::new();
    };
    let fields = create.input.schema().fields().iter();
    let known = outputs(&create.input);
    let marked = fields.zip(known);
    marked
        .filter_map(|(field, ways)| Some((field.name().clone(), ways?.to_string())))
        .collect()
}

/// Numbers that are compared with a text, as a code would be.
fn compared(notes: &mut Vec<String>, node: &LogicalPlan, schema: &DFSchema) -> Result<()> {
    let known: Vec<Ways> = node.inputs().into_iter().flat_map(outputs).collect();
    if known.len() != schema.fields().len() {
        return Ok(());
    }
    let mut compare = |number: &Expr, texts: &[&Expr]| {
        let is_text = |expr: &Expr| {
            let value = match unaliased(expr) {
                Expr::Literal(value, _) => value,
                _ => return false,
            };
            value.data_type().is_string()
        };
        if let Some(text) = texts.iter().find(|text| is_text(text)) {
            let what = format!("a comparison with {}", in_sql(text));
            note(notes, number, &what, schema, &known);
        }
    };
    node.apply_expressions(|expr| {
        expr.apply(|expr| {
            match expr {
                Expr::BinaryExpr(binary) if is_comparison(binary.op) => {
                    compare(&binary.left, &[&binary.right]);
                    compare(&binary.right, &[&binary.left]);
                }
                Expr::InList(list) => compare(&list.expr, &list.list.iter().collect::<Vec<_>>()),
                Expr::Case(case) => {
                    if let Some(value) = &case.expr {
                        let whens = case.when_then_expr.iter().map(|(when, _)| when.as_ref());
                        compare(value, &whens.collect::<Vec<_>>());
                    }
                }
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        })
    })?;
    Ok(())
}

fn any_is_marked(plan: &LogicalPlan) -> bool {
    let mut any = false;
    let _ = plan.apply_with_subqueries(|node| {
        any |=
            matches!(node, LogicalPlan::TableScan(_)) && outputs(node).iter().any(Option::is_some);
        Ok(TreeNodeRecursion::Continue)
    });
    any
}

fn unaliased(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => unaliased(&alias.expr),
        expr => expr,
    }
}

/// The keys of GROUP BY, also of several groupings.
fn keys(exprs: &[Expr]) -> Vec<&Expr> {
    let mut keys = vec![];
    for expr in exprs {
        match expr {
            Expr::GroupingSet(sets) => keys.extend(sets.distinct_expr()),
            expr => keys.push(expr),
        }
    }
    keys
}

fn note(notes: &mut Vec<String>, expr: &Expr, what: &str, schema: &DFSchema, known: &[Ways]) {
    if let Some(ways) = ways(expr, schema, known) {
        let name = unaliased(expr);
        let name = match name {
            Expr::Column(column) => column.name.clone(),
            other => other.schema_name().to_string(),
        };
        notes.push(format!(
            "{name} in {what} is a number with a point as far as its file tells: codes such as 1.1 and 1.10 would be \
             one. {ways}"
        ));
    }
}

fn refuse(func: &AggregateUDF, args: &[Expr], schema: &DFSchema, known: &[Ways]) -> Result<()> {
    let Some((function, keys)) = crate::session_support::keys(func, args, schema) else {
        return Ok(());
    };
    for (position, noun) in keys {
        if let Some(ways) = ways(&args[position], schema, known) {
            return plan_err!(
                "{function}: argument {}, {}, is a number with a point as far as its file tells, and 1.1 and 1.10 \
                 would be one and the same {noun}: {ways}",
                position + 1,
                args[position]
            );
        }
    }
    Ok(())
}

/// What an expression over columns is, of which `known` is known. A text that was made of such a number is as good as
/// the number.
fn ways(expr: &Expr, schema: &DFSchema, known: &[Ways]) -> Ways {
    let of = |expr: &Expr| ways(expr, schema, known);
    match expr {
        Expr::Column(column) => known.get(schema.maybe_index_of_column(column)?)?.clone(),
        Expr::Alias(alias) => of(&alias.expr),
        Expr::Cast(cast) if !is_whole(cast.field.data_type()) => of(&cast.expr),
        Expr::TryCast(cast) if !is_whole(cast.field.data_type()) => of(&cast.expr),
        Expr::BinaryExpr(binary) if binary.op == Operator::StringConcat => {
            of(&binary.left).or_else(|| of(&binary.right))
        }
        Expr::ScalarFunction(call) if call.name() == "get_field" => {
            let data_type = expr.get_type(schema).ok()?;
            let may_be = data_type == DataType::Float64 || data_type.is_nested();
            call.args.first().filter(|_| may_be).and_then(of)
        }
        Expr::ScalarFunction(call)
            if matches!(call.name(), "concat" | "trim" | "btrim" | "coalesce") =>
        {
            call.args.iter().find_map(of)
        }
        _ => None,
    }
}

fn is_whole(data_type: &DataType) -> bool {
    data_type.is_integer()
}

/// What is known of the columns of a plan.
fn outputs(plan: &LogicalPlan) -> Vec<Ways> {
    let n = plan.schema().fields().len();
    let of_exprs = |exprs: &[Expr], input: &LogicalPlan| -> Vec<Ways> {
        let known = outputs(input);
        let of = |expr| ways(expr, input.schema(), &known);
        exprs.iter().map(of).collect()
    };
    let mut known = match plan {
        LogicalPlan::TableScan(scan) => match source_as_provider(&scan.source) {
            Ok(provider) => {
                let marks = guessed::ways(provider.as_ref());
                let fields = plan.schema().fields().iter();
                let of = |name: &str| Some(Arc::from(marks?.get(name)?.as_str()));
                fields.map(|field| of(field.name())).collect()
            }
            Err(_) => vec![],
        },
        LogicalPlan::Projection(projection) => of_exprs(&projection.expr, &projection.input),
        LogicalPlan::Aggregate(aggregate) => {
            let keys: Vec<Expr> = keys(&aggregate.group_expr).into_iter().cloned().collect();
            of_exprs(&keys, &aggregate.input)
        }
        LogicalPlan::Union(union) => {
            let mut known = vec![None; n];
            for input in &union.inputs {
                for (known, new) in known.iter_mut().zip(outputs(input)) {
                    *known = known.take().or(new);
                }
            }
            known
        }
        LogicalPlan::Join(join) => {
            let (left, right) = (outputs(&join.left), outputs(&join.right));
            match left.len() {
                l if n >= l + right.len() => [left, right].concat(),
                l if n == l || n == l + 1 => left,
                _ => right,
            }
        }
        // The columns of a window's input come first; those of all other nodes with one input are its columns.
        other => match &other.inputs()[..] {
            [input] if n >= input.schema().fields().len() => outputs(input),
            _ => vec![],
        },
    };
    known.resize(n, None);
    known
}
