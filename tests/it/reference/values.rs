//! The values that other tools have computed, as their CSV files have them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datafusion::prelude::{CsvReadOptions, SessionContext};

use super::measure::Measure;
use super::sql::{collect, text, texts};

/// A row by column; an empty cell is None.
pub type Row = BTreeMap<String, Option<String>>;

/// Reads a CSV file with every cell as text.
pub async fn read_rows(path: PathBuf) -> Vec<Row> {
    let ctx = SessionContext::new();
    let options = CsvReadOptions::new().schema_infer_max_records(0);
    let path = text(path);
    ctx.register_csv("file", &path, options)
        .await
        .unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut rows = vec![];
    for batch in collect(&ctx, "SELECT * FROM file").await {
        let schema = batch.schema();
        let columns: Vec<_> = schema
            .fields()
            .iter()
            .map(|field| (field.name(), texts(&batch, field.name())))
            .collect();
        rows.extend((0..batch.num_rows()).map(|row| {
            let cell = |(name, cells): &(&String, Vec<Option<String>>)| {
                let cell = cells[row].clone().filter(|cell| !cell.is_empty());
                (name.to_string(), cell)
            };
            columns.iter().map(cell).collect()
        }));
    }
    assert!(!rows.is_empty(), "{path} holds no values");
    rows
}

/// A cell that is never empty.
pub fn cell<'a>(row: &'a Row, column: &str) -> &'a str {
    let cell = row.get(column).and_then(Option::as_deref);
    cell.unwrap_or_else(|| panic!("no {column} in {row:?}"))
}

/// A cell as a number.
pub fn number(row: &Row, column: &str) -> Option<f64> {
    let cell = row
        .get(column)
        .unwrap_or_else(|| panic!("no column {column}"));
    cell.as_ref().map(|cell| cell.parse().expect("a number"))
}

/// The reference values of a data set, by segment and segment value.
pub struct Reference {
    pub rows: BTreeMap<(String, String), Row>,
}

impl Reference {
    /// Reads a file with the columns `segment` and `segment_value`.
    pub async fn read(path: PathBuf) -> Reference {
        Reference::by(path, |row| {
            (
                cell(row, "segment").into(),
                cell(row, "segment_value").into(),
            )
        })
        .await
    }

    /// Reads a file whose rows are the values of one segment, in the column of its name.
    pub async fn read_values_of(path: PathBuf, segment: &str) -> Reference {
        Reference::by(path, |row| (segment.into(), cell(row, segment).into())).await
    }

    async fn by(path: PathBuf, key: impl Fn(&Row) -> (String, String)) -> Reference {
        let rows = read_rows(path).await;
        let count = rows.len();
        let rows: BTreeMap<_, _> = rows.into_iter().map(|row| (key(&row), row)).collect();
        assert_eq!(rows.len(), count, "a segment value comes twice");
        Reference { rows }
    }

    /// The names of the segments, without ALL.
    pub fn segments(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.rows.keys().map(|(name, _)| name.as_str()).collect();
        names.dedup();
        names.retain(|name| *name != "ALL");
        names
    }

    /// Whether the file has the column of a measure at all.
    pub fn has_column(&self, column: &str) -> bool {
        self.rows.values().all(|row| row.contains_key(column))
    }
}

/// Whether somebody computed a measure for a row. Months, for one, have no figures about time.
pub fn has(row: &Row, measure: &Measure) -> bool {
    number(row, measure.counts).is_some()
}

/// What a measure's call must give.
pub fn expected(row: &Row, measure: &Measure) -> Option<f64> {
    let value = number(row, measure.column);
    match measure.whole {
        None => value,
        Some(whole) => Some(100.0 * value? / number(row, whole)?),
    }
}
