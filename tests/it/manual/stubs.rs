//! The type stubs of `kpi_sql.functions`: every function with its forms, made from the declarations.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use datafusion::logical_expr::Documentation;

use super::{none, settle};

const PATH: &str = "python/python/kpi_sql/functions.pyi";

const HEAD: &str = r#""""The KPIs for the DataFrame API of the PyPI package `datafusion`.

Made from the declarations: KPI_SQL_WRITE_DOCS=1 cargo test --test it manual:: writes it anew.
"""

from typing import TypeAlias, overload

from datafusion import Expr

#: Numbers stand for themselves.
Argument: TypeAlias = Expr | bool | int | float
#: And so do texts, where a function takes the name of a KPI.
Value: TypeAlias = Argument | str
"#;

/// The names of the arguments, for each number of them that a function takes. Its documentation has them as
/// `f(a, b); f(a, c)`; to a checker of types these are the same, so they become `a, b_or_c`.
fn calls(documentation: &Documentation) -> Vec<Vec<String>> {
    let mut by_count: BTreeMap<usize, Vec<Vec<&str>>> = BTreeMap::new();
    for call in documentation.syntax_example.split("; ") {
        let (_, rest) = call.split_once('(').expect("a call has arguments");
        let arguments = rest.strip_suffix(')').expect("a call ends");
        let arguments: Vec<_> = arguments.split(", ").collect();
        by_count.entry(arguments.len()).or_default().push(arguments);
    }
    let named = |(count, calls): (usize, Vec<Vec<&str>>)| {
        let at = |position: usize| {
            let mut names: Vec<_> = calls.iter().map(|call| call[position]).collect();
            names.dedup();
            names.join("_or_")
        };
        (0..count).map(at).collect()
    };
    by_count.into_iter().map(named).collect()
}

fn stub(name: &str, documentation: &Documentation, argument: &str, filter: &str) -> String {
    let calls = calls(documentation);
    let summary = documentation.description.split(". ").next();
    let summary = summary.unwrap_or_default().trim_end_matches('.');
    let mut text = String::new();
    for arguments in &calls {
        let arguments = arguments.iter().map(|name| format!("{name}: {argument}"));
        let arguments = arguments.collect::<Vec<_>>().join(", ");
        text += "\n";
        if calls.len() > 1 {
            text += "@overload\n";
        }
        let _ = write!(
            text,
            "def {name}({arguments}, /{filter}) -> Expr:\n    \"\"\"{summary}.\"\"\"\n"
        );
    }
    text
}

fn stubs() -> String {
    let mut text = HEAD.to_string();
    let mut aliases = String::new();
    let mut add = |name: &str, others: &[String], documentation, argument, filter| {
        text += &stub(name, documentation, argument, filter);
        for alias in others {
            let _ = write!(aliases, "\n{alias} = {name}");
        }
    };
    let aggregates = kpi_sql::functions();
    for function in &aggregates {
        let documentation = function
            .documentation()
            .expect("every function has its help");
        add(
            function.name(),
            function.aliases(),
            documentation,
            "Argument",
            ", *, filter: Expr | None = None",
        );
    }
    let scalars = kpi_sql::scalar_functions();
    for function in &scalars {
        let documentation = function
            .documentation()
            .expect("every function has its help");
        add(
            function.name(),
            function.aliases(),
            documentation,
            "Value",
            "",
        );
    }
    text + &aliases + "\n"
}

#[test]
fn the_stubs_are_what_the_declarations_say() {
    none(&settle(&BTreeMap::from([(PathBuf::from(PATH), stubs())])));
}
