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
mod columns;
mod csv;
pub(crate) mod damage;
mod drift;
mod files;
mod find;
mod format;
mod int96;
mod json;
mod json_records;
mod json_types;
mod lake;
mod parquet;
mod partitions;
mod promote;
mod proof;
mod sniff;
mod statistics;
mod walk;

pub use find::looks_like_a_path;
pub(crate) use find::{closest, is_of_a_table};
pub use format::EXTENSIONS;

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use datafusion::arrow::datatypes::{FieldRef, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::common::plan_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::csv::CsvFormat;
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
use self::files::{Files, FilesTable, OneFile};
use self::format::{Format, Kind};
use self::partitions::Partitions;

/// How files are to be read.
#[derive(Debug, Clone)]
pub struct Options {
    /// What separates the values of a CSV file; `None` takes it from the header line.
    pub delimiter: Option<u8>,
    /// How many rows of a table are looked at to find the types of its columns in CSV; of JSON it is all of them.
    /// Several files share them, but every file has its beginning looked at.
    pub infer_rows: usize,
    /// Whether the files of a table of Delta Lake, Apache Hudi or Apache Iceberg are read as they are, those of
    /// removed rows too. Without it such a table is refused.
    pub raw_files: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            delimiter: None,
            infer_rows: 100_000,
            raw_files: false,
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
}

/// Opens `path`, a file, a folder or a glob, without reading more of the files than their beginnings and ends.
pub async fn open(ctx: &SessionContext, path: &str, options: &Options) -> Result<Opened> {
    let (path_owned, options_owned) = (path.to_string(), options.clone());
    // Looking at files blocks; on a thread of its own it leaves the caller free to hear Ctrl-C.
    let looked = tokio::task::spawn_blocking(move || look(&path_owned, &options_owned))
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

    let columns = partitions.as_ref().map_or(vec![], Partitions::columns);
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
    Ok(Opened {
        provider: Arc::new(table),
        files,
        types_were_guessed: inspected.kind != Kind::Parquet,
        notes: inspected.notes,
    })
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
}

fn look(path: &str, options: &Options) -> Result<Looked> {
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
        sniff::check(&files, compression)?;
    }
    let partitions = match base {
        Some(base) => partitions::find(&base, &files)?,
        None => None,
    };
    let (format, schema, notes): (Arc<dyn FileFormat>, _, _) = match kind {
        Kind::Parquet => {
            parquet::check(&files)?;
            (Arc::new(ParquetFormat::default()), None, vec![])
        }
        Kind::Csv => {
            let csv = csv::inspect(&files, compression, options)?;
            let format = CsvFormat::default()
                .with_has_header(true)
                .with_delimiter(csv.delimiter)
                .with_file_compression_type(compression)
                // Otherwise a large file is cut into ranges at line ends, also at those inside a quoted value.
                .with_newlines_in_values(true);
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
