//! Folders that look like plain Parquet and are not: tables of Delta Lake, Apache Hudi, Apache Iceberg and Apache Paimon.
//!
//! Their folders keep the files of rows that were deleted or replaced, and only a log beside them tells which files
//! count. Read as a folder, removed rows would count without a word, so such a table is refused, from wherever its
//! files are named: the table's folder, one inside it, one above it, a pattern or a single file. Files that were copied
//! without the log are told by their columns.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use datafusion::arrow::datatypes::Schema;
use datafusion::common::plan_err;
use datafusion::error::Result;

use crate::tables::formats::format;
use crate::tables::formats::kind::FileKind;
use crate::tables::options::RAW_FILES;
use crate::tables::storage::FilePath;

/// A table of one of these formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) struct Lake {
    kind: TableFormat,
    /// The folder of the table, as far as possible in the user's words.
    folder: FilePath,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableFormat {
    Delta,
    Hudi,
    Iceberg,
    Paimon,
    /// Files of Hudi without their log.
    HudiFiles,
    /// Files of Paimon without their log.
    PaimonFiles,
}

/// Columns that a format puts beside those of the table.
const HUDI: &[&str] = &[
    "_hoodie_commit_time",
    "_hoodie_commit_seqno",
    "_hoodie_record_key",
    "_hoodie_partition_path",
    "_hoodie_file_name",
];
/// What lies in the folder of a table of one of these formats; folders end with `/`.
const SIGNS: [&str; 8] = [
    "_delta_log/",
    ".hoodie/",
    "metadata/",
    "snapshot/",
    "schema/",
    ".hoodie_partition_metadata",
    ".hoodie_partition_metadata.parquet",
    ".hoodie_partition_metadata.orc",
];
const PAIMON: &[&str] = &["_SEQUENCE_NUMBER", "_VALUE_KIND"];

impl Lake {
    /// The table whose folder this is.
    fn at(folder: &FilePath) -> Option<Lake> {
        if !folder.may_hold(&SIGNS) {
            return None;
        }
        let kind = if folder.join("_delta_log").is_dir() {
            TableFormat::Delta
        } else if folder.join(".hoodie").is_dir() {
            TableFormat::Hudi
        } else if newest_metadata(folder).is_some() {
            TableFormat::Iceberg
        } else if is_of_paimon(folder) {
            TableFormat::Paimon
        } else if let Some(depth) = partition_of_hudi(folder) {
            let table = Path::ancestors(folder).nth(depth);
            let table = table.map_or_else(|| folder.clone(), |table| folder.at(table));
            return Some(Lake {
                kind: match table.join(".hoodie").is_dir() {
                    true => TableFormat::Hudi,
                    false => TableFormat::HudiFiles,
                },
                folder: table,
            });
        } else {
            return None;
        };
        let folder = folder.clone();
        Some(Lake { kind, folder })
    }

