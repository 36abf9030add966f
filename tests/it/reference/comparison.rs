//! The rows of a query beside the rows of the reference.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;

use super::measure::Measure;
use super::sql::{collect, numbers, texts};
use super::tally::Tally;
use super::values::{Reference, Row, cell, expected, has};

pub struct Comparison<'a> {
    pub reference: &'a Reference,
    /// The measures of which the reference has the column.
    pub measures: Vec<&'a Measure>,
    tally: Tally<'a>,
}

impl<'a> Comparison<'a> {
    pub fn new(
        dataset: &'a str,
        reference: &'a Reference,
        measures: impl IntoIterator<Item = &'a Measure>,
    ) -> Self {
        let mut measures: Vec<_> = measures.into_iter().collect();
        measures.retain(|measure| reference.has_column(measure.column));
        Comparison {
            reference,
            measures,
            tally: Tally::new(dataset),
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
        let reference = self.reference;
        let mut seen = vec![];
        for batch in collect(ctx, sql).await {
            let names = texts(&batch, "segment");
            let values = texts(&batch, "segment_value");
            for (i, key) in names.into_iter().zip(values).enumerate() {
                let (Some(name), Some(value)) = key else {
                    panic!("{way}: a row without a segment: {sql}");
                };
                let place = format!("{way}, {name} = {value}");
                let got = batch.slice(i, 1);
                let key = (name, value);
                match reference.rows.get(&key) {
                    Some(row) => {
                        self.check_row(&place, row, &got);
                        seen.push(key);
                    }
                    None => self.check_nobody(&place, &got),
                }
            }
        }
        seen.sort();
        let mut wanted: Vec<_> = reference.rows.keys().cloned().collect();
        wanted.retain(|(name, _)| segments.contains(&name.as_str()));
        if seen != wanted {
            let what = format!("{way}: {seen:?} came, {wanted:?} expected");
            self.tally.fail(&what);
        }
    }

    /// Compares a result of one row with a row of the reference.
    pub fn check_row(&mut self, place: &str, row: &Row, got: &RecordBatch) {
        for measure in &self.measures {
            if has(row, measure) {
                let place = format!("{place}, {}", measure.column);
                if measure.is_name {
                    let got = texts(got, measure.column).remove(0);
                    let expected = cell(row, measure.column);
                    self.tally.check_text(&place, expected, got.as_deref());
                } else {
                    let got = numbers(got, measure.column)[0];
                    self.tally.check(&place, expected(row, measure), got);
                }
            }
        }
    }

    fn check_nobody(&mut self, place: &str, got: &RecordBatch) {
        for measure in &self.measures {
            if let Some(got) = &texts(got, measure.column)[0] {
                let column = measure.column;
                let what = format!("{place}, {column}: not in the reference, got {got}");
                self.tally.fail(&what);
            }
        }
    }

    /// Fails with everything that differs, or if not so many values were compared.
    pub fn finish(self, compared: usize) {
        self.tally.finish(compared);
    }
}
