//! What COPY writes appears whole or not at all: it is written beside its place, and renamed at the end.
//!
//! DataFusion's COPY adds files to a folder, whatever is in it, so that the same statement run twice doubles the rows.
//! Here a folder with files is left alone, or replaced with `OPTIONS (overwrite true)`.

use std::fs;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use datafusion::error::DataFusionError;
use datafusion::sql::parser::{CopyToStatement, Statement as Ast};

use super::copy_names;
use crate::session::error::Refusal;
use crate::session::output::{
    StoreAccess, Unfinished, behind_links, beside, keep_rights, sync, sync_folder,
};
use crate::tables::{self, Ending, FilePath, ending, is_address};

/// A COPY on its way.
pub(in crate::session) struct Copy {
    /// The folder or file that it makes or replaces.
    target: PathBuf,
    /// Where it is written, in `room`.
    written: PathBuf,
    /// A folder beside the target.
    room: PathBuf,
    is_folder: bool,
    /// The target where it is in a store: what is written is sent there.
    elsewhere: Option<FilePath>,
    unfinished: Unfinished,
}

/// Has a COPY write beside its place, or in a folder of this computer for a store; `None` for every other statement.
pub(in crate::session) fn begin(
    ast: &mut Ast,
    unfinished: &Unfinished,
    stores: &StoreAccess,
) -> Result<Option<Copy>, Refusal> {
    let copy = match ast {
        Ast::CopyTo(copy) => copy,
        Ast::Explain(explain) => {
            if let Ast::CopyTo(copy) = explain.statement.as_mut() {
                if explain.options.analyze {
                    return Err(Refusal::new(
                        "EXPLAIN ANALYZE would run the COPY; EXPLAIN ANALYZE SELECT … shows what its rows take",
                    ));
                }
                overwrite(copy)?;
            }
            return Ok(None);
        }
        _ => return Ok(None),
    };
    let overwrite = overwrite(copy)?;
    if is_address(&copy.target) {
        return to_store(copy, overwrite, unfinished, stores).map(Some);
    }
    let Some(target) = local(&copy.target) else {
        return match overwrite {
            true => Err(Refusal::new(format!(
                "overwrite is for files and folders of this machine, which {} is not",
                copy.target
            ))),
            false => Ok(None),
        };
    };
    refuse_pattern(copy)?;
    let is_folder = is_folder(copy, &target);
    copy_names::check(copy, &target, is_folder)?;
    // Behind a link its target is replaced, or made, and the link stays. A path with a slash at its end is no link.
    let target = behind_links(&target.components().collect::<PathBuf>());
    let target = fs::canonicalize(&target).unwrap_or(target);
    let Some(name) = target.file_name() else {
        return Err(Refusal::new(format!(
            "COPY cannot replace {} itself; name a folder in it",
            copy.target
        )));
    };
    match is_folder {
        true => check_folder(copy, &target, overwrite)?,
        false => check_file(&copy.target, &target)?,
    }
    let room = beside(&target);
    let written = room.join(name);
    let slash = if is_folder { "/" } else { "" };
    copy.target = format!("{}{slash}", written.display());
    Ok(Some(Copy {
        target,
        written,
        room,
        is_folder,
        elsewhere: None,
        unfinished: unfinished.clone(),
    }))
}

/// The same for a target in a store.
fn to_store(
    copy: &mut CopyToStatement,
    overwrite: bool,
    unfinished: &Unfinished,
    stores: &StoreAccess,
) -> Result<Copy, Refusal> {
    let shown = copy.target.clone();
    if overwrite {
        return Err(Refusal::new(format!(
            "overwrite is for files and folders of this computer, which {shown} is not: of the objects of a folder some could be the new \
             ones and others the old; name another folder"
        )));
    }
    refuse_pattern(copy)?;
    let place = stores.place(&shown).map_err(of_tables)?;
    let is_folder = is_folder(copy, &place);
    copy_names::check(copy, &place, is_folder)?;
    let has_objects = match place.metadata() {
        _ if !is_folder => false,
        Ok(found) => found.is_dir,
        Err(e) if e.kind() == io::ErrorKind::NotFound => false,
        Err(e) => {
            return Err(Refusal::new(format!(
                "whether the folder {shown} has objects, to which COPY does not add, could not be found out: {e}; nothing is written. \
                 COPY … TO '{}.parquet' writes one object",
                shown.trim_end_matches('/')
            )));
        }
    };
    if has_objects {
        return Err(Refusal::new(format!(
            "the folder {shown} has objects; COPY does not add to them, and has written nothing; name another folder"
        )));
    }
    let name = place.file_name().unwrap_or_default();
    let room = beside(&stores.folder().join(name));
    let written = room.join(name);
    let slash = if is_folder { "/" } else { "" };
    copy.target = format!("{}{slash}", written.display());
    Ok(Copy {
        target: place.to_path_buf(),
        written,
        room,
        is_folder,
        elsewhere: Some(place),
        unfinished: unfinished.clone(),
    })
}

