//! The `$name`s of a statement.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{Statement as Sql, Value, ValueWithSpan, Visit, Visitor};

/// The names without `$` that want a value when the statement runs. A prepared statement gets its values when it is
/// executed.
pub(in crate::session) fn wanted(ast: &Ast) -> BTreeSet<String> {
    let mut found = Placeholders(BTreeSet::new());
    let _ = match ast {
        Ast::Statement(sql) if matches!(sql.as_ref(), Sql::Prepare { .. }) => {
            ControlFlow::Continue(())
        }
        Ast::Statement(sql) => sql.visit(&mut found),
        Ast::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut found),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Ast::Explain(explain) => return wanted(&explain.statement),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => ControlFlow::Continue(()),
    };
    found.0
}

struct Placeholders(BTreeSet<String>);

impl Visitor for Placeholders {
    type Break = ();

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(name) = &value.value
            && let Some(name) = name.strip_prefix('$')
        {
            self.0.insert(name.to_string());
        }
        ControlFlow::Continue(())
    }
}
