//! How many rows and keys of each side of a join find a partner, and how many.

use std::collections::HashMap;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, JoinType};
use datafusion::error::Result;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{Expr, cast, col, lit};
use datafusion::prelude::{DataFrame, SessionContext};

use super::side::JoinedSide;
use crate::check::asked::text_rows;

/// What the keys of both sides are called while they are joined.
const JOINED: &str = "joined keys of a check";

/// What one side brings to a join.
#[derive(Debug, Default, Clone)]
pub(super) struct SideCounts {
    pub rows: u64,
    pub keys: u64,
    /// Keys that are there more than once, of those that find a partner, and one of them.
    pub several: u64,
    pub a_several: Option<String>,
    /// Rows that come more than once in the result.
    pub repeated: u64,
    /// Keys without a partner, rows of them, those among them without a key, and one such key.
    pub lost_keys: u64,
    pub lost: u64,
    pub without_key: u64,
    pub a_lost: Option<String>,
    /// By column: the sum of the side, of its rows in the result, and of those that are lost.
    pub sums: Vec<SideSums>,
}

#[derive(Debug, Clone)]
pub(super) struct SideSums {
    pub column: Column,
    pub matched: f64,
    pub joined: f64,
    pub lost: f64,
}

/// What both sides of a join bring, and how many rows come of it.
pub(super) struct JoinCounts {
    pub left: SideCounts,
    pub right: SideCounts,
    /// The rows that have a partner, as they are joined.
    pub rows: u64,
    /// Keys that are there more than once on both sides.
    pub on_both: u64,
}

/// Counts the keys of both sides and joins the counts: as many rows as there are keys, however many a join makes.
pub(super) async fn measure(
    ctx: &SessionContext,
    left: &JoinedSide<'_>,
    left_columns: &[Column],
    right: &JoinedSide<'_>,
    right_columns: &[Column],
) -> Result<JoinCounts> {
    let of_left = by_key(ctx, left, left_columns, "l")?;
    let of_right = by_key(ctx, right, right_columns, "r")?;
    let on = (0..left.keys.len()).map(|i| col(format!("lk{i}")).eq(col(format!("rk{i}"))));
    let joined = of_left.join_on(of_right, JoinType::Full, on)?;
    ctx.deregister_table(JOINED)?;
    ctx.register_table(JOINED, joined.into_view())?;
    let mut wanted: Vec<(String, String)> = vec![
        ("rows".into(), "coalesce(sum(ln * rn), 0)".into()),
        (
            "on_both".into(),
            "count(*) FILTER (WHERE ln > 1 AND rn > 1)".into(),
        ),
    ];
    for (a, b, columns) in [("l", "r", left_columns), ("r", "l", right_columns)] {
        let is_null: Vec<String> = (0..left.keys.len())
            .map(|i| format!("{a}k{i} IS NULL"))
            .collect();
        let is_null = is_null.join(" OR ");
        let key: Vec<String> = (0..left.keys.len())
            .map(|i| format!("CAST({a}k{i} AS VARCHAR)"))
            .collect();
        let key = format!("concat_ws(', ', {})", key.join(", "));
        for (name, sql) in [
            ("rows", format!("coalesce(sum({a}n), 0)")),
            (
                "keys",
                format!("count({a}n) FILTER (WHERE NOT ({is_null}))"),
            ),
            (
                "several",
                format!("count(*) FILTER (WHERE {a}n > 1 AND {b}n IS NOT NULL)"),
            ),
            (
                "a_several",
                format!("min({key}) FILTER (WHERE {a}n > 1 AND {b}n IS NOT NULL)"),
            ),
            (
                "repeated",
                format!("coalesce(sum({a}n) FILTER (WHERE {b}n > 1), 0)"),
            ),
            (
                "lost",
                format!("coalesce(sum({a}n) FILTER (WHERE {b}n IS NULL), 0)"),
            ),
            (
                "lost_keys",
                format!("count({a}n) FILTER (WHERE {b}n IS NULL AND NOT ({is_null}))"),
            ),
            (
                "without_key",
                format!("coalesce(sum({a}n) FILTER (WHERE {b}n IS NULL AND ({is_null})), 0)"),
            ),
            (
                "a_lost",
                format!(
                    "min({key}) FILTER (WHERE {a}n IS NOT NULL AND {b}n IS NULL AND NOT ({is_null}))"
                ),
            ),
        ] {
            wanted.push((format!("{a}{name}"), sql));
        }
        for i in 0..columns.len() {
            wanted.push((
                format!("{a}matched{i}"),
                format!("sum({a}s{i}) FILTER (WHERE {b}n IS NOT NULL)"),
            ));
            wanted.push((format!("{a}joined{i}"), format!("sum({a}s{i} * {b}n)")));
            wanted.push((
                format!("{a}lost{i}"),
                format!("sum({a}s{i}) FILTER (WHERE {b}n IS NULL)"),
            ));
        }
    }
    let list: Vec<String> = wanted
        .iter()
        .map(|(name, sql)| format!("{sql} AS {name}"))
        .collect();
    let sql = format!("SELECT {} FROM \"{JOINED}\"", list.join(", "));
    let rows = match ctx.sql(&sql).await {
        Ok(frame) => text_rows(frame).await,
        Err(e) => Err(e),
    };
    ctx.deregister_table(JOINED)?;
    let row = rows?.into_iter().next().unwrap_or_default();
    let found: HashMap<String, String> = wanted
        .into_iter()
        .zip(row)
        .filter_map(|((name, _), cell)| Some((name, cell?)))
        .collect();
    Ok(JoinCounts {
        rows: n(&found, "rows"),
        on_both: n(&found, "on_both"),
        left: counts(&found, "l", left_columns),
        right: counts(&found, "r", right_columns),
    })
}