fn refuse_pattern(copy: &CopyToStatement) -> Result<(), Refusal> {
    match copy.target.contains(['*', '?', '[']) {
        // DataFusion would take the rest for a pattern, and write to the folder before it.
        true => Err(Refusal::new(format!(
            "COPY writes to one place, and {} is a pattern of names; leave *, ? and [ out",
            copy.target
        ))),
        false => Ok(()),
    }
}

/// Takes the option that is ours from those of the format.
fn overwrite(copy: &mut CopyToStatement) -> Result<bool, Refusal> {
    let is_ours = |key: &str| {
        let key = key.to_lowercase();
        key == "overwrite" || key == "format.overwrite"
    };
    let (ours, others) = std::mem::take(&mut copy.options)
        .into_iter()
        .partition::<Vec<_>, _>(|(key, _)| is_ours(key));
    copy.options = others;
    let Some((_, value)) = ours.last() else {
        return Ok(false);
    };
    let text = value.to_string();
    let text = text.trim_matches('\'');
    match text.to_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Refusal::new(format!(
            "overwrite is true or false, not {text}: COPY … TO '{}' OPTIONS (overwrite true)",
            copy.target
        ))),
    }
}

/// The path of a target on this machine.
fn local(target: &str) -> Option<PathBuf> {
    match target.split_once("://") {
        Some(("file", path)) if !path.contains('%') => Some(PathBuf::from(path)),
        Some(_) => None,
        None => Some(PathBuf::from(target)),
    }
}

/// As DataFusion decides it.
fn is_folder(copy: &CopyToStatement, target: &Path) -> bool {
    let single = copy.options.iter().find(|(key, _)| {
        matches!(
            key.to_lowercase().as_str(),
            "single_file_output" | "format.single_file_output"
        )
    });
    match single.map(|(_, value)| value.to_string().trim_matches('\'').to_lowercase()) {
        _ if !copy.partitioned_by.is_empty() => true,
        Some(single) if single == "true" => false,
        Some(single) if single == "false" => true,
        _ => copy.target.ends_with('/') || target.extension().is_none() || target.is_dir(),
    }
}

/// What is said of the files that are there.
fn of_tables(error: DataFusionError) -> Refusal {
    Refusal::new(error.message())
}

/// Whether a file may be written at all.
fn check_file(shown: &str, target: &Path) -> Result<(), Refusal> {
    tables::check_target(shown, target, &[]).map_err(of_tables)?;
    match target.is_dir() {
        true => Err(Refusal::new(format!(
            "{shown} is a folder, and COPY is to write a file"
        ))),
        false => Ok(()),
    }
}

/// Whether a folder may be written, and what is in it replaced.
fn check_folder(copy: &CopyToStatement, target: &Path, overwrite: bool) -> Result<(), Refusal> {
    let shown = &copy.target;
    if target.exists() && !target.is_dir() {
        return Err(Refusal::new(format!(
            "{shown} is a file, and COPY is to write a folder"
        )));
    }
    let in_folder = |file: &Path| file.strip_prefix(target).unwrap_or(file).to_path_buf();
    let files = files(target).map_err(|e| Refusal::new(format!("{shown} cannot be read: {e}")))?;
    tables::check_target(shown, target, &files).map_err(of_tables)?;
    if let Some(file) = files.first().filter(|_| !overwrite) {
        let name = in_folder(file);
        let name = name.display();
        let has = match files.len() {
            1 => format!("has a file, {name}"),
            n => format!("has {n} files, {name} for example"),
        };
        return Err(Refusal::new(format!(
            "the folder {shown} {has}; COPY does not add to them, and has written nothing\n  \
             COPY … TO '{shown}' OPTIONS (overwrite true) replaces them; \
             to add rows: CREATE EXTERNAL TABLE and INSERT INTO"
        )));
    }
    if overwrite && std::env::current_dir().is_ok_and(|here| here.starts_with(target)) {
        return Err(Refusal::new(format!(
            "overwrite would remove the folder {shown}, in which this is running; name a folder in it, or run it from elsewhere"
        )));
    }
    // Whoever mistypes a folder loses tables at most.
    match files.iter().find(|file| !is_of_a_table(file)) {
        Some(other) => Err(Refusal::new(format!(
            "{} is no file of a table, and overwrite would remove it with the whole folder {shown}; move it, or name another folder",
            in_folder(other).display()
        ))),
        None => check_replaced(copy, target, &files),
    }
}

/// Refuses to replace a folder in which there is another table than the one that is written: a folder that is none of its
/// partitions, or a file of another format.
fn check_replaced(copy: &CopyToStatement, target: &Path, files: &[PathBuf]) -> Result<(), Refusal> {
    let shown = &copy.target;
    let written = copy.stored_as.as_ref().map(|format| format.to_uppercase());
    for file in files {
        let in_folder = file.strip_prefix(target).unwrap_or(file);
        let mut folders = in_folder.parent().into_iter().flat_map(Path::iter);
        let other = folders.find(|folder| !folder.to_string_lossy().contains('='));
        if let Some(other) = other {
            return Err(Refusal::new(format!(
                "{} is in a folder {} that is no partition, such as day=2026-01-31, and overwrite would remove it with the whole \
                 folder {shown}; move it, or name another folder",
                in_folder.display(),
                other.display()
            )));
        }
        if let (Ending::Of(format, _), Some(written)) = (ending(file), &written)
            && format != written
        {
            return Err(Refusal::new(format!(
                "{} is {format} and COPY is to write {written} there; overwrite would remove it with the whole folder {shown}; \
                 move it, or name another folder",
                in_folder.display()
            )));
        }
    }
    Ok(())
}

