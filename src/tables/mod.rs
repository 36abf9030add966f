//! Opens a path as a table: one file, a folder or a glob of Parquet, CSV or JSON files.
//!
//! DataFusion reads the files; this module looks at them first, because DataFusion trusts what it is given:
//! it unites CSV files by position even when their headers differ, takes the types of a CSV column from its
//! first thousand rows, and skips files that lie beside its partition folders without a word.
//! Everything found here is said with the name of the file and with a way out.
//!
//! `find` and `walk` go from a path to its files, `lake` refuses those of table formats, `format` and `sniff` tell what
//! they are, `csv`, `json` and `parquet` look into them, `drift` unites what they found, `partitions` reads the names of
//! folders, and `files` is the table.
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

mod adapt;
mod braces;
mod chunks;
mod columns;
mod csv;
pub(crate) mod damage;
mod drift;
pub(crate) mod external;
mod external_parquet;
mod files;
mod find;
mod format;
pub(crate) mod guessed;
mod int96;
mod json;
mod json_records;
mod json_types;
mod keys;
mod lake;
mod location;
mod misfit;
mod moment;
mod parquet;
mod partitions;
mod promote;
mod proof;
mod sniff;
mod statistics;
mod text_columns;
mod types;
mod values;
mod walk;
mod words;

