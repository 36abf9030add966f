//! The key of RIGHT and FULL JOIN … USING. In SQL it is the one of either table that has it; DataFusion takes that of
//! the first table, which is NULL in the rows that only the other one has, so that their customers would vanish.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, OrderByKind, Query, Select, SelectItem,
    SetExpr, TableWithJoins, Visit, Visitor,
};

use super::found::Verdict;
use crate::session::error::Refusal;
use crate::session::words::causes::name_of;

/// The keys of such joins by their names, and what to write for each.
type MergedKeys = BTreeMap<String, String>;

/// Refuses such a key without the name of its table, in all of a SELECT.
pub(in crate::session) fn check(select: &Select) -> Verdict {
    let mut keys = MergedKeys::new();
    for from in &select.from {
        of_joins(from, &mut keys)?;
    }
    if keys.is_empty() {
        return ControlFlow::Continue(());
    }
    for item in &select.projection {
        if let SelectItem::Wildcard(_) = item {
            let keys: Vec<String> = keys
                .iter()
                .map(|(key, instead)| format!("{instead} AS {key}"))
                .collect();
            return ControlFlow::Break(Refusal::new(format!(
                "* of a RIGHT or FULL JOIN … USING would have the key of its first table alone, NULL in the rows that \
                 only the other one has; name the columns: SELECT {}, …",
                keys.join(", ")
            )));
        }
    }
    let mut unqualified = Unqualified::of(&keys);
    select.projection.visit(&mut unqualified)?;
    if let GroupByExpr::Expressions(exprs, _) = &select.group_by {
        exprs.visit(&mut unqualified)?;
    }
    select.selection.visit(&mut unqualified)?;
    select.having.visit(&mut unqualified)?;
    select.qualify.visit(&mut unqualified)?;
    select.distinct.visit(&mut unqualified)?;
    select.named_window.visit(&mut unqualified)
}

/// The same for its ORDER BY, where the name of a column of the result is that column.
pub(in crate::session) fn check_order(query: &Query) -> Verdict {
    let (SetExpr::Select(select), Some(order)) = (query.body.as_ref(), &query.order_by) else {
        return ControlFlow::Continue(());
    };
    let OrderByKind::Expressions(exprs) = &order.kind else {
        return ControlFlow::Continue(());
    };
    let mut keys = MergedKeys::new();
    for from in &select.from {
        of_joins(from, &mut keys)?;
    }
    for item in &select.projection {
        match item {
            SelectItem::ExprWithAlias { alias, .. } => {
                keys.remove(&folded(alias));
            }
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                if let Some(last) = parts.last() {
                    keys.remove(&folded(last));
                }
            }
            _ => {}
        }
    }
    exprs.visit(&mut Unqualified::of(&keys))
}

fn of_joins(from: &TableWithJoins, keys: &mut MergedKeys) -> Verdict {
    use datafusion::sql::sqlparser::ast::TableFactor;
    let nested = |table: &TableFactor, keys: &mut MergedKeys| match table {
        TableFactor::NestedJoin {
            table_with_joins, ..
        } => of_joins(table_with_joins, keys),
        _ => ControlFlow::Continue(()),
    };
    nested(&from.relation, keys)?;
    let table = |table: &TableFactor| name_of(table).unwrap_or_else(|| "t".to_string());
    let mut before = table(&from.relation);
    for join in &from.joins {
        nested(&join.relation, keys)?;
        let here = table(&join.relation);
        let (constraint, is_right, is_full) = match &join.join_operator {
            JoinOperator::Right(constraint) | JoinOperator::RightOuter(constraint) => {
                (constraint, true, false)
            }
            JoinOperator::FullOuter(constraint) => (constraint, false, true),
            JoinOperator::Join(constraint)
            | JoinOperator::Inner(constraint)
            | JoinOperator::Left(constraint)
            | JoinOperator::LeftOuter(constraint) => (constraint, false, false),
            _ => continue,
        };
        let names: Vec<String> = match constraint {
            JoinConstraint::Using(columns) => columns
                .iter()
                .filter_map(|column| column.0.last()?.as_ident())
                .map(folded)
                .collect(),
            JoinConstraint::Natural if is_right || is_full => {
                let kind = if is_full { "FULL" } else { "RIGHT" };
                return ControlFlow::Break(Refusal::new(format!(
                    "NATURAL {kind} JOIN would take its keys from the first table alone, NULL in the rows that only \
                     {here} has; write the condition: {kind} JOIN {here} ON {before}.id = {here}.id"
                )));
            }
            _ => vec![],
        };
        for name in names {
            if let Some(instead) = keys.get(&name) {
                return ControlFlow::Break(Refusal::new(format!(
                    "USING ({name}) after a RIGHT or FULL JOIN … USING ({name}) would look for the {name} of the first \
                     table alone, NULL in the rows that only another one has; write JOIN {here} ON {instead} = {here}.{name}"
                )));
            }
            if is_right {
                keys.insert(name.clone(), format!("{here}.{name}"));
            } else if is_full {
                keys.insert(
                    name.clone(),
                    format!("coalesce({before}.{name}, {here}.{name})"),
                );
            }
        }
        before = here;
    }
    ControlFlow::Continue(())
}

/// A name as it is compared: capitals count in quotes only.
fn folded(ident: &Ident) -> String {
    match ident.quote_style {
        Some(_) => ident.to_string(),
        None => ident.value.to_lowercase(),
    }
}

struct Unqualified<'a> {
    keys: &'a MergedKeys,
    /// How many queries inside an expression this is in; those have columns of their own.
    depth: usize,
}

impl<'a> Unqualified<'a> {
    fn of(keys: &'a MergedKeys) -> Self {
        Self { keys, depth: 0 }
    }
}

impl Visitor for Unqualified<'_> {
    type Break = Refusal;

    fn pre_visit_query(&mut self, _: &Query) -> Verdict {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> Verdict {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> Verdict {
        let Expr::Identifier(ident) = expr else {
            return ControlFlow::Continue(());
        };
        // "k" and k are one name.
        let name = folded(ident);
        let name = name.trim_matches('"');
        let found = self
            .keys
            .iter()
            .find(|(key, _)| self.depth == 0 && key.trim_matches('"') == name);
        match found {
            Some((key, instead)) => ControlFlow::Break(Refusal::new(format!(
                "{key} of a RIGHT or FULL JOIN … USING ({key}) would be that of the first table alone, NULL in the rows \
                 that only the other one has; write {instead}"
            ))),
            None => ControlFlow::Continue(()),
        }
    }
}
