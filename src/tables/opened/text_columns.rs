//! What is said of the texts of JSON files: they have the dates and numbers of other places, too.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::logical_expr::ident;
use datafusion::prelude::SessionContext;

use crate::tables::csv::{ColumnPlace, Looking, Points, SeenColumn, notes_of, said_without_zone};
use crate::tables::options::Options;
use crate::tables::values;

/// How many rows are looked at.
const ROWS: usize = 1_000;

/// What should be known of columns whose type nobody said, if they are to be looked at, and of times that were said to be
/// of a zone without one.
pub(in crate::tables) async fn notes(
    ctx: &SessionContext,
    table: &Arc<dyn TableProvider>,
    types: &[(String, DataType)],
    options: &Options,
    are_all: bool,
) -> Vec<(String, String)> {
    let schema = table.schema();
    let is_text = |data_type: &DataType| matches!(data_type, DataType::Utf8 | DataType::Utf8View);
    let said = |name: &str| {
        types
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, said)| said)
    };
    let is_looked_at = |name: &str| match said(name) {
        Some(said) => {
            options.time_zone.is_none() && matches!(said, DataType::Timestamp(_, Some(_)))
        }
        None => are_all,
    };
    let names: Vec<&String> = schema
        .fields()
        .iter()
        .filter(|f| is_text(f.data_type()) && is_looked_at(f.name()))
        .map(|f| f.name())
        .collect();
    // What is wrong with the rows is said by whoever reads them.
    let Ok(looking) = Looking::new(FileCompressionType::UNCOMPRESSED, options) else {
        return vec![];
    };
    let rows = ctx
        .read_table(Arc::clone(table))
        .and_then(|rows| rows.select(names.iter().map(|name| ident(name.as_str()))))
        .and_then(|rows| rows.limit(0, Some(ROWS)));
    let batches = match rows {
        Ok(rows) if !names.is_empty() => rows.collect().await.unwrap_or_default(),
        _ => return vec![],
    };
    let place = ColumnPlace {
        files: &[],
        lookings: &[],
        option_names: looking.option_names,
        has_header: false,
        has_forms: false,
    };
    let mut notes = vec![];
    for (i, name) in names.into_iter().enumerate() {
        let mut column = SeenColumn::default();
        let mut row = 0;
        for batch in &batches {
            let Some(texts) = values::texts_of(batch.column(i)) else {
                continue;
            };
            for value in texts.iter() {
                if let Some(value) = value.filter(|value| !looking.nulls.contain(value)) {
                    column.add(0, row, value);
                }
                row += 1;
            }
        }
        if let Some(said) = said(name) {
            let note = said_without_zone(name, &column, said, &place);
            notes.extend(note.map(|note| (name.clone(), note)));
            continue;
        }
        // A format with types keeps "10" as the text that it is, with or without an N/A beside it.
        if column.is_days() || column.is_foreign_numbers() || column.instants.n == column.values {
            let note = notes_of(name, &column, Points::Decimals, &place);
            notes.extend(note.map(|note| (name.clone(), note)));
        }
    }
    notes
}
