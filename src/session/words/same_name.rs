//! Two calls that differ in a CAST alone. DataFusion leaves CAST out of the names of columns, so it takes them for one.

use std::ops::ControlFlow;

use datafusion::sql::parser::Statement as Ast;
use datafusion::sql::sqlparser::ast::{Expr, visit_expressions, visit_expressions_mut};

/// What a statement can do that has two such calls.
pub(in crate::session) fn explain(ast: &Ast) -> Option<String> {
    let Ast::Statement(statement) = ast else {
        return None;
    };
    let mut calls: Vec<Expr> = vec![];
    let _ = visit_expressions(statement.as_ref(), |expr| {
        if matches!(expr, Expr::Function(_)) {
            calls.push(expr.clone());
        }
        ControlFlow::<()>::Continue(())
    });
    calls.iter().enumerate().find_map(|(i, one)| {
        let other = calls[..i]
            .iter()
            .find(|other| *other != one && without_casts(other) == without_casts(one))?;
        let (with, cast) = [one, other]
            .into_iter()
            .find_map(|call| Some((call, first_cast(call)?)))?;
        let name = "converted";
        let cast_text = cast.to_string();
        let of_name = with.to_string().replace(&cast_text, name);
        Some(format!(
            "{other} and {one} differ in a CAST alone, and the SQL engine leaves that out of the names of columns; cast \
             in a subquery: SELECT … {of_name} … FROM (SELECT *, {cast_text} AS {name} FROM …)"
        ))
    })
}

fn without_casts(call: &Expr) -> Expr {
    let mut call = call.clone();
    let _ = visit_expressions_mut(&mut call, |expr| {
        while let Expr::Cast { expr: inner, .. } = expr {
            *expr = inner.as_ref().clone();
        }
        ControlFlow::<()>::Continue(())
    });
    call
}

fn first_cast(call: &Expr) -> Option<Expr> {
    let found = visit_expressions(call, |expr| match expr {
        Expr::Cast { .. } => ControlFlow::Break(expr.clone()),
        _ => ControlFlow::Continue(()),
    });
    match found {
        ControlFlow::Break(cast) => Some(cast),
        ControlFlow::Continue(()) => None,
    }
}
