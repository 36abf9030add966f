//! Parquet files: whether they are any, how they are read, and which columns they have.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::config::TableParquetOptions;
use datafusion::common::{Statistics, plan_err};
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::datasource::physical_plan::parquet::{Int96Coercer, transform_schema_to_view};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::arrow::{ProjectionMask, parquet_to_arrow_schema};
use datafusion::parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use datafusion::prelude::SessionContext;
use futures::{StreamExt, TryStreamExt};
use object_store::{ObjectMeta, ObjectStore};

use super::chunks::misplaced;
use super::int96;
use crate::tables::storage::FilePath;
use crate::tables::united::bytes::{self, BytesRead};
use crate::tables::united::drift::{self, Shapes, United};
use crate::tables::united::proof;

/// How the files are read, and their columns.
pub(in crate::tables) struct InspectedParquet {
    pub format: ParquetFormat,
    pub united: United,
    pub shapes: Shapes,
    pub notes: Vec<String>,
}

/// Finds the columns. The settings `datafusion.execution.parquet` are followed.
pub(in crate::tables) async fn inspect(
    ctx: &SessionContext,
    store: &Arc<dyn ObjectStore>,
    files: &[FilePath],
    metas: &[ObjectMeta],
    bytes_are_text: bool,
) -> Result<InspectedParquet> {
    let state = ctx.state();
    let mut options = state.default_table_options().parquet;
    options.global.binary_as_string |= bytes_are_text;
    let footers = footers(ctx, store, files, metas).await?;
    let mut notes = vec![];
    let timed: Vec<int96::Timed> = footers
        .iter()
        .zip(files)
        .filter_map(|(footer, file)| {
            int96::of(footer).map(|by_spark| int96::Timed { file, by_spark })
        })
        .collect();
    if !timed.is_empty() {
        let asked = options.global.coerce_int96.clone();
        let (unit, note) = int96::unit(&timed, asked.as_deref())?;
        options.global.coerce_int96 = Some(unit);
        notes.extend(note);
    }
    let mut shapes = Shapes::default();
    for (i, footer) in footers.iter().enumerate() {
        let schema =
            schema(footer, &options).map_err(|e| unreadable(&files[i], &e.strip_backtrace()))?;
        drift::named_once(&files[i], &schema)?;
        shapes.add(i, schema);
    }
    drop(footers);
    if shapes.shapes.is_empty() {
        return plan_err!("there is no file to read");
    }
    let united = drift::unite(&shapes.shapes, files, |file, schema, column, to| {
        proof::misfit(&files[file], schema, column, to)
    })?;
    let first = &shapes.shapes[0];
    notes.extend(text_without_its_mark(
        &files[first.files[0]],
        &first.schema,
    )?);
    Ok(InspectedParquet {
        format: ParquetFormat::default().with_options(options),
        united,
        shapes,
        notes,
    })
}

/// What a file says about the values of some columns, of a schema that has these alone.
pub(in crate::tables) async fn statistics(
    cache: Arc<FileMetadataCache>,
    store: &dyn ObjectStore,
    schema: &SchemaRef,
    meta: &ObjectMeta,
) -> Result<Statistics> {
    DFParquetMetadata::new(store, meta)
        .with_file_metadata_cache(Some(cache))
        .with_page_index_policy(Some(PageIndexPolicy::Skip))
        .fetch_statistics(schema)
        .await
}

/// Whether a file says that its rows are in some order.
pub(in crate::tables) async fn is_sorted(
    cache: Arc<FileMetadataCache>,
    store: &dyn ObjectStore,
    meta: &ObjectMeta,
) -> Result<bool> {
    let footer = footer(cache, store, meta).await?;
    let groups = footer.row_groups();
    Ok(groups.iter().any(|group| group.sorting_columns().is_some()))
}

/// What the files say about themselves at their ends.
async fn footers(
    ctx: &SessionContext,
    store: &Arc<dyn ObjectStore>,
    files: &[FilePath],
    metas: &[ObjectMeta],
) -> Result<Vec<Arc<ParquetMetaData>>> {
    let at_a_time = ctx
        .state()
        .config_options()
        .execution
        .meta_fetch_concurrency;
    let each = files.iter().zip(metas).map(|(file, meta)| async move {
        let cache = ctx.runtime_env().cache_manager.get_file_metadata_cache();
        let footer = footer(cache, store.as_ref(), meta).await;
        let footer = footer.map_err(|e| unreadable(file, &e.strip_backtrace()))?;
        match misplaced(&footer, meta.size) {
            Some(problem) => plan_err!("{} is damaged: {problem}", file.display()),
            None => Ok(footer),
        }
    });
    // With the closure in it, the future of a table that is opened could not go to another thread.
    let each: Vec<_> = each.collect();
    futures::stream::iter(each)
        .buffered(at_a_time.get())
        .try_collect()
        .await
}

/// The footer alone: the indexes of pages are read where a query can use them.
async fn footer(
    cache: Arc<FileMetadataCache>,
    store: &dyn ObjectStore,
    meta: &ObjectMeta,
) -> Result<Arc<ParquetMetaData>> {
    DFParquetMetadata::new(store, meta)
        .with_file_metadata_cache(Some(cache))
        .with_page_index_policy(Some(PageIndexPolicy::Skip))
        .fetch_metadata()
        .await
}

