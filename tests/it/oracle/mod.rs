//! Every form of every KPI beside a naive program that follows the definitions word by word.
//!
//! The tables are random and small, with few distinct values, so that rows collide in every way, and
//! with NULLs in every column. The columns change their types from table to table. `KPI_SQL_ORACLE_TABLES`
//! sets how many tables are tried.

mod judge;
mod naive;
mod table;

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