fn n(found: &HashMap<String, String>, name: &str) -> u64 {
    found.get(name).and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn counts(found: &HashMap<String, String>, side: &str, columns: &[Column]) -> SideCounts {
    let n = |name: &str| n(found, &format!("{side}{name}"));
    let text = |name: &str| found.get(&format!("{side}{name}")).cloned();
    let sum = |name: &str, i: usize| {
        let sum = found.get(&format!("{side}{name}{i}"));
        sum.and_then(|sum| sum.parse().ok()).unwrap_or(0.0)
    };
    let sums = columns.iter().enumerate().map(|(i, column)| SideSums {
        column: column.clone(),
        matched: sum("matched", i),
        joined: sum("joined", i),
        lost: sum("lost", i),
    });
    SideCounts {
        rows: n("rows"),
        keys: n("keys"),
        several: n("several"),
        a_several: text("a_several"),
        repeated: n("repeated"),
        lost_keys: n("lost_keys"),
        lost: n("lost"),
        without_key: n("without_key"),
        a_lost: text("a_lost"),
        sums: sums.collect(),
    }
}

/// The keys of a side, each with its rows and what their amounts are together.
fn by_key(
    ctx: &SessionContext,
    side: &JoinedSide<'_>,
    columns: &[Column],
    prefix: &str,
) -> Result<DataFrame> {
    let keys = side.keys.iter().enumerate();
    let keys = keys.map(|(i, key)| key.clone().alias(format!("{prefix}k{i}")));
    let mut calls = vec![count(lit(1_i64)).alias(format!("{prefix}n"))];
    for (i, column) in columns.iter().enumerate() {
        let amount = cast(Expr::Column(column.clone()), DataType::Float64);
        calls.push(sum(amount).alias(format!("{prefix}s{i}")));
    }
    DataFrame::new(ctx.state(), side.plan.clone()).aggregate(keys.collect(), calls)
}

/// How many rows a side has.
pub(super) async fn rows(ctx: &SessionContext, side: &JoinedSide<'_>) -> Result<usize> {
    DataFrame::new(ctx.state(), side.plan.clone()).count().await
}
