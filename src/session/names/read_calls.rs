//! `read_csv('orders.csv', delimiter => ';')` in FROM. DataFusion refuses names of arguments in calls of table functions,
//! so such a call becomes a table that has the call as its name, and is opened with these options.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement as Ast};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, Ident, ObjectName, ObjectNamePart,
    TableFactor, UnaryOperator, Value, VisitMut, VisitorMut,
};

use super::standard_input;
use crate::session::error::Refusal;
use crate::tables::{READ_FUNCTIONS, ReadFunction, ReadOptions, ReadValue};

/// A path, and how it is read.
#[derive(Debug, Clone)]
pub(super) struct ReadCall {
    pub path: String,
    /// `None` for standard input by its name alone.
    pub options: Option<ReadOptions>,
}

/// The calls of a statement, by the names of their tables.
#[derive(Debug, Clone, Default)]
pub(in crate::session) struct ReadCalls(BTreeMap<String, ReadCall>);

impl ReadCalls {
    /// Takes the calls out of a statement, which has the names of their tables then.
    pub fn take(ast: &mut Ast) -> Result<Self, Refusal> {
        let mut calls = CallsInFrom(Self::default());
        let found = match ast {
            Ast::Statement(sql) => sql.visit(&mut calls),
            Ast::CopyTo(copy) => match &mut copy.source {
                CopyToSource::Query(query) => query.visit(&mut calls),
                CopyToSource::Relation(_) => ControlFlow::Continue(()),
            },
            Ast::Explain(explain) => return Self::take(&mut explain.statement),
            Ast::CreateExternalTable(_) | Ast::Reset(_) => ControlFlow::Continue(()),
        };
        match found {
            ControlFlow::Break(refusal) => Err(refusal),
            ControlFlow::Continue(()) => Ok(calls.0),
        }
    }

    /// The first call as it was written. Its argument is a path whatever it looks like: `.env` is one.
    pub fn first(&self) -> Option<&str> {
        let mut calls = self.0.iter().filter(|(_, call)| call.options.is_some());
        calls.next().map(|(written, _)| written.as_str())
    }

    pub(super) fn get(&self, table: &str) -> Option<&ReadCall> {
        self.0.get(table)
    }
}

struct CallsInFrom(ReadCalls);

impl VisitorMut for CallsInFrom {
    type Break = Refusal;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Refusal> {
        let TableFactor::Table { name, args, .. } = factor else {
            return ControlFlow::Continue(());
        };
        let [ObjectNamePart::Identifier(only)] = &name.0[..] else {
            return ControlFlow::Continue(());
        };
        let Some(given) = args else {
            // In double quotes it is the name of a table.
            if only.quote_style == Some('\'') && standard_input::is_named(&only.value) {
                let path = only.value.clone();
                self.0.0.insert(
                    path.clone(),
                    ReadCall {
                        path,
                        options: None,
                    },
                );
            }
            return ControlFlow::Continue(());
        };
        let function = READ_FUNCTIONS.iter().find(|function| {
            only.quote_style.is_none() && only.value.eq_ignore_ascii_case(function.name())
        });
        let Some(function) = function else {
            return ControlFlow::Continue(());
        };
        match call(function, &given.args) {
            Ok(call) => {
                let written: Vec<String> = given.args.iter().map(ToString::to_string).collect();
                let table = format!("{}({})", function.name(), written.join(", "));
                *name = ObjectName(vec![ObjectNamePart::Identifier(Ident::with_quote(
                    '"', &table,
                ))]);
                *args = None;
                self.0.0.insert(table, call);
                ControlFlow::Continue(())
            }
            Err(problem) => ControlFlow::Break(Refusal::new(problem)),
        }
    }
}

/// The path and the options of a call, or what is wrong with it.
fn call(function: &'static ReadFunction, args: &[FunctionArg]) -> Result<ReadCall, String> {
    let (name, example) = (function.name(), function.example);
    let mut path = None;
    let mut given = vec![];
    for arg in args {
        if let Some(option) = named(arg) {
            given.push(option);
            continue;
        }
        let FunctionArg::Unnamed(FunctionArgExpr::Expr(value)) = arg else {
            return Err(format!(
                "{name} takes a path in quotes, and not {arg}: {name}('{example}')"
            ));
        };
        match (value_of(value), &path) {
            (Some(ReadValue::Text(text)), None) if !text.is_empty() => path = Some(text),
            (Some(ReadValue::List(files)), None) if !files.is_empty() => {
                return Err(format!(
                    "{name} takes one path, and several files are a pattern of names: {name}('{{{}}}')",
                    files.join(",")
                ));
            }
            (_, Some(_)) => {
                return Err(format!(
                    "{name} takes one path, and {value} is a second one; options have names, {name}('{example}', types => \
                     'id=TEXT'), and several files are a pattern, {name}('exports/*.csv')"
                ));
            }
            _ => {
                return Err(format!(
                    "{name} takes a path in quotes, and not {value}: {name}('{example}')"
                ));
            }
        }
    }
    let Some(path) = path else {
        return Err(format!(
            "{name} takes the path of a file, a folder or a pattern: {name}('{example}')"
        ));
    };
    let mut options = ReadOptions::of(function, &path);
    for (option, value) in given {
        let read = value_of(value).ok_or_else(|| {
            format!(
                "{name}: {option} is {value}, and options are written as they are, without columns, parameters and \
                 functions: {option} => 'text', {option} => true"
            )
        })?;
        options.take(&option, read)?;
    }
    if let Some(sheet) = options.sheet()
        && path.contains('#')
    {
        return Err(format!(
            "{name}: {path} names a sheet already; leave out sheet => '{sheet}'"
        ));
    }
    Ok(ReadCall {
        path,
        options: Some(options),
    })
}

/// `name => value`, and `name = value` as some write it.
fn named(arg: &FunctionArg) -> Option<(String, &Expr)> {
    match arg {
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(value),
            ..
        }
        | FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            arg: FunctionArgExpr::Expr(value),
            ..
        } => Some((name.value.clone(), value)),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        })) => match left.as_ref() {
            Expr::Identifier(name) => Some((name.value.clone(), right)),
            _ => None,
        },
        _ => None,
    }
}

fn value_of(value: &Expr) -> Option<ReadValue> {
    match value {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => {
                Some(ReadValue::Text(text.clone()))
            }
            Value::Boolean(flag) => Some(ReadValue::Flag(*flag)),
            Value::Number(number, _) => Some(ReadValue::Number(number.to_string())),
            _ => None,
        },
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => match value_of(expr)? {
            ReadValue::Number(number) => Some(ReadValue::Number(format!("-{number}"))),
            _ => None,
        },
        Expr::Array(list) => {
            let texts = list.elem.iter().map(|item| match value_of(item)? {
                ReadValue::Text(text) => Some(text),
                _ => None,
            });
            texts.collect::<Option<_>>().map(ReadValue::List)
        }
        Expr::Dictionary(fields) => {
            let pairs = fields.iter().map(|field| match value_of(&field.value)? {
                ReadValue::Text(text) => Some((field.key.value.clone(), text)),
                _ => None,
            });
            pairs.collect::<Option<_>>().map(ReadValue::Pairs)
        }
        _ => None,
    }
}
