//! Arguments by name, `penetration(customer => c, product => p)`. DataFusion knows one list of names for each function,
//! and forgets them before types are known; here a call of a KPI is put in the order of the form that has its names.

use std::ops::ControlFlow;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, WindowFunctionDefinition};
use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    Expr as Written, Function, FunctionArg, FunctionArgExpr, FunctionArguments, VisitMut,
    VisitorMut,
};

use crate::session::error::Refusal;
use crate::session_support::names_of_forms;

/// A call by names: its function, and the names of the form that was meant.
pub(in crate::session) struct Named {
    function: String,
    form: Vec<&'static str>,
}

/// Puts the arguments of such calls in order; tells which forms were meant.
pub(in crate::session) fn in_order(ast: &mut Ast) -> Result<Vec<Named>, Refusal> {
    let mut calls = NamedCalls { named: vec![] };
    let found = match ast {
        Ast::Statement(sql) => sql.visit(&mut calls),
        Ast::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut calls),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Ast::Explain(explain) => return in_order(&mut explain.statement),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => ControlFlow::Continue(()),
    };
    match found {
        ControlFlow::Break(words) => Err(words),
        ControlFlow::Continue(()) => Ok(calls.named),
    }
}

struct NamedCalls {
    named: Vec<Named>,
}

impl VisitorMut for NamedCalls {
    type Break = Refusal;

    fn pre_visit_expr(&mut self, expr: &mut Written) -> ControlFlow<Refusal> {
        if let Written::Function(function) = expr {
            match order(function) {
                Ok(named) => self.named.extend(named),
                Err(words) => return ControlFlow::Break(words),
            }
        }
        ControlFlow::Continue(())
    }
}

/// The name of an argument, and what it is.
fn named(arg: &FunctionArg) -> Option<(String, &FunctionArgExpr)> {
    match arg {
        FunctionArg::Named { name, arg, .. } => Some((name.value.to_lowercase(), arg)),
        FunctionArg::ExprNamed {
            name: Written::Identifier(name),
            arg,
            ..
        } => Some((name.value.to_lowercase(), arg)),
        _ => None,
    }
}

fn order(function: &mut Function) -> Result<Option<Named>, Refusal> {
    let name = function.name.to_string().to_lowercase();
    let FunctionArguments::List(list) = &mut function.args else {
        return Ok(None);
    };
    let Some(first) = list.args.iter().position(|arg| named(arg).is_some()) else {
        return Ok(None);
    };
    let Some(forms) = names_of_forms(&name) else {
        return Ok(None);
    };
    let (plain, by_name) = list.args.split_at(first);
    let Some(by_name) = by_name.iter().map(named).collect::<Option<Vec<_>>>() else {
        // An argument without a name after one with a name is DataFusion's to refuse.
        return Ok(None);
    };
    let fits = |form: &&Vec<&'static str>| {
        form.len() == list.args.len()
            && form[first..]
                .iter()
                .all(|wanted| by_name.iter().filter(|(name, _)| name == wanted).count() == 1)
    };
    let Some(form) = forms.iter().find(fits) else {
        let given: Vec<&str> = by_name.iter().map(|(name, _)| name.as_str()).collect();
        let known: Vec<String> = forms
            .iter()
            .map(|form| format!("{name}({})", form.join(", ")))
            .collect();
        let example: Vec<String> = forms[0].iter().map(|arg| format!("{arg} => …")).collect();
        return Err(Refusal::new(format!(
            "{name}: no form of it has the names {}; there are {}. Example: {name}({})",
            given.join(", "),
            known.join(" and "),
            example.join(", ")
        )));
    };
    let ordered = form[first..].iter().filter_map(|wanted| {
        let (_, arg) = by_name.iter().find(|(name, _)| name == wanted)?;
        Some(FunctionArg::Unnamed((*arg).clone()))
    });
    let args = plain.iter().cloned().chain(ordered).collect();
    let form = form.clone();
    list.args = args;
    Ok(Some(Named {
        function: name,
        form,
    }))
}

/// Refuses a call that by its types is of another form than by its names: of two that have as many arguments, a BOOLEAN
/// chooses the one with a flag.
pub(in crate::session) fn check(all: &[Named], plan: &LogicalPlan) -> Result<(), Refusal> {
    if all.is_empty() {
        return Ok(());
    }
    let mut taken: Vec<(String, Vec<&'static str>)> = vec![];
    // A plan that cannot be walked fails for reasons of its own.
    let _ = plan.apply_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                let (func, args) = match expr {
                    Expr::AggregateFunction(call) => (&call.func, &call.params.args),
                    Expr::WindowFunction(window) => match &window.fun {
                        WindowFunctionDefinition::AggregateUDF(func) => (func, &window.params.args),
                        WindowFunctionDefinition::WindowUDF(_) => {
                            return Ok(TreeNodeRecursion::Continue);
                        }
                    },
                    _ => return Ok(TreeNodeRecursion::Continue),
                };
                let types = args.iter().map(|arg| arg.get_type(&schema));
                if let Ok(types) = types.collect::<Result<Vec<_>, _>>()
                    && let Some(form) = crate::session_support::arguments_of_form(func, &types)
                {
                    let names = form.into_iter().map(|(name, _)| name).collect();
                    taken.push((func.name().to_string(), names));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    for Named { function, form } in all {
        let of_function = taken.iter().filter(|(name, taken)| {
            crate::session_support::is_named(name, function) && taken.len() == form.len()
        });
        let of_function: Vec<_> = of_function.map(|(_, taken)| taken).collect();
        if let Some(other) = of_function.first()
            && !of_function.contains(&form)
        {
            let names = form.iter().zip(other.iter());
            let (meant, taken) = names
                .clone()
                .find(|(a, b)| a != b)
                .unwrap_or((&form[0], &other[0]));
            return Err(Refusal::new(format!(
                "{function}: {meant} is a BOOLEAN, which would be taken for the {taken} of {function}({}); write {taken} => …, \
                 or CAST(… AS VARCHAR) for {meant}, if true and false are two of them",
                other.join(", ")
            )));
        }
    }
    Ok(())
}
