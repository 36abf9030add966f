//! Parameters that are spans of time. DataFusion takes what stands beside a time for a time as well, so it is told.

use std::ops::ControlFlow;

use datafusion::arrow::datatypes::DataType;
use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    CastKind, DataType as SqlType, Expr, Value, VisitMut, VisitorMut,
};

use super::parameter::{Parameter, ParameterValue};

/// Writes `CAST($span AS INTERVAL)` in the place of `$span` where its value is a span.
pub(in crate::session) fn say_spans(ast: &mut Ast, given: &[Parameter], defaults: &[Parameter]) {
    let is_given = |name: &str| given.iter().any(|known| known.name == name);
    let defaults = defaults.iter().filter(|known| !is_given(&known.name));
    let spans = given
        .iter()
        .chain(defaults)
        .filter(|known| is_a_span(known));
    let names: Vec<String> = spans.map(|known| format!("${}", known.name)).collect();
    if !names.is_empty() {
        say(ast, names);
    }
}

fn say(ast: &mut Ast, names: Vec<String>) {
    let mut casts = Casts(names);
    let _ = match ast {
        Ast::Statement(sql) => sql.visit(&mut casts),
        Ast::CopyTo(copy) => match &mut copy.source {
            CopyToSource::Query(query) => query.visit(&mut casts),
            CopyToSource::Relation(_) => ControlFlow::Continue(()),
        },
        Ast::Explain(explain) => return say(&mut explain.statement, casts.0),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => ControlFlow::Continue(()),
    };
}

fn is_a_span(parameter: &Parameter) -> bool {
    match &parameter.value {
        ParameterValue::Value(value) => {
            matches!(value.data_type(), DataType::Interval(_))
        }
        ParameterValue::Text { type_name, .. } => type_name
            .as_ref()
            .is_some_and(|name| name.eq_ignore_ascii_case("interval")),
    }
}

struct Casts(Vec<String>);

impl VisitorMut for Casts {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Value(value) = expr
            && let Value::Placeholder(name) = &value.value
            && self.0.contains(name)
        {
            let span = Expr::Value(value.clone());
            *expr = Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(span),
                data_type: SqlType::Interval {
                    fields: None,
                    precision: None,
                },
                array: false,
                format: None,
            };
        }
        ControlFlow::Continue(())
    }
}