    fn name(&self) -> &'static str {
        match self.kind {
            TableFormat::Delta => "Delta Lake",
            TableFormat::Hudi | TableFormat::HudiFiles => "Apache Hudi",
            TableFormat::Iceberg => "Apache Iceberg",
            TableFormat::Paimon | TableFormat::PaimonFiles => "Apache Paimon",
        }
    }

    fn log(&self) -> &'static str {
        match self.kind {
            TableFormat::Delta => "_delta_log",
            TableFormat::Hudi | TableFormat::HudiFiles => ".hoodie",
            TableFormat::Iceberg => "metadata",
            TableFormat::Paimon | TableFormat::PaimonFiles => "snapshot",
        }
    }

    fn has_log(&self) -> bool {
        !matches!(self.kind, TableFormat::HudiFiles | TableFormat::PaimonFiles)
    }

    /// What reads such a table rightly.
    fn way_out(&self) -> String {
        let folder = self.folder.display();
        let table = self.table_name();
        match self.kind {
            TableFormat::Delta => format!(
                "in Python, after pip install deltalake datafusion, use \
                 session.register(\"{table}\", deltalake.DeltaTable(\"{folder}\")), \
                 or write the table to plain Parquet files with the tool that made it"
            ),
            TableFormat::Iceberg => {
                let metadata = newest_metadata(&self.folder)
                    .filter(|path| path.extension().is_none_or(|e| e != "avro"))
                    .unwrap_or_else(|| self.folder.join("metadata/NEWEST.metadata.json"));
                format!(
                    "in Python, after pip install \"pyiceberg[pyarrow]\", use session.register(\"{table}\", \
                     pyiceberg.table.StaticTable.from_metadata(\"{}\").scan().to_arrow()), \
                     or write the table to plain Parquet files with the tool that made it",
                    metadata.display()
                )
            }
            TableFormat::Hudi
            | TableFormat::HudiFiles
            | TableFormat::Paimon
            | TableFormat::PaimonFiles => {
                let (format, without) = match self.log() {
                    // Its own columns would tell the next reader that these are not plain either.
                    ".hoodie" => ("hudi", format!(".drop(\"{}\")", HUDI.join("\", \""))),
                    _ => ("paimon", String::new()),
                };
                let whole = match self.has_log() {
                    true => "write the table",
                    false => "write the whole table, with its log,",
                };
                format!(
                    "{whole} to plain Parquet files first, in Spark with \
                     spark.read.format(\"{format}\").load(\"{folder}\"){without}.write.parquet(\"{table}_plain\")"
                )
            }
        }
    }

    fn table_name(&self) -> String {
        match self.folder.file_name().and_then(OsStr::to_str) {
            Some(name) => name.to_string(),
            None => "t".to_string(),
        }
    }

    fn refused<T>(&self, path: &FilePath, others: usize) -> Result<T> {
        let folder = self.folder.display();
        let is_it = path
            .canonicalize()
            .is_ok_and(|p| self.folder.canonicalize().is_ok_and(|f| f == p));
        let path = path.display();
        let what = match is_it {
            true => format!("{path} is a table of {}", self.name()),
            false => format!(
                "{path} has files of {folder}, which is a table of {}",
                self.name()
            ),
        };
        let others = match others {
            0 => String::new(),
            1 => " (and there is another such table)".to_string(),
            n => format!(" (and there are {n} more such tables)"),
        };
        let missing = match self.has_log() {
            true => "",
            false => ", which is not there,",
        };
        plan_err!(
            "{what}{others}: its folder also keeps rows that were deleted or replaced, and only {}{missing} tells them \
             apart; {}. {RAW_FILES} reads all of its files as they are, removed rows too",
            self.log(),
            self.way_out()
        )
    }
}

/// Refuses a folder that is such a table, also one that has no files of rows yet.
pub(in crate::tables) fn check_folder(path: &FilePath) -> Result<()> {
    match Lake::at(path) {
        Some(lake) => lake.refused(path, 0),
        None => Ok(()),
    }
}

/// Refuses to write into such a table, or over a folder in which one of `files` belongs to one.
pub(crate) fn check_target(shown: &str, target: &Path, files: &[PathBuf]) -> Result<()> {
    let full = std::path::absolute(target).unwrap_or_else(|_| target.to_path_buf());
    // What is not there yet lies in a folder that is.
    let real = full
        .ancestors()
        .find_map(|part| std::fs::canonicalize(part).ok());
    let at = |folder: &Path| Lake::at(&FilePath::of_disk(folder));
    let around = || real.as_deref()?.ancestors().find_map(at);
    let below = || {
        let folders = files.iter().flat_map(|file| file.ancestors().skip(1));
        let folders: BTreeSet<&Path> = folders.filter(|f| f.starts_with(target)).collect();
        folders.into_iter().find_map(at)
    };
    let Some(lake) = around().or_else(below) else {
        return Ok(());
    };
    let folder = in_their_words(&FilePath::of_disk(shown), &lake.folder);
    plan_err!(
        "COPY … TO '{shown}' would change the files of {}, which is a table of {}, and {} would not know of it; \
         nothing is written. The tool that made the table adds rows to it; \
         COPY … TO 'new_folder/' STORED AS PARQUET writes plain files elsewhere",
        folder.display(),
        lake.name(),
        lake.log()
    )
}

