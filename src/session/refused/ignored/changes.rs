//! DELETE and UPDATE: a table in memory looks at a condition over its own columns, and at nothing else. Of a subquery,
//! a LIMIT or a second table nothing would be left, and all rows would change.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Delete, Expr, FromTable, Query, TableWithJoins, Update, UpdateTableFromKind, Visit, Visitor,
};

use super::found::Verdict;
use crate::session::error::Refusal;

pub(super) fn delete(delete: &Delete) -> Verdict {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let table = from
        .first()
        .map_or("t".to_string(), |from| from.relation.to_string());
    let plain = || {
        let mut plain = delete.clone();
        (plain.limit, plain.returning, plain.output) = (None, None, None);
        plain.order_by.clear();
        plain.to_string()
    };
    selected(
        "DELETE",
        &plain,
        delete.limit.is_some(),
        !delete.order_by.is_empty(),
    )?;
    returned(
        "DELETE",
        &plain,
        delete.returning.is_some(),
        delete.output.is_some(),
    )?;
    let several = from.len() > 1 || from.iter().any(|from| !from.joins.is_empty());
    for (is_there, clause) in [
        (delete.using.is_some(), "USING"),
        (!delete.tables.is_empty() || several, "a second table"),
    ] {
        if is_there {
            let (other, on) = joined(&table, delete.using.as_deref(), delete.selection.as_ref());
            return anew(
                "DELETE",
                clause,
                &format!(
                    "CREATE OR REPLACE TABLE {table} AS SELECT {table}.* FROM {table} LEFT ANTI JOIN {other} ON {on}"
                ),
            );
        }
    }
    match &delete.selection {
        Some(condition) if has_a_query(condition) => anew(
            "DELETE",
            "a subquery",
            &format!(
                "CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} WHERE ({condition}) IS NOT TRUE"
            ),
        ),
        _ => ControlFlow::Continue(()),
    }
}

pub(in crate::session) fn update(update: &Update) -> Verdict {
    let table = update.table.relation.to_string();
    let plain = || {
        let mut plain = update.clone();
        (plain.limit, plain.returning, plain.output, plain.or) = (None, None, None, None);
        plain.order_by.clear();
        plain.to_string()
    };
    selected(
        "UPDATE",
        &plain,
        update.limit.is_some(),
        !update.order_by.is_empty(),
    )?;
    returned(
        "UPDATE",
        &plain,
        update.returning.is_some(),
        update.output.is_some(),
    )?;
    no_effect("UPDATE", "OR …", update.or.is_some(), &plain)?;
    let values: Vec<String> = update
        .assignments
        .iter()
        .map(|set| format!("{} AS {}", set.value, set.target))
        .collect();
    let values = values.join(", ");
    let from = update.from.as_ref().map(|from| match from {
        UpdateTableFromKind::BeforeSet(from) | UpdateTableFromKind::AfterSet(from) => &from[..],
    });
    for (is_there, clause) in [
        (from.is_some(), "FROM"),
        (!update.table.joins.is_empty(), "a second table"),
    ] {
        if is_there {
            let (other, on) = joined(&table, from, update.selection.as_ref());
            return anew(
                "UPDATE",
                clause,
                &format!(
                    "CREATE OR REPLACE TABLE {table} AS SELECT {table}.* REPLACE ({values}) FROM {table} JOIN {other} ON {on} \
                     UNION ALL SELECT {table}.* FROM {table} LEFT ANTI JOIN {other} ON {on}"
                ),
            );
        }
    }
    let has_a_query = update.selection.as_ref().is_some_and(has_a_query)
        || update.assignments.iter().any(|set| has_a_query(&set.value));
    if !has_a_query {
        return ControlFlow::Continue(());
    }
    let others = update
        .selection
        .as_ref()
        .map_or(String::new(), |condition| {
            format!(
                " WHERE {condition} UNION ALL SELECT * FROM {table} WHERE ({condition}) IS NOT TRUE"
            )
        });
    anew(
        "UPDATE",
        "a subquery",
        &format!(
            "CREATE OR REPLACE TABLE {table} AS SELECT * REPLACE ({values}) FROM {table}{others}"
        ),
    )
}

/// Clauses that say which of the rows are meant.
fn selected(statement: &str, plain: &dyn Fn() -> String, limit: bool, order: bool) -> Verdict {
    for (is_there, clause) in [(limit, "LIMIT"), (order, "ORDER BY")] {
        if is_there {
            return ControlFlow::Break(Refusal::new(format!(
                "{clause} in {statement} is not supported: it would have no effect, and all rows would change that WHERE finds. Leave it \
                 out, and say in WHERE which rows are meant: {}",
                plain()
            )));
        }
    }
    ControlFlow::Continue(())
}

/// Clauses that ask for the rows.
fn returned(statement: &str, plain: &dyn Fn() -> String, returning: bool, output: bool) -> Verdict {
    no_effect(statement, "RETURNING", returning, plain)?;
    no_effect(statement, "OUTPUT", output, plain)
}

fn no_effect(statement: &str, clause: &str, is_there: bool, plain: &dyn Fn() -> String) -> Verdict {
    match is_there {
        true => ControlFlow::Break(Refusal::new(format!(
            "{clause} in {statement} is not supported: it would have no effect. Leave it out: {}",
            plain()
        ))),
        false => ControlFlow::Continue(()),
    }
}

/// The other table of a statement, and by what its rows are found.
fn joined(table: &str, others: Option<&[TableWithJoins]>, on: Option<&Expr>) -> (String, String) {
    match (others, on) {
        (Some([other]), Some(on)) => (other.to_string(), on.to_string()),
        _ => ("u".to_string(), format!("{table}.id = u.id")),
    }
}

fn anew(statement: &str, clause: &str, instead: &str) -> Verdict {
    ControlFlow::Break(Refusal::new(format!(
        "{clause} in {statement} is not supported: it would have no effect, and all rows would change; make the \
         table anew: {instead}"
    )))
}

fn has_a_query(expr: &Expr) -> bool {
    struct Queries;
    impl Visitor for Queries {
        type Break = ();

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    expr.visit(&mut Queries).is_break()
}
