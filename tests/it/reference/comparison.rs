//! Asks for the values of a data set in several ways, and compares each with its reference.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;

use super::{Measure, Reference, collect, numbers, quoted, select_list, texts};

/// How far a value may be from the reference, relative to it.
const TOLERANCE: f64 = 1e-9;

/// Values beside their references: how many were compared, and which differ.
pub struct Comparison<'a> {
    dataset: &'a str,
    reference: &'a Reference,
    measures: &'a [Measure],
    compared: usize,
    failures: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub fn new(dataset: &'a str, reference: &'a Reference, measures: &'a [Measure]) -> Self {
        Comparison {
            dataset,
            reference,
            measures,
            compared: 0,
            failures: vec![],
        }
    }

    /// Compares one value. `place` names the way it was computed, the segment and the column.
    pub fn check(&mut self, place: &str, expected: Option<f64>, got: Option<f64>) {
        self.compared += 1;
        let equal = match (expected, got) {
            (Some(expected), Some(got)) => (expected - got).abs() <= TOLERANCE * expected.abs(),
            (None, None) => true,
            _ => false,
        };
        if !equal {
            let dataset = self.dataset;
            self.failures.push(format!(
                "{dataset}, {place}: expected {expected:?}, got {got:?}"
            ));
        }
    }

    /// Compares the rows of a query with columns `segment`, `segment_value` and the measures. Each
    /// value of `segments` must come up once; a value that the reference does not have consists of
    /// customers that are all unknown, and so has no KPI.
    pub async fn check_query(
        &mut self,
        ctx: &SessionContext,
        way: &str,
        segments: &[&str],
        sql: &str,
    ) {
        let mut seen = vec![];
        for batch in collect(ctx, sql).await {
            let names = texts(&batch, "segment");
            let values = texts(&batch, "segment_value");
            for measure in self.measures {
                let got = numbers(&batch, measure.column);
                for ((name, value), got) in names.iter().zip(&values).zip(got) {
                    let (Some(name), Some(value)) = (name, value) else {
                        panic!("{way}: a row without a segment: {sql}");
                    };
                    let column = measure.column;
                    let place = format!("{way}, {name} = {value}, {column}");
                    let key = (name.clone(), value.clone());
                    if self.reference.segments.contains_key(&key) {
                        if !self.reference.has(name, value, measure) {
                            continue;
                        }
                        self.check(&place, self.reference.value(name, value, column), got);
                        seen.push((key, column));
                    } else if got.is_some() {
                        let dataset = self.dataset;
                        self.failures.push(format!(
                            "{dataset}, {place}: not in the reference, got {got:?}"
                        ));
                    }
                }
            }
        }
        seen.sort();
        let rows = seen.len();
        seen.dedup();
        let wanted = self.reference.values(segments, self.measures);
        if (rows, seen.len()) != (wanted, wanted) {
            let (dataset, distinct) = (self.dataset, seen.len());
            self.failures.push(format!(
                "{dataset}, {way}: {rows} values came, {distinct} of them distinct; {wanted} expected"
            ));
        }
    }

    /// The groups accumulator: each segment by a GROUP BY of its own.
    pub async fn by_group(&mut self, ctx: &SessionContext, way: &str, table: &str) {
        let measures = select_list(self.measures, "");
        for segment in self.reference.segments() {
            let sql = format!(
                "SELECT '{segment}' AS segment, {segment} AS segment_value, {measures} FROM {table} GROUP BY {segment}"
            );
            self.check_query(ctx, way, &[segment], &sql).await;
        }
    }

    /// All segments and the total in one pass.
    pub async fn by_grouping_sets(&mut self, ctx: &SessionContext, way: &str, table: &str) {
        let measures = select_list(self.measures, "");
        let segments = self.reference.segments();
        let sets: Vec<_> = segments.iter().map(|name| format!("({name})")).collect();
        let cases: Vec<_> = segments
            .iter()
            .map(|name| format!("WHEN grouping({name}) = 0 THEN '{name}'"))
            .collect();
        let sql = format!(
            "SELECT CASE {} ELSE 'ALL' END AS segment, coalesce({}, 'ALL') AS segment_value, {measures}
             FROM {table} GROUP BY GROUPING SETS ((), {})",
            cases.join(" "),
            segments.join(", "),
            sets.join(", ")
        );
        let mut all = vec!["ALL"];
        all.extend(&segments);
        self.check_query(ctx, way, &all, &sql).await;
    }

    /// The plain accumulator: each segment by a WHERE, and the total without one.
    pub async fn by_filter(&mut self, ctx: &SessionContext, way: &str, table: &str) {
        let measures = select_list(self.measures, "");
        for (segment, value) in self.reference.segments.keys() {
            let filter = match segment.as_str() {
                "ALL" => "true".to_string(),
                column => format!("{column} = {}", quoted(value)),
            };
            let place = format!("{way}, {segment} = {value}");
            let sql = format!("SELECT {measures} FROM {table} WHERE {filter}");
            let rows = collect(ctx, &sql).await;
            assert_eq!(rows.iter().map(RecordBatch::num_rows).sum::<usize>(), 1);
            for batch in rows.iter().filter(|batch| batch.num_rows() > 0) {
                for measure in self.measures {
                    if !self.reference.has(segment, value, measure) {
                        continue;
                    }
                    let column = measure.column;
                    let expected = self.reference.value(segment, value, column);
                    let got = numbers(batch, column)[0];
                    self.check(&format!("{place}, {column}"), expected, got);
                }
            }
        }
    }

    /// Whole partitions as windows.
    pub async fn by_window(&mut self, ctx: &SessionContext, way: &str, table: &str) {
        for segment in self.reference.segments() {
            let over = format!(" OVER (PARTITION BY {segment})");
            let measures = select_list(self.measures, &over);
            let sql = format!(
                "SELECT DISTINCT '{segment}' AS segment, {segment} AS segment_value, {measures} FROM {table}"
            );
            self.check_query(ctx, way, &[segment], &sql).await;
        }
    }

    /// Running windows, of which the last row has seen the whole partition. `order` must not have ties.
    pub async fn by_running_window(
        &mut self,
        ctx: &SessionContext,
        way: &str,
        table: &str,
        order: &[&str],
    ) {
        for segment in self.reference.segments() {
            let over = format!(
                " OVER (PARTITION BY {segment} ORDER BY {})",
                order.join(", ")
            );
            let measures = select_list(self.measures, &over);
            let sql = format!(
                "SELECT * FROM (SELECT '{segment}' AS segment, {segment} AS segment_value, {measures},
                        row_number() OVER (PARTITION BY {segment} ORDER BY {} DESC) AS from_end
                 FROM {table}) WHERE from_end = 1",
                order.join(" DESC, ")
            );
            self.check_query(ctx, way, &[segment], &sql).await;
        }
    }

    /// Each item's share of the customers, as one SELECT with a column per item.
    pub async fn penetration(
        &mut self,
        ctx: &SessionContext,
        way: &str,
        table: &str,
        customer: &str,
    ) {
        let items = &self.reference.penetration;
        let columns: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(i, (level, item, _))| {
                format!(
                    "penetration({customer}, {level} = {}) AS item_{i}",
                    quoted(item)
                )
            })
            .collect();
        let sql = format!("SELECT {} FROM {table}", columns.join(", "));
        let batches = collect(ctx, &sql).await;
        for (i, (level, item, share)) in items.iter().enumerate() {
            let got = numbers(&batches[0], &format!("item_{i}"))[0];
            self.check(
                &format!("{way}, {level} = {item}, penetration"),
                Some(*share),
                got,
            );
        }
    }

    /// The share of customers with the most common product of each segment, which the reference names.
    pub async fn top_products(
        &mut self,
        ctx: &SessionContext,
        way: &str,
        table: &str,
        customer: &str,
    ) {
        for ((segment, value), row) in &self.reference.segments {
            let product = row["top_product"].as_deref().expect("a product");
            let filter = match segment.as_str() {
                "ALL" => "true".to_string(),
                column => format!("{column} = {}", quoted(value)),
            };
            let sql = format!(
                "SELECT penetration({customer}, product = {}) AS share FROM {table} WHERE {filter}",
                quoted(product)
            );
            let got = numbers(&collect(ctx, &sql).await[0], "share")[0];
            let expected = self
                .reference
                .value(segment, value, "top_product_penetration_pct");
            self.check(
                &format!("{way}, {segment} = {value}, top product"),
                expected,
                got,
            );
        }
    }

    /// The shares of customers with at least so many products, beside plain SQL.
    pub async fn at_least(&mut self, ctx: &SessionContext, way: &str, table: &str, customer: &str) {
        for k in [1, 2, 3, 7, 20] {
            let sql = format!(
                "SELECT penetration({customer}, product, {k}) AS got,
                        (SELECT 100.0 * count(*) FILTER (WHERE products >= {k}) / count(*)
                         FROM (SELECT count(DISTINCT product) AS products FROM {table}
                               WHERE {customer} IS NOT NULL GROUP BY {customer})) AS expected
                 FROM {table}"
            );
            let rows = collect(ctx, &sql).await;
            let (expected, got) = (
                numbers(&rows[0], "expected")[0],
                numbers(&rows[0], "got")[0],
            );
            assert!(expected.is_some(), "{sql}");
            self.check(&format!("{way}, at least {k} products"), expected, got);
        }
    }

    /// Fails with everything that differs, or if not so many values were compared.
    pub fn finish(self, compared: usize) {
        let failures = self.failures;
        assert!(
            failures.is_empty(),
            "{} of {} values differ:\n{}",
            failures.len(),
            self.compared,
            failures.join("\n")
        );
        assert_eq!(
            self.compared, compared,
            "values compared for {}",
            self.dataset
        );
    }
}
