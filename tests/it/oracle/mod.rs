//! Every form of every KPI beside a naive program that follows the definitions word by word.
//!
//! The tables are random and small, with few distinct values, so that rows collide in every way, and
//! with NULLs in every column. The columns change their types from table to table. `KPI_SQL_ORACLE_TABLES`
//! sets how many tables are tried.

mod judge;
mod naive;
mod table;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable};
use kpi_sql::define::{Finish, Form};
use kpi_sql::engine::aggregate::signature::form_for;
use kpi_sql::engine::aggregate::udaf::KpiUdaf;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::support::{session, settings};
use judge::Judge;
use table::{random_rows, register};

#[tokio::test]
async fn agrees_with_a_naive_program() {
    let tables: u64 = match std::env::var("KPI_SQL_ORACLE_TABLES") {
        Ok(tables) => tables.parse().expect("KPI_SQL_ORACLE_TABLES is a number"),
        Err(_) => 9,
    };
    let settings = settings();
    let (mut compared, mut failures) = (0, vec![]);
    for seed in 0..tables {
        let (setting, config) = settings[seed as usize % settings.len()].clone();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let ctx = session(config);
        let rows = match seed % 9 {
            7 => 0,
            8 => 1,
            _ => random.random_range(20..=40),
        };
        let rows = random_rows(rows, &mut random);
        let types = register(&ctx, &rows, &mut random).await;
        let mut judge = Judge {
            ctx: &ctx,
            about: format!("table {seed}, {setting}, {types}"),
            compared: 0,
            failures: vec![],
        };
        judge.groups(&rows).await;
        judge.windows(&rows).await;
        compared += judge.compared;
        failures.append(&mut judge.failures);
    }
    assert!(
        failures.is_empty(),
        "{} of {compared} values differ:\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
    // Of nine tables one is empty and one has a single row; every other gives thousands of values.
    let least = 5_000 * (tables - tables / 9 * 2);
    assert!(
        compared as u64 > least,
        "only {compared} values were compared"
    );
}

/// Every form has a naive program, but for those whose value is a list.
#[tokio::test]
async fn every_form_is_judged() {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let ctx = session(settings()[0].1.clone());
    let rows = random_rows(20, &mut random);
    register(&ctx, &rows, &mut random).await;
    let mut judged: Vec<&Form> = vec![];
    for (call, _) in naive::CALLS {
        let frame = ctx.sql(&format!("SELECT {call} FROM t")).await;
        let frame = frame.unwrap_or_else(|error| panic!("{call}: {error}"));
        frame
            .logical_plan()
            .apply(|node| {
                let schema = merge_schema(&node.inputs());
                node.apply_expressions(|expr| {
                    expr.apply(|expr| {
                        if let Expr::AggregateFunction(call) = expr
                            && let Some(udaf) = call.func.inner().downcast_ref::<KpiUdaf>()
                        {
                            let args = call.params.args.iter();
                            let types = args.map(|arg| arg.get_type(&schema));
                            let types = types.collect::<Result<Vec<_>, _>>()?;
                            judged.push(form_for(udaf.function(), &types)?);
                        }
                        Ok(TreeNodeRecursion::Continue)
                    })
                })
            })
            .expect("the plan can be walked");
    }
    let forms = kpi_sql::kpi::all().flat_map(|kpi| kpi.forms.iter().map(move |form| (kpi, form)));
    let missing: Vec<String> = forms
        .filter(|(_, form)| !matches!(form.finish, Finish::Mix(_)))
        .filter(|(_, form)| !judged.iter().any(|known| std::ptr::eq(*known, *form)))
        .map(|(kpi, form)| kpi.signature(form))
        .collect();
    assert_eq!(missing, Vec::<String>::new());
}
