//! NATURAL JOIN of tables without a column in common, which is every row with every row.

use std::ops::ControlFlow;

use crate::session::error::Refusal;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::logical_expr::{JoinConstraint as Planned, LogicalPlan};
use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, Select, TableFactor, TableWithJoins, Visit, Visitor,
};

/// Refuses it.
pub(in crate::session) fn check(ast: &Ast, plan: &LogicalPlan) -> Result<(), Refusal> {
    let mut joins = Joins::default();
    let _ = match ast {
        Ast::Statement(sql) => sql.visit(&mut joins),
        Ast::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut joins),
            CopyToSource::Relation(_) => return Ok(()),
        },
        Ast::Explain(explain) => return check(&explain.statement, plan),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => return Ok(()),
    };
    let Some(natural) = joins.natural.first() else {
        return Ok(());
    };
    // Those of columns are planned as if USING named them.
    let mut planned = 0;
    let _ = plan.apply_with_subqueries(|node| {
        if let LogicalPlan::Join(join) = node {
            planned += usize::from(join.join_constraint == Planned::Using);
        }
        Ok(TreeNodeRecursion::Continue)
    });
    match planned < joins.natural.len() + joins.using {
        true => Err(Refusal::new(format!(
            "NATURAL JOIN {natural}: the tables have no column in common, and it would be every row with every row; JOIN \
             {natural} ON a.id = b.id has a condition, CROSS JOIN {natural} none"
        ))),
        false => Ok(()),
    }
}

#[derive(Default)]
struct Joins {
    natural: Vec<String>,
    using: usize,
}

impl Joins {
    fn of(&mut self, from: &TableWithJoins) {
        let tables = std::iter::once(&from.relation).chain(from.joins.iter().map(|j| &j.relation));
        for table in tables {
            if let TableFactor::NestedJoin {
                table_with_joins, ..
            } = table
            {
                self.of(table_with_joins);
            }
        }
        for join in &from.joins {
            self.one(join);
        }
    }

    fn one(&mut self, join: &Join) {
        match constraint(join) {
            Some(JoinConstraint::Natural) => self.natural.push(join.relation.to_string()),
            Some(JoinConstraint::Using(_)) => self.using += 1,
            _ => {}
        }
    }
}

impl Visitor for Joins {
    type Break = ();

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        for from in &select.from {
            self.of(from);
        }
        ControlFlow::Continue(())
    }
}

/// What a join that has both tables' columns is by.
pub(super) fn constraint(join: &Join) -> Option<&JoinConstraint> {
    match &join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) => Some(constraint),
        _ => None,
    }
}
