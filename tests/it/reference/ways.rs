//! The ways of asking for the same figures, which must agree.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;

use super::comparison::Comparison;
use super::measure::{Measure, select_list};
use super::sql::{collect_row, quoted};
use super::values::has;

impl<'a> Comparison<'a> {
    /// The measures that somebody computed for a segment: months, for one, have no figures about time.
    pub fn measures_of(&self, segment: &str) -> Vec<&'a Measure> {
        let rows = self.reference.rows.iter();
        let rows: Vec<_> = rows.filter(|((name, _), _)| name == segment).collect();
        let mut measures = self.measures.clone();
        measures.retain(|measure| rows.iter().any(|(_, row)| has(row, measure)));
        measures
    }

    /// The groups accumulator: each segment by a GROUP BY of its own.
    pub async fn by_group(&mut self, ctx: &SessionContext, table: &str) {
        for segment in self.reference.segments() {
            let measures = select_list(&self.measures_of(segment), "");
            let sql = format!(
                "SELECT '{segment}' AS segment, \"{segment}\" AS segment_value, {measures} FROM {table} GROUP BY \"{segment}\""
            );
            self.check_query(ctx, "GROUP BY", &[segment], &sql).await;
        }
    }

    /// The total and the segments in one pass, or in one for each list of figures.
    pub async fn by_grouping_sets(&mut self, ctx: &SessionContext, table: &str) {
        let mut passes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for segment in ["ALL"].into_iter().chain(self.reference.segments()) {
            let measures = select_list(&self.measures_of(segment), "");
            passes.entry(measures).or_default().push(segment);
        }
        for (measures, segments) in passes {
            let sql = grouping_sets(&segments, &measures, table);
            self.check_query(ctx, "GROUPING SETS", &segments, &sql)
                .await;
        }
    }

    /// The plain accumulator: each value of some segments by a WHERE, and ALL without one.
    pub async fn by_filter(&mut self, ctx: &SessionContext, table: &str, segments: &[&str]) {
        for segment in segments {
            let measures = select_list(&self.measures_of(segment), "");
            for ((name, value), row) in &self.reference.rows {
                if name == segment {
                    let filter = filter(segment, value);
                    let sql = format!("SELECT {measures} FROM {table} WHERE {filter}");
                    let got = collect_row(ctx, &sql).await;
                    self.check_row(&format!("WHERE, {segment} = {value}"), row, &got);
                }
            }
        }
    }

    /// Whole partitions as windows.
    pub async fn by_window(&mut self, ctx: &SessionContext, table: &str, segments: &[&str]) {
        for segment in segments {
            let over = format!(" OVER (PARTITION BY \"{segment}\")");
            let measures = select_list(&self.measures_of(segment), &over);
            let sql = format!(
                "SELECT DISTINCT '{segment}' AS segment, \"{segment}\" AS segment_value, {measures} FROM {table}"
            );
            self.check_query(ctx, "window", &[segment], &sql).await;
        }
    }

    /// Running windows, of which the last row has seen the whole partition.
    pub async fn by_running_window(
        &mut self,
        ctx: &SessionContext,
        table: &str,
        segments: &[&str],
        order: &[&str],
    ) {
        for segment in segments {
            let over = format!(
                " OVER (PARTITION BY \"{segment}\" ORDER BY {})",
                order.join(", ")
            );
            let measures = select_list(&self.measures_of(segment), &over);
            let sql = format!(
                "SELECT * FROM (SELECT '{segment}' AS segment, \"{segment}\" AS segment_value, {measures},
                        row_number() OVER (PARTITION BY \"{segment}\" ORDER BY {} DESC) AS from_end
                 FROM {table}) WHERE from_end = 1",
                order.join(" DESC, ")
            );
            self.check_query(ctx, "running window", &[segment], &sql)
                .await;
        }
    }
}

/// A query for several segments at once, ALL among them or not.
fn grouping_sets(segments: &[&str], measures: &str, table: &str) -> String {
    let mut sets = vec![];
    let mut names = vec![];
    let mut values = vec![];
    for segment in segments {
        if *segment == "ALL" {
            sets.push("()".to_string());
        } else {
            sets.push(format!("(\"{segment}\")"));
            names.push(format!("WHEN grouping(\"{segment}\") = 0 THEN '{segment}'"));
            // Segments need not be texts.
            values.push(format!("CAST(\"{segment}\" AS VARCHAR)"));
        }
    }
    format!(
        "SELECT CASE {} ELSE 'ALL' END AS segment, coalesce({}, 'ALL') AS segment_value, {measures}
         FROM {table} GROUP BY GROUPING SETS ({})",
        names.join(" "),
        values.join(", "),
        sets.join(", ")
    )
}

/// The condition that a segment's rows meet.
fn filter(segment: &str, value: &str) -> String {
    match segment {
        "ALL" => "true".to_string(),
        column => format!("\"{column}\" = {}", quoted(value)),
    }
}
