//! Arrow files: whether they are any, and which columns they have together.

use std::io::Read;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};

use super::damage;
use super::format::ArrowFiles;
use super::reader::open_path;
use crate::tables::formats::sniff::is_arrow;
use crate::tables::scan::RowsFormat;
use crate::tables::storage::FilePath;
use crate::tables::united::bytes::{self, BytesRead};
use crate::tables::united::drift::{self, Shapes, United};
use crate::tables::united::proof::{self, Misfit};

/// How the files are read, and their columns.
pub(in crate::tables) struct InspectedArrow {
    pub format: RowsFormat<ArrowFiles>,
    pub united: United,
    pub shapes: Shapes,
    pub notes: Vec<String>,
}

/// Refuses what is no Arrow file.
pub(in crate::tables) fn check(files: &[FilePath]) -> Result<()> {
    for file in files {
        let name = file.display();
        let mut head = vec![];
        file.open()
            .and_then(|file| file.take(16).read_to_end(&mut head))
            .map_err(|e| DataFusionError::Plan(format!("{name} cannot be opened: {e}")))?;
        if head.is_empty() {
            return plan_err!("{name} is empty: it has no bytes at all");
        }
        if head.starts_with(b"FEA1") {
            return plan_err!(
                "{name} is of the first version of Feather, which is obsolete; rewrite it with pandas: \
                 pandas.read_feather('{name}').to_parquet('rows.parquet')"
            );
        }
        if head.starts_with(b"PAR1") {
            return plan_err!(
                "{name} is Parquet, whatever its name says: read_parquet('{name}') reads it"
            );
        }
        if !is_arrow(&head) {
            return plan_err!(
                "{name} is not Arrow: such a file begins with ARROW1, and such a stream with four bytes ff; if it is \
                 something else, give it the ending of what it is"
            );
        }
    }
    Ok(())
}

/// Finds the columns. Columns of bytes are text if that is said.
pub(in crate::tables) async fn inspect(
    files: &[FilePath],
    bytes_are_text: bool,
) -> Result<InspectedArrow> {
    let files = files.to_vec();
    // Looking blocks.
    let looked = tokio::task::spawn_blocking(move || look(&files, bytes_are_text));
    looked
        .await
        .map_err(|e| DataFusionError::External(Box::new(e)))?
}

fn look(files: &[FilePath], bytes_are_text: bool) -> Result<InspectedArrow> {
    let mut shapes = Shapes::default();
    for (i, file) in files.iter().enumerate() {
        let looked = damage::misplaced(file).map_err(|e| {
            DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
        })?;
        if let Some(problem) = looked {
            return plan_err!(
                "{} is damaged: {problem}; copy or write it again",
                file.display()
            );
        }
        let schema = open_path(file, None)?.schema;
        drift::named_once(file, &schema)?;
        shapes.add(i, bytes::as_read(schema, bytes_are_text));
    }
    let united = drift::unite(&shapes.shapes, files, |file, _, column, to| {
        misfit(&files[file], column, to)
    })?;
    let first = &shapes.shapes[0];
    let notes = text_without_its_mark(&files[first.files[0]], &first.schema)?;
    Ok(InspectedArrow {
        format: ArrowFiles::format(united.names.clone()),
        united,
        shapes,
        notes: notes.into_iter().collect(),
    })
}

/// The first value of a column that changes in another type.
fn misfit(file: &FilePath, column: usize, to: &DataType) -> Result<Option<Misfit>> {
    let read = open_path(file, Some(vec![column]))?;
    let columns = read.batches.map(|batch| {
        let batch =
            batch.map_err(|e| DataFusionError::Plan(super::reader::unreadable(file, &e)))?;
        Ok(Arc::clone(batch.column(0)))
    });
    proof::misfit_of(columns, to)
}

/// What is said about bytes that are text.
fn text_without_its_mark(file: &FilePath, schema: &SchemaRef) -> Result<Option<String>> {
    let of_bytes = bytes::columns(schema);
    if of_bytes.is_empty() {
        return Ok(None);
    }
    let read = open_path(file, Some(of_bytes.clone()))?;
    let mut seen = BytesRead::new(of_bytes);
    for batch in read.batches {
        let batch =
            batch.map_err(|e| DataFusionError::Plan(super::reader::unreadable(file, &e)))?;
        if !seen.add(batch.columns()) {
            break;
        }
    }
    let instead = format!("read_arrow('{}', binary_as_string => true)", file.display());
    Ok(seen.note(file, schema, &instead))
}
