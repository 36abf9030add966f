//! Opens a path as a table: one file, a folder or a glob of Parquet, CSV or JSON files.
//!
//! DataFusion reads the files; this module looks at them first, because DataFusion trusts what it is given:
//! it unites CSV files by position even when their headers differ, takes the types of a CSV column from its
//! first thousand rows, and skips files that lie beside its partition folders without a word.
//! Everything found here is said with the name of the file and with a way out.
//!
//! ```no_run
//! # async fn example() -> datafusion::error::Result<()> {
//! use datafusion::prelude::SessionContext;
//! use kpi_sql::tables::{self, Options};
//!
//! let ctx = SessionContext::new();
//! let orders = tables::open(&ctx, "exports/orders/*.csv", &Options::default()).await?;
//! ctx.register_table("orders", orders.provider)?;
//! # Ok(())
//! # }
//! ```

mod csv;
pub(crate) mod external;
mod external_parquet;
mod find;
mod format;
pub(crate) mod guessed;
mod json;
mod misfit;
mod moment;
mod parquet;
mod partitions;
mod text_columns;
mod types;
mod values;
mod words;

pub(crate) use find::closest;
pub use find::looks_like_a_path;
pub use format::EXTENSIONS;
pub use words::Words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::plan_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use futures::TryStreamExt;
use object_store::ObjectMeta;

use self::csv::CsvFiles;
use self::format::{Format, Kind};
use self::partitions::Partitions;
use self::types::sql_name;

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// What separates the values of a CSV file; `None` takes it from the header line.
    pub delimiter: Option<u8>,
    /// How many rows of a table are looked at to find the types of its columns (CSV and JSON).
    /// Several files share them, but every file has its beginning looked at.
    pub infer_rows: usize,
    /// Whether the first line of a CSV file has the names of its columns; `None` decides by the lines themselves.
    pub header: Option<bool>,
    /// Texts that mean NULL, in columns of any type of CSV files, and in columns of text of others.
    pub null: Vec<String>,
    /// A regular expression for such texts in CSV files.
    pub null_regex: Option<String>,
    /// Columns and the SQL types that they are to have: `("amount", "DECIMAL(12, 2)")`.
    pub types: Vec<(String, String)>,
    /// The zone of times that are written with an offset; `None` leaves them their offset.
    pub time_zone: Option<String>,
    /// Whether quoted values of a CSV file may hold lines that look like rows of it.
    pub newlines_in_values: bool,
    /// What a value of a CSV file is put in that has a separator in it.
    pub quote: u8,
    /// What stands before such a quote inside of a value; `None` if it is written twice.
    pub escape: Option<u8>,
    /// What the lines of a CSV file begin with that are to be left out.
    pub comment: Option<u8>,
    /// What messages call these options.
    pub words: Words,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            delimiter: None,
            infer_rows: 100_000,
            header: None,
            null: vec![],
            null_regex: None,
            types: vec![],
            time_zone: None,
            newlines_in_values: false,
            quote: b'"',
            escape: None,
            comment: None,
            words: Words::default(),
        }
    }
}

/// What notes call the option for more rows, [`Options::infer_rows`]. Programs have other names for it.
pub const LARGER_SAMPLE: &str = "a larger sample of its rows";

/// A table ready to be registered.
pub struct Opened {
    /// The table, to be registered under any name.
    pub provider: Arc<dyn TableProvider>,
    /// The files that were found, in the order of their names.
    pub files: Vec<PathBuf>,
    /// True for formats whose types were guessed from a sample of the rows.
    pub types_were_guessed: bool,
    /// What a reader should know about the choices that were made, one sentence each.
    pub notes: Vec<String>,
    /// The same of single columns, for those who ask for them: the column and the sentence.
    pub column_notes: Vec<(String, String)>,
}

/// Opens `path`, a file, a folder or a glob, without reading more of the files than their beginnings and ends.
pub async fn open(ctx: &SessionContext, path: &str, options: &Options) -> Result<Opened> {
    open_with(ctx, path, options, &[]).await
}

