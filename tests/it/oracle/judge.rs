//! Runs every call in every kind of query, and compares the answers with the naive program.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::array::{ArrayRef, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::prelude::SessionContext;

use super::naive::{CALLS, Row};

/// Runs a query.
pub async fn run(ctx: &SessionContext, sql: &str) -> Vec<RecordBatch> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}\n{error}"));
    let batches = frame.collect().await;
    batches.unwrap_or_else(|error| panic!("{sql}\n{error}"))
}

/// All calls as a SELECT list; `after` stands behind each.
fn calls(after: &str) -> String {
    let columns = CALLS.iter().enumerate().map(|(i, (call, _))| {
        // What is divided by 100 is divided after FILTER and OVER.
        let (call, rest) = match call.split_once(" /") {
            Some((call, rest)) => (call, format!(" /{rest}")),
            None => (*call, String::new()),
        };
        format!("{call}{after}{rest} AS v{i}")
    });
    columns.collect::<Vec<_>>().join(", ")
}

/// The rows of a query: the columns k0, k1, … as keys, and the value of each call.
async fn answers(ctx: &SessionContext, sql: &str) -> Vec<(Vec<Option<i64>>, Vec<Option<f64>>)> {
    let mut answers = vec![];
    for batch in run(ctx, sql).await {
        let column = |name: String, to: &DataType| {
            batch
                .column_by_name(&name)
                .map(|column| cast(column, to).expect("it is a number"))
        };
        let keys: Vec<ArrayRef> = (0..)
            .map_while(|k| column(format!("k{k}"), &DataType::Int64))
            .collect();
        let values: Vec<ArrayRef> = (0..CALLS.len())
            .filter_map(|i| column(format!("v{i}"), &DataType::Float64))
            .collect();
        for row in 0..batch.num_rows() {
            let key = |key: &ArrayRef| key.as_primitive::<Int64Type>().iter().nth(row).flatten();
            let value = |value: &ArrayRef| {
                value
                    .as_primitive::<Float64Type>()
                    .iter()
                    .nth(row)
                    .flatten()
            };
            answers.push((
                keys.iter().map(key).collect(),
                values.iter().map(value).collect(),
            ));
        }
    }
    answers
}

/// Compares the answers of a query with the oracle, which is given the rows that belong to each key.
pub struct Judge<'a> {
    pub ctx: &'a SessionContext,
    pub about: String,
    pub compared: usize,
    pub failures: Vec<String>,
}

