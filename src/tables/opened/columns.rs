//! The columns of a table, each format's own way to them, and how the files are read.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use object_store::ObjectMeta;

use super::inspect::Inspected;
use crate::tables::formats::kind::FileKind;
use crate::tables::json::{JsonFile, JsonFiles};
use crate::tables::options::Options;
use crate::tables::paths::urls::store;
use crate::tables::storage::FilePath;
use crate::tables::united::adapt::ColumnNames;
use crate::tables::united::drift;
use crate::tables::{arrow_ipc, json, parquet};

/// The columns of a table, and how its files are read.
pub(in crate::tables) struct TableColumns {
    pub format: Arc<dyn FileFormat>,
    pub schema: SchemaRef,
    /// Those of each file, under its own names.
    pub of_files: Vec<SchemaRef>,
    /// The table's names for those that are spelled otherwise.
    pub names: ColumnNames,
    /// How each JSON file is read, if they differ.
    pub json_files: Vec<Arc<JsonFile>>,
    /// Whether no file may be cut into pieces.
    pub whole: bool,
    pub notes: Vec<String>,
}

pub(in crate::tables) async fn columns(
    ctx: &SessionContext,
    inspected: &Inspected,
    files: &[FilePath],
    metas: &[ObjectMeta],
    options: &Options,
) -> Result<TableColumns> {
    let store = ctx.runtime_env().object_store(store(&files[0])?)?;
    let mut whole = false;
    let mut json_files = vec![];
    let (format, united, shapes, notes): (Arc<dyn FileFormat>, _, _, _) = match inspected.kind {
        FileKind::Csv | FileKind::Workbook => {
            let schema = inspected
                .schema
                .clone()
                .unwrap_or_else(|| Arc::new(Schema::empty()));
            return Ok(TableColumns {
                format: Arc::clone(&inspected.format),
                of_files: vec![Arc::clone(&schema); files.len()],
                schema,
                names: ColumnNames::new(),
                json_files,
                whole: false,
                notes: vec![],
            });
        }
        FileKind::Parquet => {
            let text = options.binary_as_string;
            let found = parquet::inspect(ctx, &store, files, metas, text).await?;
            (
                Arc::new(found.format),
                found.united,
                found.shapes,
                found.notes,
            )
        }
        FileKind::Arrow => {
            let of_session = ctx
                .state()
                .config_options()
                .execution
                .parquet
                .binary_as_string;
            let found = arrow_ipc::inspect(files, options.binary_as_string || of_session).await?;
            (
                Arc::new(found.format),
                found.united,
                found.shapes,
                found.notes,
            )
        }
        FileKind::Json => {
            let at_a_time = ctx.state().config().target_partitions();
            let records = options.records.as_deref();
            let found = json::inspect(files, inspected.compression, records, at_a_time).await?;
            whole = found.whole;
            let compression = inspected.compression;
            let format: Arc<dyn FileFormat> = match found.layouts {
                Some(layouts) => {
                    json_files = layouts;
                    Arc::new(JsonFiles::format(compression))
                }
                None => Arc::new(JsonFormat::default().with_file_compression_type(compression)),
            };
            (format, found.united, found.shapes, found.notes)
        }
    };
    let mut of_files = vec![Arc::clone(&united.schema); files.len()];
    for shape in shapes.shapes {
        let schema = match inspected.kind {
            FileKind::Json => drift::spelled(&united, &shape.schema),
            _ => shape.schema,
        };
        for file in shape.files {
            of_files[file] = Arc::clone(&schema);
        }
    }
    Ok(TableColumns {
        format,
        schema: united.schema,
        of_files,
        names: united.names,
        json_files,
        whole,
        notes: [united.notes, notes].concat(),
    })
}