/// The same with types for those of some columns that there are.
pub(crate) async fn open_with(
    ctx: &SessionContext,
    path: &str,
    options: &Options,
    if_there: &[(String, String)],
) -> Result<Opened> {
    let said = types::resolve(ctx, &options.types, options)?;
    let types = [said.clone(), types::resolve(ctx, if_there, options)?].concat();
    let (path_owned, options_owned, types_owned) =
        (path.to_string(), options.clone(), types.clone());
    // Looking at files blocks; on a thread of its own it leaves the caller free to hear Ctrl-C.
    let looked =
        tokio::task::spawn_blocking(move || look(&path_owned, &options_owned, &types_owned))
            .await
            .map_err(|e| DataFusionError::External(Box::new(e)))??;
    let Looked {
        files,
        partitions,
        mut inspected,
    } = looked;

    let urls = match &partitions {
        Some(partitions) => vec![folder_url(&partitions.base)?],
        None => files.iter().map(|f| file_url(f)).collect::<Result<_>>()?,
    };
    let mut metas = metas(ctx, &urls, &inspected.extension).await?;
    let mut columns = vec![];
    let mut only_chosen = None;
    if let Some(partitions) = &partitions {
        let n_listed = metas.len();
        let values = |meta: &ObjectMeta| partitions.values(urls[0].strip_prefix(&meta.location)?);
        let all: Vec<_> = metas.iter().filter_map(&values).collect();
        metas.retain(|meta| values(meta).is_some_and(|v| partitions.chosen.contains(&v)));
        // A partition is read as a whole. A % may stand for another character in a folder's name.
        let is_whole = metas.len() == files.len();
        let is_plain = metas.len() == n_listed || !all.iter().flatten().any(|v| v.contains('%'));
        if !is_whole || !is_plain {
            return plan_err!(
                "{path} picks {} of the {n_listed} files in the partition folders of {}, and a partition is read \
                 as a whole; name the folder, and choose with WHERE",
                files.len(),
                partitions.base.display()
            );
        }
        columns = partitions.columns(&all);
        if metas.len() < n_listed {
            only_chosen = Some(partitions.is_chosen(&columns)?);
        }
    }

    let schema = match inspected.schema.take() {
        Some(schema) => schema,
        None => infer(ctx, &inspected, &files, &metas).await?,
    };
    types::check(path, &schema, &said, options)?;
    if let Some((name, _)) = columns
        .iter()
        .find(|(name, _)| schema.index_of(name).is_ok())
    {
        return plan_err!(
            "{path} has {name} twice: as a column of its files and as the name of its folders {name}=...; \
             rename one of them"
        );
    }

    let listing = ListingOptions::new(inspected.format)
        .with_file_extension(inspected.extension)
        .with_table_partition_cols(columns);
    let config = ListingTableConfig::new_with_multi_paths(urls)
        .with_listing_options(listing)
        .with_schema(schema);
    let statistics = ctx.runtime_env().cache_manager.get_file_statistic_cache();
    let table = ListingTable::try_new(config)?.with_cache(statistics);
    let mut provider: Arc<dyn TableProvider> = Arc::new(table);
    let columns = provider.schema();
    let ways = match inspected.kind {
        Kind::Parquet => BTreeMap::new(),
        Kind::Csv => {
            let is_guess = |c: &str| inspected.guessed.iter().any(|guess| guess == c);
            types::ways(&columns, is_guess, |name| {
                types::of_text(name, &options.words)
            })
        }
        Kind::Json => {
            types::refuse_lost_codes(path, &columns, &types, options)?;
            let is_guess = |c: &str| !types.iter().any(|(said, _)| said == c);
            types::ways(&columns, is_guess, |name| {
                types::of_json(name, &options.words)
            })
        }
    };
    provider = guessed::marked(provider, ways);
    if inspected.kind == Kind::Json {
        let notes = text_columns::notes(ctx, &provider, &types, options).await;
        inspected.column_notes.extend(notes);
    }
    if inspected.kind != Kind::Csv {
        provider = types::proven(ctx, provider, path, &types, options)?;
    }
    if let Some(condition) = only_chosen {
        // DataFusion lists all partitions below the folder and then drops those that the condition excludes.
        provider = ctx.read_table(provider)?.filter(condition)?.into_view();
    }
    Ok(Opened {
        provider,
        files,
        types_were_guessed: inspected.kind != Kind::Parquet,
        notes: inspected.notes,
        column_notes: inspected.column_notes,
    })
}

/// What a look at the files gave.
struct Looked {
    files: Vec<PathBuf>,
    partitions: Option<Partitions>,
    inspected: Inspected,
}

/// What the files of one table have in common.
struct Inspected {
    kind: Kind,
    format: Arc<dyn FileFormat>,
    /// The end of the files' names; empty where every file is named by itself.
    extension: String,
    /// The columns, where this module finds them itself.
    schema: Option<SchemaRef>,
    notes: Vec<String>,
    column_notes: Vec<(String, String)>,
    /// The columns of CSV files whose type was guessed.
    guessed: csv::Guessed,
}

fn look(path: &str, options: &Options, types: &[(String, DataType)]) -> Result<Looked> {
    let found = find::find(path)?;
    let Format {
        kind,
        compression,
        extension,
    } = format::common(path, &found.files)?;
    let files = without_empty_files(path, found.files)?;
    let partitions = match found.base {
        Some(base) => partitions::find(&base, &files)?,
        None => None,
    };
    let mut column_notes = vec![];
    let mut guessed: csv::Guessed = Arc::default();
    let (format, schema, notes): (Arc<dyn FileFormat>, _, _) = match kind {
        Kind::Parquet => {
            parquet::check(&files)?;
            (Arc::new(ParquetFormat::default()), None, vec![])
        }
        Kind::Csv => {
            let csv = csv::inspect(&files, compression, options, types)?;
            guessed = Arc::clone(&csv.guessed);
            let format = CsvFiles::new(csv.looking, csv.has_header, csv.guessed);
            column_notes = csv.column_notes;
            (Arc::new(format), Some(csv.schema), csv.notes)
        }
        Kind::Json => {
            let format = JsonFormat::default()
                .with_file_compression_type(compression)
                .with_schema_infer_max_rec(options.infer_rows)
                .with_newline_delimited(json::is_one_object_per_line(&files, compression)?);
            (Arc::new(format), None, vec![])
        }
    };
    // A single file may have any name; the files below a folder are told apart by their ends.
    let extension = if partitions.is_some() {
        extension
    } else {
        String::new()
    };
    let inspected = Inspected {
        kind,
        format,
        extension,
        schema,
        notes,
        column_notes,
        guessed,
    };
    Ok(Looked {
        files,
        partitions,
        inspected,
    })
}