/// The tables that some of these files belong to, in the order in which they are met.
fn of_files(files: &[FilePath]) -> Vec<Lake> {
    let mut seen = BTreeMap::new();
    let mut lakes: Vec<Lake> = vec![];
    let mut last: Option<FilePath> = None;
    // Most of them keep rows in Parquet; CSV in such a folder is somebody's own, and the JSON of a log may be asked for.
    let may_be_theirs = |f: &&FilePath| format::of(f).is_none_or(|f| f.kind == FileKind::Parquet);
    for file in files.iter().filter(may_be_theirs) {
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => file.at("."),
        };
        let mut add = |real: Option<FilePath>| {
            let Some(mut lake) = real.and_then(|real| above(&real, &mut seen)) else {
                return;
            };
            lake.folder = in_their_words(&folder, &lake.folder);
            if !lakes.contains(&lake) {
                lakes.push(lake);
            }
        };
        // A link may lead into a table.
        if file.is_symlink() {
            let target = file.canonicalize().ok();
            add(target.and_then(|target| target.parent()));
        }
        if last.as_ref() != Some(&folder) {
            add(folder.canonicalize().ok());
            last = Some(folder);
        }
    }
    lakes
}

/// Refuses files that have the columns of such a table, and were copied without its log.
pub(in crate::tables) fn check_columns(path: &str, schema: &Schema) -> Result<()> {
    let Some((lake, column)) = of_columns(path, schema) else {
        return Ok(());
    };
    plan_err!(
        "{path} has the column {column}, as files of a table of {} have: rows that were deleted or replaced may be \
         among them, and only its {} tells them apart; {}. {RAW_FILES} reads all of the files as they are, removed \
         rows too",
        lake.name(),
        lake.log(),
        lake.way_out()
    )
}

/// What is said where somebody insists on reading such files.
pub(in crate::tables) fn insisted_columns(path: &str, schema: &Schema) -> Option<String> {
    let (lake, column) = of_columns(path, schema)?;
    Some(format!(
        "{path} has the column {column}, as files of a table of {} have, and is read as it is; rows that were deleted \
         or replaced may count",
        lake.name()
    ))
}

fn of_columns(path: &str, schema: &Schema) -> Option<(Lake, &'static str)> {
    let has = |name: &str| schema.index_of(name).is_ok();
    let (kind, column) = if has(HUDI[0]) {
        (TableFormat::HudiFiles, HUDI[0])
    } else if PAIMON.iter().all(|name| has(name)) {
        (TableFormat::PaimonFiles, PAIMON[1])
    } else {
        return None;
    };
    let path = FilePath::of_disk(path);
    let folder = match path.is_file() {
        true => path.parent().unwrap_or(path),
        false => path,
    };
    Some((Lake { kind, folder }, column))
}

/// A folder as the user wrote it, if it is the one of a file or above it.
fn in_their_words(folder_of_file: &FilePath, real: &FilePath) -> FilePath {
    let is_it = |written: &FilePath| {
        !written.as_os_str().is_empty() && written.canonicalize().is_ok_and(|w| w == *real)
    };
    let mut folders = Path::ancestors(folder_of_file).map(|folder| folder_of_file.at(folder));
    folders.find(is_it).unwrap_or_else(|| real.clone())
}

/// Refuses files of such tables.
pub(in crate::tables) fn check_files(path: &FilePath, files: &[FilePath]) -> Result<()> {
    match &of_files(files)[..] {
        [] => Ok(()),
        [first, others @ ..] => first.refused(path, others.len()),
    }
}

