//! DELETE and UPDATE: a table in memory looks at a condition over its own columns, and at nothing else. Of a subquery,
//! a LIMIT or a second table nothing would be left, and all rows would change.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Delete, Expr, FromTable, Query, Update, Visit, Visitor};

use super::found::Verdict;
use crate::session::error::Refusal;

pub(super) fn delete(delete: &Delete) -> Verdict {
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let table = from
        .first()
        .map_or("t".to_string(), |from| from.relation.to_string());
    let keep = |condition: &str| {
        format!(
            "CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} WHERE ({condition}) IS NOT TRUE"
        )
    };
    let several = from.len() > 1 || from.iter().any(|from| !from.joins.is_empty());
    for (is_there, clause) in [
        (delete.limit.is_some(), "LIMIT"),
        (!delete.order_by.is_empty(), "ORDER BY"),
        (delete.using.is_some(), "USING"),
        (delete.returning.is_some(), "RETURNING"),
        (delete.output.is_some(), "OUTPUT"),
        (!delete.tables.is_empty() || several, "a second table"),
    ] {
        if is_there {
            return refused("DELETE", clause, &keep("a > 1"));
        }
    }
    match &delete.selection {
        Some(condition) if has_a_query(condition) => {
            refused("DELETE", "a subquery", &keep(&condition.to_string()))
        }
        _ => ControlFlow::Continue(()),
    }
}

pub(in crate::session) fn update(update: &Update) -> Verdict {
    let table = update.table.relation.to_string();
    let values: Vec<String> = update
        .assignments
        .iter()
        .map(|set| format!("{} AS {}", set.value, set.target))
        .collect();
    let values = values.join(", ");
    let set = |condition: &str| {
        format!(
            "CREATE OR REPLACE TABLE {table} AS SELECT * REPLACE ({values}) FROM {table} WHERE {condition} \
             UNION ALL SELECT * FROM {table} WHERE ({condition}) IS NOT TRUE"
        )
    };
    for (is_there, clause) in [
        (update.limit.is_some(), "LIMIT"),
        (!update.order_by.is_empty(), "ORDER BY"),
        (update.from.is_some(), "FROM"),
        (update.returning.is_some(), "RETURNING"),
        (update.output.is_some(), "OUTPUT"),
        (update.or.is_some(), "OR …"),
        (!update.table.joins.is_empty(), "a second table"),
    ] {
        if is_there {
            return refused("UPDATE", clause, &set("b > 1"));
        }
    }
    match &update.selection {
        Some(condition) if has_a_query(condition) => {
            return refused("UPDATE", "a subquery", &set(&condition.to_string()));
        }
        _ => {}
    }
    match update.assignments.iter().any(|set| has_a_query(&set.value)) {
        true => refused("UPDATE", "a subquery", &set("b > 1")),
        false => ControlFlow::Continue(()),
    }
}

fn refused(statement: &str, clause: &str, instead: &str) -> Verdict {
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