impl Judge<'_> {
    async fn compare(&mut self, sql: &str, expected: BTreeMap<Vec<Option<i64>>, Vec<&Row>>) {
        let got = answers(self.ctx, sql).await;
        let keys: BTreeSet<_> = got.iter().map(|(key, _)| key.clone()).collect();
        if keys.len() != got.len() || !keys.iter().eq(expected.keys()) {
            self.failures
                .push(format!("{}: keys {keys:?}: {sql}", self.about));
            return;
        }
        for (key, values) in got {
            for ((call, oracle), got) in CALLS.iter().zip(values) {
                let expected = oracle(&expected[&key]);
                self.compared += 1;
                let equal = match (expected, got) {
                    // A decimal has six digits after the point here.
                    (Some(a), Some(b)) => {
                        (a - b).abs() <= 1e-9 * a.abs()
                            || (call.contains("price") && (a - b).abs() < 1e-6)
                    }
                    (None, None) => true,
                    _ => false,
                };
                if !equal {
                    let about = &self.about;
                    self.failures.push(format!(
                        "{about}: {call} of {key:?}: expected {expected:?}, got {got:?}: {sql}"
                    ));
                }
            }
        }
    }

    /// GROUP BY in its kinds, with and without FILTER.
    pub async fn groups(&mut self, rows: &[Row]) {
        for (filter, kept) in [("", false), (" FILTER (WHERE keep)", true)] {
            let calls = calls(filter);
            // FILTER leaves the groups themselves alone.
            let group = |key: fn(&Row) -> Vec<Option<i64>>| {
                let mut groups: BTreeMap<Vec<Option<i64>>, Vec<&Row>> = BTreeMap::new();
                for row in rows {
                    let group = groups.entry(key(row)).or_default();
                    if !kept || row.keep == Some(true) {
                        group.push(row);
                    }
                }
                groups
            };
            let mut total = group(|_| vec![]);
            total.entry(vec![]).or_default();
            self.compare(&format!("SELECT {calls} FROM t"), total.clone())
                .await;
            let by_segment = group(|row| vec![row.segment]);
            self.compare(
                &format!("SELECT segment AS k0, {calls} FROM t GROUP BY segment"),
                by_segment.clone(),
            )
            .await;
            let by_id = group(|row| vec![Some(row.id)]);
            self.compare(
                &format!("SELECT id AS k0, {calls} FROM t GROUP BY id"),
                by_id,
            )
            .await;
            // Groups that come in order leave before the input ends.
            let by_both = group(|row| vec![row.segment, Some(row.rank)]);
            let sorted = "(SELECT * FROM t ORDER BY segment, id LIMIT 100000)";
            self.compare(
                &format!("SELECT segment AS k0, {calls} FROM {sorted} GROUP BY segment"),
                by_segment.clone(),
            )
            .await;
            self.compare(
                &format!(
                    "SELECT segment AS k0, rank AS k1, {calls} FROM {sorted} GROUP BY segment, rank"
                ),
                by_both,
            )
            .await;
            // The third key tells the sets apart.
            let mut sets = BTreeMap::new();
            sets.extend(
                total
                    .into_values()
                    .map(|rows| (vec![None, None, Some(3)], rows)),
            );
            sets.extend(
                by_segment
                    .into_iter()
                    .map(|(key, rows)| (vec![key[0], None, Some(1)], rows)),
            );
            let by_rank = group(|row| vec![None, Some(row.rank), Some(2)]);
            sets.extend(by_rank);
            self.compare(
                &format!(
                    "SELECT segment AS k0, rank AS k1, grouping(segment, rank) AS k2, {calls}
                     FROM t GROUP BY GROUPING SETS ((), (segment), (rank))"
                ),
                sets,
            )
            .await;
        }
    }

    /// Running, sliding and whole windows.
    pub async fn windows(&mut self, rows: &[Row]) {
        let n = i64::MAX;
        // The frame in SQL, and the first and last row of it, relative to the current one.
        let rows_frames = [
            ("ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", -n, 0),
            ("ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING", -3, 1),
            ("ROWS BETWEEN 9 PRECEDING AND CURRENT ROW", -9, 0),
            ("ROWS BETWEEN 5 PRECEDING AND 3 PRECEDING", -5, -3),
            ("ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING", 2, 4),
            ("ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING", 0, n),
            (
                "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
                -n,
                n,
            ),
            ("RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW", -n, 0),
            ("RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING", -2, 1),
            ("GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING", -1, 1),
        ];
        for (partitioned, kept) in [(false, false), (true, false), (true, true)] {
            for (frame, first, last) in rows_frames {
                let order = if frame.starts_with("ROWS") {
                    "id"
                } else {
                    "rank"
                };
                let partition = if partitioned {
                    "PARTITION BY segment "
                } else {
                    ""
                };
                let filter = if kept { " FILTER (WHERE keep)" } else { "" };
                let calls = calls(&format!(
                    "{filter} OVER ({partition}ORDER BY {order} {frame})"
                ));
                let mut expected = BTreeMap::new();
                for row in rows {
                    let peers: Vec<&Row> = rows
                        .iter()
                        .filter(|other| !partitioned || other.segment == row.segment)
                        .collect();
                    let ranks: BTreeSet<i64> = peers.iter().map(|peer| peer.rank).collect();
                    let place = |of: &Row| match frame.split(' ').next() {
                        Some("ROWS") => peers.iter().filter(|peer| peer.id < of.id).count() as i64,
                        Some("GROUPS") => ranks.range(..of.rank).count() as i64,
                        _ => of.rank,
                    };
                    let here = place(row);
                    let inside = |other: &&&Row| {
                        let distance = place(other) - here;
                        first <= distance && distance <= last && (!kept || other.keep == Some(true))
                    };
                    let frame: Vec<&Row> = peers.iter().filter(inside).copied().collect();
                    expected.insert(vec![Some(row.id)], frame);
                }
                self.compare(&format!("SELECT id AS k0, {calls} FROM t"), expected)
                    .await;
            }
        }
    }
}
