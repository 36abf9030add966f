//! The place of CREATE EXTERNAL TABLE: DataFusion lists its files, and reads them by other rules than those of a path.
//!
//! It takes hidden files for rows, goes into the folders below a pattern, and finds a column by its capitals, all without
//! a word. Where that makes a difference, the table is refused; a view of the path reads what the path means.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;

use crate::tables::archive;
use crate::tables::formats::format;
use crate::tables::formats::kind::FileKind;
use crate::tables::opened::open;
use crate::tables::options::Options;
use crate::tables::paths::{braces, find, partitions};
use crate::tables::storage::{FilePath, is_address};
use crate::tables::words::closest;

/// What a statement says.
pub(crate) struct External {
    pub name: String,
    pub location: String,
    /// `PARQUET`, `CSV`, `JSON`, `ARROW`.
    pub stored_as: String,
    /// The columns that it names.
    pub columns: Vec<String>,
    /// Whether it says how the files are compressed, and not their names.
    pub is_compressed: bool,
}

impl External {
    fn path(&self) -> &str {
        self.location
            .strip_prefix("file://")
            .unwrap_or(&self.location)
    }

    fn refused<T>(&self, why: &str) -> Result<T> {
        plan_err!(
            "CREATE EXTERNAL TABLE {} {why}; CREATE VIEW {} AS SELECT * FROM '{}' reads all as a path is read",
            self.name,
            self.name,
            self.path()
        )
    }
}

/// Refuses a place that would be read otherwise than its path; what is said about one without files.
pub(crate) async fn check_external(
    ctx: &SessionContext,
    table: &External,
    options: &Options,
) -> Result<Option<String>> {
    let path = table.path();
    let place = FilePath::of_disk(path);
    let is_arrow = table.stored_as == "ARROW";
    let is_known =
        is_arrow || ["PARQUET", "CSV", "JSON", "NDJSON"].contains(&table.stored_as.as_str());
    if is_address(path) {
        return table.refused("reads only files of this computer");
    }
    if path.contains("://") || (options.raw_files && !is_arrow) || !is_known {
        return Ok(None);
    }
    let is_of_folder = path.ends_with('/') || place.is_dir();
    let found = match find::find(&place) {
        Ok(found) => found,
        // Rows can be inserted into a folder that is not there yet, or has none.
        Err(DataFusionError::Plan(why)) if is_of_folder && !has_tables(&place) => {
            return Ok(Some(format!(
                "{why}; {} has no rows before some are inserted",
                table.name
            )));
        }
        Err(e) => return Err(e),
    };
    // DataFusion goes by the columns of the first file, or of the statement, and takes those of all files in their order.
    if is_arrow && !place.is_file() {
        return table
            .refused("would read the columns of Arrow files by position, not by their names");
    }
    if is_arrow && !table.columns.is_empty() {
        return table.refused(
            "would read the columns of an Arrow file by position, whatever it calls them",
        );
    }
    if found
        .files
        .iter()
        .any(|file| archive::member(file).is_some())
    {
        return table.refused("does not read files inside zip archives");
    }
    let is_there = place.exists();
    if !is_there && braces::has_alternatives(path) {
        return table.refused("does not support alternatives in braces");
    }
    if let Some(base) = &found.base {
        same_files(table, base, &found.files, is_there)?;
        if let Some(partitions) = partitions::find(base, &found.files)?
            && let Some(null) = partitions.columns().iter().find(|c| c.is_nullable())
        {
            return table.refused(&format!(
                "would read the NULL of the folders {}=... as a text",
                null.name()
            ));
        }
    }
    let is_empty = |file: &FilePath| file.metadata().is_ok_and(|m| m.len == 0);
    let is_plain = found.files.len() == 1 && !found.files.iter().any(is_empty);
    if table.stored_as != "CSV" && !table.is_compressed && !is_plain {
        united(ctx, table, options).await?;
    }
    Ok(None)
}

/// Refuses files that DataFusion would unite without saying what they lack.
async fn united(ctx: &SessionContext, table: &External, options: &Options) -> Result<()> {
    let options = Options {
        types: vec![],
        ..options.clone()
    };
    let opened = open::open(ctx, table.path(), &options).await?;
    let schema = opened.provider.schema();
    let missing = |name: &&String| schema.field_with_name(name).is_err();
    if let Some(name) = table.columns.iter().find(missing) {
        let names = schema.fields().iter().map(|f| f.name().as_str());
        let near =
            closest(name, names).map_or(String::new(), |near| format!("; did you mean {near}?"));
        return plan_err!(
            "CREATE EXTERNAL TABLE {} has a column {name}, and no file of {} has it{near}",
            table.name,
            table.path()
        );
    }
    match opened.notes.first() {
        Some(note) => table.refused(&format!("would say nothing about this: {note}")),
        None => Ok(()),
    }
}

/// Refuses a folder or pattern that means other files to DataFusion.
fn same_files(
    table: &External,
    base: &FilePath,
    files: &[FilePath],
    is_folder: bool,
) -> Result<()> {
    let meant: BTreeSet<PathBuf> = files.iter().map(identity).collect();
    let names = Path::new(table.path()).file_name().unwrap_or_default();
    let names = glob::Pattern::new(&names.to_string_lossy()).ok();
    let kind = match table.stored_as.as_str() {
        "PARQUET" => FileKind::Parquet,
        "CSV" => FileKind::Csv,
        "ARROW" => FileKind::Arrow,
        _ => FileKind::Json,
    };
    let is_listed = |file: &FilePath| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        match is_folder {
            true => format::of(file).is_some_and(|format| format.kind == kind),
            false => names.as_ref().is_some_and(|names| names.matches(&name)),
        }
    };
    let mut listed = vec![];
    all_below(base, &mut listed);
    listed.retain(|file| is_listed(file));
    if let Some(other) = listed.iter().find(|file| !meant.contains(&identity(file))) {
        return table.refused(&format!(
            "would read {}, which {} does not mean",
            other.display(),
            table.path()
        ));
    }
    let is_lower = |file: &&FilePath| {
        let ending = file.extension().unwrap_or_default().to_string_lossy();
        ending == ending.to_lowercase()
    };
    match files.iter().find(|file| is_folder && !is_lower(file)) {
        Some(file) => table.refused(&format!(
            "would leave out {}, for the capitals of its ending",
            file.display()
        )),
        None => Ok(()),
    }
}

fn has_tables(folder: &FilePath) -> bool {
    let mut files = vec![];
    all_below(folder, &mut files);
    files.iter().any(|file| format::of(file).is_some())
}

/// Every file below a folder, hidden ones too; what cannot be read is said by whoever reads it.
fn all_below(folder: &FilePath, into: &mut Vec<FilePath>) {
    for path in folder.entries().into_iter().flatten() {
        match path.is_dir() {
            true if !path.is_symlink() => all_below(&path, into),
            _ if path.is_file() => into.push(path),
            _ => {}
        }
    }
}

/// A file under its own name: a link beside it is another one.
fn identity(file: &FilePath) -> PathBuf {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => file.at("."),
    };
    let folder = folder.canonicalize().unwrap_or(folder);
    Path::join(&folder, file.file_name().unwrap_or_default())
}
