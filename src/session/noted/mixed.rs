//! Texts that are compared with numbers: SQL reads the texts as numbers, and the ids '00123' and '123' become one.

use datafusion::common::DFSchema;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};

use crate::session::exprs::noted;
use crate::session::exprs::sql::{in_sql, is_comparison, is_text};

/// What is to be said of the comparisons of a plan that has not been analyzed: afterwards both sides are numbers.
pub(in crate::session) fn notes(plan: &LogicalPlan) -> Vec<String> {
    let mut notes = noted::of_exprs(plan, |expr, _, schema| [in_expr(expr, schema)]);
    // A plan that cannot be walked fails for reasons of its own.
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Join(join) = node {
            for (left, right) in &join.on {
                let (left_schema, right_schema) = (join.left.schema(), join.right.schema());
                notes.extend(note((left, left_schema), (right, right_schema)));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    });
    notes.sort();
    notes.dedup();
    notes
}

fn in_expr(expr: &Expr, schema: &DFSchema) -> Option<String> {
    let pair = |a, b| note((a, schema), (b, schema));
    match expr {
        Expr::BinaryExpr(binary) if is_comparison(binary.op) => pair(&binary.left, &binary.right),
        Expr::InList(list) => list.list.iter().find_map(|item| pair(&list.expr, item)),
        Expr::Between(between) => {
            pair(&between.expr, &between.low).or_else(|| pair(&between.expr, &between.high))
        }
        Expr::Case(case) => {
            let value = case.expr.as_deref()?;
            let mut whens = case.when_then_expr.iter();
            whens.find_map(|(when, _)| pair(value, when))
        }
        Expr::InSubquery(subquery) => {
            let inner = subquery.subquery.subquery.schema();
            let column = Expr::Column(inner.columns().into_iter().next()?);
            note((&subquery.expr, schema), (&column, inner))
        }
        _ => None,
    }
}

fn note(a: (&Expr, &DFSchema), b: (&Expr, &DFSchema)) -> Option<String> {
    let text_and_number = |(text, text_schema): (&Expr, &DFSchema),
                           (number, number_schema): (&Expr, &DFSchema)| {
        // A text that a person wrote beside a column of numbers is a number.
        let is_literal = text.column_refs().is_empty();
        let is_text = !is_literal && is_text(&text.get_type(text_schema).ok()?);
        let is_number = number.get_type(number_schema).ok()?.is_numeric();
        (is_text && is_number).then(|| (text.clone(), number.clone()))
    };
    let (text, number) = text_and_number(a, b).or_else(|| text_and_number(b, a))?;
    let (text, number) = (in_sql(&text), in_sql(&number));
    let as_text = match number.parse::<f64>() {
        Ok(_) => format!("{text} with '{number}'"),
        Err(_) => format!("{text} with CAST({number} AS VARCHAR)"),
    };
    Some(format!(
        "{text} is a text and {number} a number, and they are compared as numbers: '00123' and '123' are one there. \
         A comparison of {as_text} keeps them apart"
    ))
}
