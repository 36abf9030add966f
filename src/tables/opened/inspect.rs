//! A look at the files of a table before it is opened: their format, what they have in common, what is to be said of them.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::plan_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::arrow::ArrowFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::error::Result;

use crate::tables::archive;
use crate::tables::csv::{self, CsvFile, CsvFiles, LateNotes, Lenient};
use crate::tables::formats::format::{self, KindAndCompression};
use crate::tables::formats::kind::FileKind;
use crate::tables::formats::sniff;
use crate::tables::options::Options;
use crate::tables::paths::partitions::{self, PartitionFolders};
use crate::tables::paths::{find, lake};
use crate::tables::storage::{FilePath, SharedLink, Stores, is_of_web};
use crate::tables::workbook::path_and_sheet;
use crate::tables::{arrow_ipc, parquet};

/// What a look at the files gave.
pub struct Looked {
    pub files: Vec<FilePath>,
    pub partitions: Option<PartitionFolders>,
    pub inspected: Inspected,
}

/// What the files of one table have in common.
pub struct Inspected {
    pub kind: FileKind,
    pub compression: FileCompressionType,
    pub format: Arc<dyn FileFormat>,
    /// The end of the files' names.
    pub extension: String,
    /// The columns, where this module finds them itself.
    pub schema: Option<SchemaRef>,
    pub notes: Vec<String>,
    pub column_notes: Vec<(String, String)>,
    pub written_notes: Vec<(String, String)>,
    /// The columns of CSV files whose type was guessed.
    pub guessed: csv::GuessedColumns,
    /// How each CSV file is read.
    pub csv_files: Vec<Arc<CsvFile>>,
    /// Whether CSV files have a line of names.
    pub has_header: Option<bool>,
}

/// Looks at the files of a path, on so many threads.
pub fn look(
    stores: &Stores,
    path: &str,
    options: &Options,
    types: &[(String, DataType)],
    late: Option<Arc<LateNotes>>,
    threads: usize,
) -> Result<Looked> {
    let is_there = |text: &str| stores.path(text).is_ok_and(|path| path.exists());
    // A file may have such a name itself, and no address on the web has.
    let may_have_sheet = path.contains('#') && (is_of_web(path) || !is_there(path));
    let (path, sheet) = match may_have_sheet {
        true => path_and_sheet(path),
        false => (path, None),
    };
    let place = stores.path(path)?;
    if !options.raw_files {
        lake::check_folder(&place)?;
    }
    let find::FoundFiles {
        base,
        mut files,
        notes: mut said,
    } = find::find(&place)?;
    said.extend(SharedLink::of(path).map(|link| link.note));
    // What is shown of an address has no query.
    let path = &place.display().to_string();
    if options.raw_files {
        let (rows, notes) = lake::insisted(files);
        files = rows;
        said.extend(notes);
    } else {
        lake::check_files(&place, &files)?;
        said.extend(place.refused());
    }
    let of_format = format::of_format(path, files, options.format)?;
    files = of_format.files;
    said.extend(of_format.note);
    let (format, note) = match options.format {
        Some(kind) => (format::forced(&files, kind)?, None),
        None => format::common(path, &files)?,
    };
    let KindAndCompression {
        kind,
        compression,
        extension,
    } = format;
    said.extend(note);
    // Parquet tells at its end what it has, everything else at its beginning.
    FilePath::fetch_ahead(&files, kind == FileKind::Parquet);
    let in_archive = files.iter().find_map(archive::member);
    if let Some((zip, name)) = in_archive.filter(|_| kind != FileKind::Csv) {
        let (zip, file) = (zip.display(), name.rsplit('/').next().unwrap_or(&name));
        return plan_err!(
            "{name} in {zip} is not a CSV file, and only CSV is read from archives; unpack it: unzip -p '{zip}' \
             '{name}' > '{file}'"
        );
    }
    if matches!(kind, FileKind::Csv | FileKind::Json) {
        let (full, note) = without_empty_files(path, files)?;
        files = full;
        said.extend(note);
        sniff::check(&files, compression, kind)?;
    }
    let partitions = match base {
        Some(base) => partitions::find(&base, &files)?,
        None => None,
    };
    let (mut column_notes, mut written_notes) = (vec![], vec![]);
    let mut guessed: csv::GuessedColumns = Arc::default();
    let mut csv_files = vec![];
    let mut has_header = None;
    let (format, schema, notes): (Arc<dyn FileFormat>, _, _) = match kind {
        FileKind::Parquet => {
            parquet::check(&files)?;
            (Arc::new(ParquetFormat::default()), None, vec![])
        }
        FileKind::Arrow => {
            arrow_ipc::check(&files)?;
            (Arc::new(ArrowFormat), None, vec![])
        }
        FileKind::Csv | FileKind::Workbook => {
            let sheet = options.sheet.as_deref().or(sheet);
            let sheet = (kind == FileKind::Workbook).then_some(sheet);
            let csv = csv::inspect(&files, compression, options, types, sheet, threads)?;
            guessed = Arc::clone(&csv.guessed);
            has_header = Some(csv.has_header);
            let first = csv.files[0].looking.clone();
            let lenient = options.lenient.then(|| Lenient {
                table: Some(path.as_str().into()),
                max: options.max_rejects,
            });
            if lenient.is_some() && late.is_none() {
                return plan_err!(
                    "damaged lines of {path} can be left out in a session alone that saves them"
                );
            }
            let format = CsvFiles::new(first, csv.has_header, csv.guessed)
                .of_table(path)
                .telling(late)
                .leaving_out(lenient)
                .format();
            csv_files = csv.files;
            column_notes = csv.column_notes;
            written_notes = csv.written_notes;
            (Arc::new(format), Some(csv.schema), csv.notes)
        }
        FileKind::Json => (Arc::new(JsonFormat::default()), None, vec![]),
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
        written_notes,
        guessed,
        csv_files,
        has_header,
    };
    Ok(Looked {
        files,
        partitions,
        inspected,
    })
}

/// Some tools leave files of no bytes as markers, and a broken copy leaves them too.
fn without_empty_files(
    path: &str,
    files: Vec<FilePath>,
) -> Result<(Vec<FilePath>, Option<String>)> {
    let is_empty = |f: &FilePath| f.metadata().is_ok_and(|m| m.len == 0);
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