/// Some tools leave files of no bytes as markers; DataFusion does not read them either.
fn without_empty_files(path: &str, files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let is_empty = |f: &PathBuf| std::fs::metadata(f).is_ok_and(|m| m.len() == 0);
    let (empty, full): (Vec<_>, Vec<_>) = files.into_iter().partition(is_empty);
    match (&empty[..], &full[..]) {
        ([one], []) => plan_err!("{} is empty: it has no bytes at all", one.display()),
        (_, []) => plan_err!("all files of {path} are empty: they have no bytes at all"),
        _ => Ok(full),
    }
}

/// Lets DataFusion find the columns, and names the files where they contradict each other.
async fn infer(
    ctx: &SessionContext,
    inspected: &Inspected,
    files: &[PathBuf],
    metas: &[ObjectMeta],
) -> Result<SchemaRef> {
    let state = ctx.state();
    let store = ctx
        .runtime_env()
        .object_store(file_url(&files[0])?.object_store())?;
    let together = inspected.format.infer_schema(&state, &store, metas).await;
    let error = match together {
        Ok(schema) => return Ok(loosened(&schema, metas.len() > 1)),
        Err(error) => error,
    };
    let mut seen: Vec<(String, Arc<Schema>)> = vec![];
    for meta in metas {
        let name = shown(meta, files);
        let one = std::slice::from_ref(meta);
        let schema = match inspected.format.infer_schema(&state, &store, one).await {
            Ok(schema) => schema,
            Err(e) => return plan_err!("{name} could not be read: {}", e.strip_backtrace()),
        };
        for (other, columns) in &seen {
            for field in schema.fields() {
                let Ok(before) = columns.field_with_name(field.name()) else {
                    continue;
                };
                if before.data_type() != field.data_type() {
                    return plan_err!(
                        "column {} is {} in {other} but {} in {name}; one table needs one type: write the files \
                         with equal types, or register them as two tables and unite them with a CAST",
                        field.name(),
                        before.data_type(),
                        field.data_type()
                    );
                }
            }
        }
        seen.push((name, schema));
    }
    Err(error)
}

/// A column without a single value has no type; as text it can at least be compared and counted.
/// A column that one of several files lacks is NULL there, also where the others declare it NOT NULL.
fn loosened(schema: &Schema, several_files: bool) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| match f.data_type() {
        DataType::Null => Arc::new(Field::new(f.name(), DataType::Utf8, true)),
        _ if several_files => Arc::new(f.as_ref().clone().with_nullable(true)),
        _ => Arc::clone(f),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()).with_metadata(schema.metadata().clone()))
}

/// The files as the object store lists them: exactly those that a scan will read.
async fn metas(
    ctx: &SessionContext,
    urls: &[ListingTableUrl],
    extension: &str,
) -> Result<Vec<ObjectMeta>> {
    let state = ctx.state();
    let mut metas = vec![];
    for url in urls {
        let store = ctx.runtime_env().object_store(url)?;
        let listed = url
            .list_all_files(&state, store.as_ref(), extension)
            .await?;
        metas.extend(
            listed
                .try_filter(|m| futures::future::ready(m.size > 0))
                .try_collect::<Vec<_>>()
                .await?,
        );
    }
    metas.sort_by(|a, b| a.location.cmp(&b.location));
    Ok(metas)
}

/// The name of a listed file as the user wrote it.
fn shown(meta: &ObjectMeta, files: &[PathBuf]) -> String {
    let listed = meta.location.as_ref();
    let is_it = |f: &&PathBuf| file_url(f).is_ok_and(|url| url.prefix().as_ref() == listed);
    match files.iter().find(is_it) {
        Some(file) => file.display().to_string(),
        None => format!("/{listed}"),
    }
}

fn file_url(path: &Path) -> Result<ListingTableUrl> {
    ListingTableUrl::parse(format!("file://{}", encoded(path)?))
}

fn folder_url(path: &Path) -> Result<ListingTableUrl> {
    ListingTableUrl::parse(format!("file://{}/", encoded(path)?.trim_end_matches('/')))
}

/// The absolute path, percent-encoded: a plain path with `[` or `?` in its name would be taken for a glob.
fn encoded(path: &Path) -> Result<String> {
    let absolute = std::path::absolute(path)?;
    let Some(text) = absolute.to_str() else {
        return plan_err!("{} is not a name in UTF-8; rename it", path.display());
    };
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b'=' => url.push(byte as char),
            _ if byte.is_ascii_alphanumeric() => url.push(byte as char),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url)
}

/// A name of this path as somebody in the present folder would write it.
fn shown_location(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).to_path_buf()
}
