//! Looks for what a statement has of other engines.

use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Select, SelectItem, Visit,
    Visitor,
};

use super::tables::{COLUMNS, FUNCTIONS, STATEMENTS, TYPES};

/// What does the work of a function that is not there.
pub(in crate::session) fn function(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let found = FUNCTIONS
        .iter()
        .find(|(names, _)| names.contains(&name.as_str()));
    found.map(|(_, ours)| *ours)
}

/// The type that is meant by one that is not there.
pub(in crate::session) fn type_(name: &str) -> Option<&'static str> {
    let name = name.split('(').next().unwrap_or_default().trim();
    let found = TYPES
        .iter()
        .find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
    found.map(|(_, ours)| *ours)
}

/// What to write for a statement that cannot be read.
pub(in crate::session) fn statement(text: &str) -> Option<&'static str> {
    let text = text.to_uppercase();
    // LIMIT 50% ends with an operator.
    let is_share = text.contains("LIMIT") && text.trim_end_matches([';', ' ', '\n']).ends_with('%');
    let text = if is_share { text + " PERCENT" } else { text };
    let words = |part: &str| match part.chars().all(|c| c.is_ascii_uppercase()) {
        true => text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(|word| word == part),
        false => text.contains(part),
    };
    let found = STATEMENTS.iter().find(|(part, _)| words(part));
    found.map(|(_, ours)| *ours)
}

/// A column in brackets, which is a name in SQL Server and a list of one value here.
pub(in crate::session) fn brackets(ast: &Ast) -> Option<String> {
    struct Brackets;
    impl Visitor for Brackets {
        type Break = String;

        fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
            let in_brackets = select.projection.iter().find_map(|item| match item {
                SelectItem::UnnamedExpr(Expr::Array(list)) if !list.named => {
                    match list.elem.as_slice() {
                        [Expr::Identifier(name)] => Some(&name.value),
                        _ => None,
                    }
                }
                _ => None,
            });
            match in_brackets {
                Some(name) => ControlFlow::Break(format!(
                    "[{name}] is a list with one value here; a name with blanks or capitals stands in double quotes: \"{name}\""
                )),
                None => ControlFlow::Continue(()),
            }
        }
    }
    match ast {
        Ast::Statement(sql) => sql.visit(&mut Brackets).break_value(),
        _ => None,
    }
}

/// What is wrong with a statement that its column `name` is not there, if it is not the column.
pub(in crate::session) fn column(ast: &Ast, name: &str) -> Option<String> {
    let ours = COLUMNS
        .iter()
        .find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
    if let Some((_, ours)) = ours {
        return Some(format!("there is no column {name}; instead: {ours}"));
    }
    let mut uses = Uses { name };
    let found = match ast {
        Ast::Statement(sql) => sql.visit(&mut uses),
        Ast::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(&mut uses),
            CopyToSource::Relation(_) => return None,
        },
        Ast::Explain(explain) => return column(&explain.statement, name),
        Ast::CreateExternalTable(_) | Ast::Reset(_) => return None,
    };
    match found {
        ControlFlow::Break(words) => Some(words),
        ControlFlow::Continue(()) => None,
    }
}

struct Uses<'a> {
    name: &'a str,
}

/// Units of time, which some engines have without quotes.
const UNITS: &[&str] = &[
    "year", "quarter", "month", "week", "day", "hour", "minute", "second",
];

impl Uses<'_> {
    fn is_it(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Identifier(ident) => match ident.quote_style {
                None => ident.value.eq_ignore_ascii_case(self.name),
                Some(_) => ident.value == self.name,
            },
            _ => false,
        }
    }

    fn unit(&self, function: &Function) -> ControlFlow<String> {
        let FunctionArguments::List(list) = &function.args else {
            return ControlFlow::Continue(());
        };
        let is_unit = list.args.iter().any(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => self.is_it(expr),
            _ => false,
        });
        let name = function.name.to_string().to_lowercase();
        if is_unit && let Some(ours) = self::function(&name) {
            return ControlFlow::Break(format!("there is no function {name}; instead: {ours}"));
        }
        match is_unit && matches!(name.as_str(), "date_trunc" | "date_part") {
            true => ControlFlow::Break(format!(
                "{name} has the unit first, and in quotes: {name}('{}', day)",
                self.name.to_lowercase()
            )),
            false => ControlFlow::Continue(()),
        }
    }
}

impl Visitor for Uses<'_> {
    type Break = String;

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<String> {
        let named = select.projection.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { alias, expr }
                if alias.value.eq_ignore_ascii_case(self.name) =>
            {
                Some(expr)
            }
            _ => None,
        });
        let Some(named) = named else {
            return ControlFlow::Continue(());
        };
        let of_a_window = match named {
            Expr::Function(function) if function.over.is_some() => {
                format!(
                    "; rows are chosen by a window function with QUALIFY {} = 1 in the place of WHERE",
                    self.name
                )
            }
            _ => String::new(),
        };
        ControlFlow::Break(format!(
            "{0} is a name that this SELECT gives, and none of its columns; to go on with it: \
             SELECT {0} … FROM (SELECT … AS {0} FROM …), or write what it stands for{of_a_window}",
            self.name
        ))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<String> {
        match expr {
            Expr::Function(function) if UNITS.contains(&self.name.to_lowercase().as_str()) => {
                self.unit(function)
            }
            Expr::BinaryOp { left, right, .. } => {
                let quoted = [left, right].into_iter().find_map(|side| match &**side {
                    Expr::Identifier(ident) if ident.quote_style == Some('"') => Some(&ident.value),
                    _ => None,
                });
                match quoted {
                    Some(text) if text == self.name => ControlFlow::Break(format!(
                        "there is no column {text}: double quotes are for names, and a text has single ones: '{text}'"
                    )),
                    _ => ControlFlow::Continue(()),
                }
            }
            _ => ControlFlow::Continue(()),
        }
    }
}