/// Whether a file has rows, or is one of those that writers of folders leave beside rows.
fn is_of_a_table(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let is_mark = ["_SUCCESS", "_metadata", "_common_metadata", ".DS_Store"].contains(&&*name)
        || name.starts_with("_committed_")
        || name.starts_with("_started_")
        || (name.starts_with('.') && name.ends_with(".crc"));
    let has_rows = tables::may_be_written(&name) || name.ends_with(".arrow");
    is_mark || (has_rows && !is_settings(file))
}

/// Whether a JSON file is one object over several lines, as in package.json: those that COPY writes have a record in each.
fn is_settings(file: &Path) -> bool {
    if file.extension().is_none_or(|ending| ending != "json") {
        return false;
    }
    let Ok(file) = fs::File::open(file) else {
        return false;
    };
    let mut lines = io::BufReader::new(file.take(1 << 20)).lines();
    let first = lines.find(|line| line.as_ref().is_ok_and(|line| !line.trim().is_empty()));
    let Some(Ok(first)) = first else {
        return false;
    };
    let first = first.trim_start_matches('\u{feff}').trim();
    first.starts_with('{') && !first.ends_with('}')
}

/// All files in a folder and in those below it; none if there is no folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = vec![];
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => open.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

impl Copy {
    /// Makes the room to write in.
    pub fn prepare(&self) -> Result<(), DataFusionError> {
        self.unfinished.add(&self.room);
        fs::create_dir_all(&self.room).map_err(|e| self.failed(&e))
    }

    /// The file, without its ending, that a folder needs where no row made one.
    pub fn missing(&self) -> Option<String> {
        let is_missing = self.is_folder && !self.written.exists();
        is_missing.then(|| self.written.join("no_rows").display().to_string())
    }

    /// Gives what is written its name.
    pub fn finish(&self) -> Result<(), DataFusionError> {
        self.swap().map_err(|e| self.failed(&e))
    }

    fn swap(&self) -> io::Result<()> {
        if !self.written.exists() {
            return Err(io::Error::other("nothing was written"));
        }
        if let Some(place) = &self.elsewhere {
            return self.send(place);
        }
        sync(&self.written)?;
        if !self.is_folder || !self.target.exists() {
            if !self.is_folder {
                keep_rights(&self.written, &self.target)?;
            }
            fs::rename(&self.written, &self.target)?;
            sync_folder(&self.target);
            return Ok(());
        }
        let old = self.room.join("replaced");
        fs::rename(&self.target, &old)?;
        fs::rename(&self.written, &self.target).inspect_err(|_| {
            // The old one has its place back.
            let _ = fs::rename(&old, &self.target);
        })?;
        sync_folder(&self.target);
        Ok(())
    }

    /// Sends what is written to a store: all of its files, or none that stays.
    fn send(&self, place: &FilePath) -> io::Result<()> {
        if !self.is_folder {
            return place.upload(&self.written);
        }
        let mut sent: Vec<FilePath> = vec![];
        for file in files(&self.written)? {
            let name = file.strip_prefix(&self.written).map_err(io::Error::other)?;
            let object = place.join(name);
            if let Err(e) = object.upload(&file) {
                for object in sent {
                    let _ = object.remove();
                }
                return Err(e);
            }
            sent.push(object);
        }
        Ok(())
    }

    /// The message with the place that a person knows.
    pub fn in_words(&self, message: &str) -> String {
        let is_full =
            message.contains("No space left on device") || message.contains("os error 28");
        // DataFusion drops the reason why the end of a file could not be written.
        let is_cut = message.contains("Error encountered while finalizing writes");
        if is_full || is_cut {
            let why = match is_full {
                true => "the disk is full",
                false => "its end could not be written, as on a full disk",
            };
            return format!(
                "{} cannot be written: {why}; {}",
                self.target.display(),
                self.left()
            );
        }
        let written = self.written.display().to_string();
        let target = self.target.display().to_string();
        // Object stores leave the first slash out.
        message
            .replace(&written, &target)
            .replace(written.trim_start_matches('/'), &target)
    }

    /// What is there after a failure.
    fn left(&self) -> &'static str {
        let is_there = match &self.elsewhere {
            Some(place) => place.exists(),
            None => self.target.exists(),
        };
        match is_there {
            true => "what was there before is unchanged",
            false => "nothing is left of it",
        }
    }

    fn failed(&self, e: &io::Error) -> DataFusionError {
        DataFusionError::Execution(format!("{} cannot be written: {e}", self.target.display()))
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // After a failure what was written, after success what was replaced.
        let _ = fs::remove_dir_all(&self.room);
        self.unfinished.done(&self.room);
    }
}