/// What is said where somebody insists on reading the files of such tables; the files without those of their logs.
pub(in crate::tables) fn insisted(files: Vec<FilePath>) -> (Vec<FilePath>, Vec<String>) {
    let lakes = of_files(&files);
    let is_log = |file: &FilePath| {
        let logs = |lake: &&Lake| file.starts_with(lake.folder.join(lake.log()));
        lakes.iter().find(logs).is_some()
    };
    let (_, rows): (Vec<_>, Vec<_>) = files.into_iter().partition(is_log);
    let note = |lake: &Lake| {
        format!(
            "{} is a table of {} and its files are read as they are; rows that were deleted or replaced may count",
            lake.folder.display(),
            lake.name()
        )
    };
    (rows, lakes.iter().map(note).collect())
}

/// The table that a folder lies in, both without links.
fn above(folder: &FilePath, seen: &mut BTreeMap<PathBuf, Option<Lake>>) -> Option<Lake> {
    if let Some(known) = seen.get(&**folder) {
        return known.clone();
    }
    // A checkpoint that is named inside a log is itself, not the table.
    let is_log = |name: &OsStr| name == "_delta_log" || name == ".hoodie";
    let found = match folder.parent() {
        _ if folder.file_name().is_some_and(is_log) => None,
        Some(parent) => Lake::at(folder).or_else(|| above(&parent, seen)),
        None => Lake::at(folder),
    };
    seen.insert(folder.to_path_buf(), found.clone());
    found
}

/// The metadata of an Iceberg table that was written last, if this is the folder of one.
fn newest_metadata(folder: &FilePath) -> Option<FilePath> {
    let metadata = folder.join("metadata");
    let mut found = vec![];
    let mut sign = None;
    for entry in metadata.entries().ok()? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        // Some writers compress it, and name it v2.gz.metadata.json or v2.metadata.json.gz.
        let plain = name
            .strip_suffix(".gz")
            .or_else(|| name.strip_suffix(".zst"));
        if plain.unwrap_or(&name).ends_with(".metadata.json") {
            let written = entry.metadata().ok().and_then(|m| m.modified);
            found.push((written, entry.clone()));
        }
        // What is left where the metadata was not copied.
        if name == "version-hint.text" || name.starts_with("snap-") && name.ends_with(".avro") {
            sign = Some(entry.clone());
        }
    }
    let newest = found.into_iter().max().map(|(_, path)| path);
    newest.or(sign)
}

/// How many folders below its table a folder of rows of Hudi is, by the file that Hudi writes into each of them.
fn partition_of_hudi(folder: &FilePath) -> Option<usize> {
    const NAME: &str = ".hoodie_partition_metadata";
    if let Ok(text) = folder.join(NAME).read() {
        let text = String::from_utf8_lossy(&text);
        let depth = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("partitionDepth="));
        let depth = depth.filter_map(|depth| depth.trim().parse().ok()).next();
        return Some(depth.unwrap_or(0));
    }
    // In the format of the rows, it is not looked into.
    let is_there = |ending: &str| folder.join(format!("{NAME}.{ending}")).is_file();
    let is_partition = |folder: &&Path| {
        let name = folder.file_name().unwrap_or_default();
        name.as_encoded_bytes().contains(&b'=')
    };
    let found = ["parquet", "orc"].into_iter().any(is_there);
    found.then(|| Path::ancestors(folder).take_while(is_partition).count())
}

/// Whether a folder has the log of Paimon: numbered files of its snapshots or schemas.
fn is_of_paimon(folder: &FilePath) -> bool {
    let has_numbered = |kind: &str| {
        let entries = folder.join(kind).entries().ok().into_iter().flatten();
        entries.into_iter().any(|entry| {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            let number = name
                .strip_prefix(kind)
                .and_then(|rest| rest.strip_prefix('-'));
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let is_there = |name: &str| folder.join(name).is_dir();
    has_numbered("snapshot")
        || has_numbered("schema")
        || ["snapshot", "schema", "manifest"].into_iter().all(is_there)
}