pub use find::looks_like_a_path;
pub(crate) use find::{closest, is_of_a_table};
pub use format::EXTENSIONS;
pub(crate) use format::{Ending, ending};
pub(crate) use lake::check_target;
pub(crate) use location::{External, check_external};
pub(crate) use partitions::NULL as NULL_PARTITION;
pub use words::Words;

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use datafusion::arrow::datatypes::{DataType, FieldRef, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::plan_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl, PartitionedFile,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use object_store::ObjectMeta;

use self::columns::{Columns, columns};
use self::csv::CsvFiles;
use self::files::{Files, FilesTable, OneFile};
use self::format::{Format, Kind};
use self::partitions::Partitions;
pub(crate) use self::types::sql_name;

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// What separates the values of a CSV file; `None` takes it from the header line.
    pub delimiter: Option<u8>,
    /// How many rows of a table are looked at to find the types of its columns in CSV; of JSON it is all of them.
    /// Several files share them, but every file has its beginning looked at.
    pub infer_rows: usize,
    /// Whether the files of a table of Delta Lake, Apache Hudi, Apache Iceberg or Apache Paimon are read as they
    /// are, those of removed rows too. Without it such a table is refused.
    pub raw_files: bool,
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
            raw_files: false,
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

/// What errors call the option [`Options::raw_files`]. Programs have other names for it.
pub const RAW_FILES: &str = "the option for raw files";

/// A table ready to be registered.
pub struct Opened {
    /// The table, to be registered under any name. It has the files that were found, as they are when a query reads
    /// them; those that come later are not among them.
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

    let metas: Vec<ObjectMeta> = files.iter().map(|f| meta(f)).collect::<Result<_>>()?;
    let store = file_url(&files[0])?.object_store();
    let Columns {
        format,
        schema,
        of_files,
        names,
        whole,
        notes,
    } = columns(ctx, &inspected, &files, &metas).await?;
    inspected.notes.extend(notes);
    if inspected.kind == Kind::Parquet {
        match options.raw_files {
            true => inspected
                .notes
                .extend(lake::insisted_columns(path, &schema)),
            false => lake::check_columns(path, &schema)?,
        }
    }

    types::check(path, &schema, &said, options)?;
    let columns = partitions.as_ref().map_or(vec![], Partitions::columns);
    if let Some(partitions) = &partitions {
        inspected.column_notes.extend(partitions.notes(&columns));
    }
    let twice = |c: &&FieldRef| schema.index_of(c.name()).is_ok();
    if let Some(column) = columns.iter().find(twice) {
        let name = column.name();
        return plan_err!(
            "{path} has {name} twice: as a column of its files and as the name of its folders {name}=...; \
             rename one of them"
        );
    }
    let values = match &partitions {
        Some(partitions) => partitions.typed(&columns)?,
        None => vec![vec![]; files.len()],
    };
    let each = metas.into_iter().zip(values).zip(of_files).zip(&files);
    let each = each.map(|(((meta, values), schema), path)| {
        let mut file = PartitionedFile::from(meta);
        file.partition_values = values;
        Arc::new(OneFile {
            path: path.clone(),
            file,
            schema,
        })
    });
    let inserts = match &partitions {
        Some(partitions) => {
            let by_name = columns
                .iter()
                .map(|c| (c.name().clone(), c.data_type().clone()));
            let listing = ListingOptions::new(Arc::clone(&format))
                .with_file_extension(inspected.extension)
                .with_table_partition_cols(by_name.collect());
            let config = ListingTableConfig::new(folder_url(&partitions.base)?)
                .with_listing_options(listing)
                .with_schema(Arc::clone(&schema));
            Some(ListingTable::try_new(config)?)
        }
        None => None,
    };
    let table = FilesTable::new(Files {
        file_schema: schema,
        partitions: columns,
        format,
        store,
        files: each.collect(),
        names,
        whole,
        is_parquet: inspected.kind == Kind::Parquet,
        inserts,
    });
    let is_guess = |column: &str| match inspected.kind {
        Kind::Parquet => false,
        Kind::Csv => inspected.guessed.iter().any(|guess| guess == column),
        Kind::Json => !types.iter().any(|(said, _)| said == column),
    };
    let mut provider: Arc<dyn TableProvider> = Arc::new(table);
    let columns = provider.schema();
    if inspected.kind == Kind::Json {
        types::refuse_lost_codes(path, &columns, &types, options)?;
    }
    let ways = match inspected.kind {
        Kind::Parquet => BTreeMap::new(),
        Kind::Csv => types::ways(&columns, is_guess, |name| {
            types::of_text(name, &options.words)
        }),
        Kind::Json => types::ways(&columns, is_guess, |name| {
            match columns
                .field_with_name(name)
                .map(|f| f.data_type().is_nested())
            {
                Ok(true) => types::of_object(name),
                _ => types::of_json(name, &options.words),
            }
        }),
    };
    provider = guessed::marked(provider, ways);
    if inspected.kind != Kind::Csv {
        let are_all = inspected.kind == Kind::Json;
        let notes = text_columns::notes(ctx, &provider, &types, options, are_all).await;
        inspected.column_notes.extend(notes);
    }
    // Those of CSV files are proven where they are read.
    if inspected.kind != Kind::Csv {
        provider = types::proven(ctx, provider, path, &types, options)?;
    }
    Ok(Opened {
        provider,
        files,
        types_were_guessed: inspected.kind != Kind::Parquet,
        notes: inspected.notes,
        column_notes: inspected.column_notes,
    })
}

/// What the texts of a table that has types look like, by column.
pub(crate) async fn notes_of_texts(
    ctx: &SessionContext,
    table: &Arc<dyn TableProvider>,
    options: &Options,
) -> Vec<(String, String)> {
    text_columns::notes(ctx, table, &[], options, true).await
}

/// Refuses types and zones that there are not, before a table is opened with them.
pub(crate) fn check(
    ctx: &SessionContext,
    options: &Options,
    types: &[(String, String)],
) -> Result<()> {
    types::resolve(ctx, types, options).map(|_| ())
}

/// Refuses the place of an external table that is one of a table format.
pub(crate) fn check_location(location: &str, options: &Options) -> Result<()> {
    let path = location.strip_prefix("file://").unwrap_or(location);
    if options.raw_files || path.contains("://") {
        return Ok(());
    }
    lake::check_folder(path)?;
    // Where nothing is yet, INSERT will write.
    match find::find(path) {
        Ok(found) => lake::check_files(path, &found.files),
        Err(_) => Ok(()),
    }
}

/// What tells whether the files of a path are still those that were opened.
pub(crate) type Stamp = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// The files that a path means now; `None` where there is none.
pub(crate) fn stamp(path: &str) -> Option<Stamp> {
    let files = find::find(path).ok()?.files.into_iter();
    let stamped = files.map(|file| {
        let found = std::fs::metadata(&file).ok();
        let size = found.as_ref().map_or(0, Metadata::len);
        (file, size, found.and_then(|m| m.modified().ok()))
    });
    Some(stamped.collect())
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
    compression: FileCompressionType,
    format: Arc<dyn FileFormat>,
    /// The end of the files' names.
    extension: String,
    /// The columns, where this module finds them itself.
    schema: Option<SchemaRef>,
    notes: Vec<String>,
    column_notes: Vec<(String, String)>,
    /// The columns of CSV files whose type was guessed.
    guessed: csv::Guessed,
}

fn look(path: &str, options: &Options, types: &[(String, DataType)]) -> Result<Looked> {
    if !options.raw_files {
        lake::check_folder(path)?;
    }
    let find::Found {
        base,
        mut files,
        notes: mut said,
    } = find::find(path)?;
    if options.raw_files {
        let (rows, notes) = lake::insisted(files);
        files = rows;
        said.extend(notes);
    } else {
        lake::check_files(path, &files)?;
    }
    let (format, note) = format::common(path, &files)?;
    let Format {
        kind,
        compression,
        extension,
    } = format;
    said.extend(note);
    if kind != Kind::Parquet {
        let (full, note) = without_empty_files(path, files)?;
        files = full;
        said.extend(note);
        sniff::check(&files, compression, kind)?;
    }
    let partitions = match base {
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
        Kind::Json => (Arc::new(JsonFormat::default()), None, vec![]),
    };
    said.extend(notes);
    let inspected = Inspected {
        kind,
        compression,
        format,
        extension,
        schema,
        notes: said,
        column_notes,
        guessed,
    };
    Ok(Looked {
        files,
        partitions,
        inspected,
    })
}

/// Some tools leave files of no bytes as markers, and a broken copy leaves them too.
fn without_empty_files(path: &str, files: Vec<PathBuf>) -> Result<(Vec<PathBuf>, Option<String>)> {
    let is_empty = |f: &PathBuf| std::fs::metadata(f).is_ok_and(|m| m.len() == 0);
    let (empty, full): (Vec<_>, Vec<_>) = files.into_iter().partition(is_empty);
    match (&empty[..], &full[..]) {
        ([], _) => Ok((full, None)),
        ([one], []) => plan_err!("{} is empty: it has no bytes at all", one.display()),
        (_, []) => plan_err!("all files of {path} are empty: they have no bytes at all"),
        ([first, others @ ..], _) => {
            let which = match others.len() {
                0 => format!("{} is empty (no bytes at all)", first.display()),
                n => format!(
                    "{} files are empty (no bytes at all; {}, for example)",
                    n + 1,
                    first.display()
                ),
            };
            Ok((full, Some(format!("{which}: no rows come from there"))))
        }
    }
}

/// The file as the object store has it.
fn meta(file: &Path) -> Result<ObjectMeta> {
    let unreadable = |e: std::io::Error| {
        DataFusionError::Plan(format!("{} cannot be opened: {e}", file.display()))
    };
    let found = std::fs::metadata(file).map_err(unreadable)?;
    Ok(ObjectMeta {
        location: file_url(file)?.prefix().clone(),
        last_modified: found.modified().map_err(unreadable)?.into(),
        size: found.len(),
        e_tag: None,
        version: None,
    })
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