/// The columns of a file as they will be read.
fn schema(footer: &ParquetMetaData, options: &TableParquetOptions) -> Result<SchemaRef> {
    let footer = footer.file_metadata();
    let mut schema = parquet_to_arrow_schema(footer.schema_descr(), footer.key_value_metadata())?;
    let options = &options.global;
    if let Some(unit) = &options.coerce_int96 {
        let unit = int96::parsed(unit)?;
        let coerced = Int96Coercer::new(footer.schema_descr(), &schema, &unit)
            .with_timezone(options.coerce_int96_tz.as_deref().map(Arc::from))
            .coerce();
        schema = coerced.unwrap_or(schema);
    }
    // Those that are nested are cast where they are read.
    let mut schema = bytes::as_read(Arc::new(schema), options.binary_as_string);
    if options.schema_force_view_types {
        schema = Arc::new(transform_schema_to_view(&schema));
    }
    Ok(schema)
}

/// What is said about bytes that are text.
fn text_without_its_mark(file: &FilePath, schema: &SchemaRef) -> Result<Option<String>> {
    let of_bytes = bytes::columns(schema);
    if of_bytes.is_empty() {
        return Ok(None);
    }
    let read = || -> Result<BytesRead> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file.open()?)?;
        let mask = ProjectionMask::roots(builder.parquet_schema(), of_bytes.iter().copied());
        let reader = builder
            .with_projection(mask)
            .with_batch_size(bytes::ROWS_OF_TEXT)
            .with_limit(bytes::ROWS_OF_TEXT)
            .build()?;
        let mut seen = BytesRead::new(of_bytes.clone());
        for batch in reader {
            if !seen.add(batch?.columns()) {
                break;
            }
        }
        Ok(seen)
    };
    let seen = read().map_err(|e| unreadable(file, &e.strip_backtrace()))?;
    Ok(seen.note(
        file,
        schema,
        "SET datafusion.execution.parquet.binary_as_string = true before the query",
    ))
}

fn unreadable(file: &FilePath, e: &dyn std::fmt::Display) -> DataFusionError {
    DataFusionError::Plan(format!("{} could not be read: {e}", file.display()))
}

/// Whether files that are called .parquet are Parquet, whole, and not locked.
pub(in crate::tables) fn check(files: &[FilePath]) -> Result<()> {
    for file in files {
        let name = file.display();
        let (head, tail, length) =
            ends(file).map_err(|e| DataFusionError::Plan(format!("{name} cannot be read: {e}")))?;
        if length == 0 {
            return plan_err!(
                "{name} is empty: it has no bytes at all, and a Parquet file without rows has some; \
                 it was cut off, or is still being written. Write it again, or move it away"
            );
        }
        if !is_parquet(&head[..head.len().min(4)]) {
            return plan_err!("{name} is not a Parquet file: {}", what_it_is(&head));
        }
        let end = &tail[tail.len().saturating_sub(4)..];
        if !is_parquet(end) {
            return plan_err!(
                "{name} starts as a Parquet file but does not end as one: it was cut off, or is still being written"
            );
        }
        let [a, b, c, d, ..] = tail[..] else {
            return plan_err!(
                "{name} starts as a Parquet file but has only {length} bytes: it was cut off"
            );
        };
        let footer = u64::from(u32::from_le_bytes([a, b, c, d]));
        if footer + 12 > length {
            return plan_err!(
                "{name} is damaged: the description of its columns claims {footer} bytes, but the file has {length}"
            );
        }
        if end == b"PARE" {
            return plan_err!(
                "{name} is encrypted, and there is no key here; write it without encryption"
            );
        }
    }
    Ok(())
}

/// Whether the first or the last four bytes are those of a Parquet file.
fn is_parquet(mark: &[u8]) -> bool {
    matches!(mark, b"PAR1" | b"PARE")
}

/// The first bytes, the last eight, and how many there are.
fn ends(path: &FilePath) -> std::io::Result<(Vec<u8>, Vec<u8>, u64)> {
    let mut file = path.open()?;
    let length = file.size()?;
    file.seek(SeekFrom::Start(length.saturating_sub(8)))?;
    let mut tail = vec![];
    file.read_to_end(&mut tail)?;
    let end = &tail[tail.len().saturating_sub(4)..];
    // Whoever wrote the end has written the beginning, which would be another request for each file of a store.
    let mut head = end.to_vec();
    if !path.is_remote() || !is_parquet(end) {
        head.clear();
        file.seek(SeekFrom::Start(0))?;
        file.take(24).read_to_end(&mut head)?;
    }
    Ok((head, tail, length))
}

fn what_it_is(head: &[u8]) -> String {
    let is_text = |b: &u8| b.is_ascii_graphic() || *b >= 0x80 || b.is_ascii_whitespace();
    if head.iter().all(is_text) {
        let start = String::from_utf8_lossy(head);
        let start = start
            .trim_end_matches(char::REPLACEMENT_CHARACTER)
            .escape_debug();
        return format!(
            "it begins with the text \"{start}\"; if it is CSV, rename it to .csv and name that file"
        );
    }
    let bytes: Vec<String> = head.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("it begins with the bytes {}", bytes.join(" "))
}
