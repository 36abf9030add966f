//! Saves the damaged lines that were left out: a table of CSV, written whole or not at all.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::prelude::SessionContext;

use crate::session::error::{Error, ErrorKind};
use crate::session::output::{About, Format, Output, Place};
use crate::session::settings::Settings;
use crate::tables::{Ending, LateNotes, Reject, ending};

/// Where they are saved if nobody says it.
pub(crate) const USUAL: &str = "rejects.csv";

/// What such a file begins with.
const HEADER: &str = "file,line,column,reason,text";

/// Where a session saves them.
///
/// # Errors
/// That it would take the place of another file.
pub(super) fn file(settings: &Settings) -> Result<PathBuf, Error> {
    let file = settings.rejects.clone();
    let file = file.unwrap_or_else(|| PathBuf::from(USUAL));
    if settings.files.lenient || settings.rejects.is_some() {
        is_csv(&file).map_err(|words| Error::new(ErrorKind::Setting, words))?;
        is_free(&file).map_err(|words| Error::new(ErrorKind::Setting, words))?;
    }
    Ok(file)
}

/// Saves those of a session that are not saved yet.
///
/// # Errors
/// Why they cannot be.
pub(super) fn save(ctx: &SessionContext) -> Result<(), Error> {
    let late = ctx.state_ref().read().config().get_extension::<LateNotes>();
    let Some(log) = late.map(|late| late.rejects.clone()) else {
        return Ok(());
    };
    let Some(rejects) = log.to_save() else {
        return Ok(());
    };
    let file = log.saved_in();
    let written = is_free(&file).and_then(|()| write(&file, &rejects).map_err(|e| e.to_string()));
    written.map_err(|words| {
        log.is_not_saved();
        let words = format!("the damaged lines that were left out are not saved: {words}");
        Error::new(ErrorKind::Output, words)
    })
}

fn write(file: &Path, rejects: &[Reject]) -> Result<(), Error> {
    let texts = |of: fn(&Reject) -> Option<String>| -> ArrayRef {
        Arc::new(rejects.iter().map(of).collect::<StringArray>())
    };
    let lines: UInt64Array = rejects.iter().map(|reject| Some(reject.line)).collect();
    let columns = [
        texts(|reject| Some(reject.file.display().to_string())),
        Arc::new(lines) as ArrayRef,
        texts(|reject| reject.column.clone()),
        texts(|reject| Some(reject.reason.clone())),
        texts(|reject| Some(reject.text.clone())),
    ];
    let batch = RecordBatch::try_from_iter(HEADER.split(',').zip(columns));
    let batch = batch.map_err(|e| Error::new(ErrorKind::Output, e.to_string()))?;
    let mut output = Output::new(Format::Csv, Place::File(file.to_path_buf()));
    let mut result = output.begin(&batch.schema(), About::default())?;
    result.write(&batch)?;
    result.finish()?;
    output.close()
}

/// Whether the name says what is written: whoever opens it goes by that.
fn is_csv(file: &Path) -> Result<(), String> {
    let is_other = match ending(file) {
        Ending::Of(format, compression) => format != "CSV" || compression.is_some(),
        Ending::OfOtherData(_) => true,
        Ending::Unknown => false,
    };
    let extension = file.extension().unwrap_or_default();
    let has_tabs = ["tsv", "tab"].map(|tabs| extension.eq_ignore_ascii_case(tabs));
    if !is_other && !has_tabs.contains(&true) {
        return Ok(());
    }
    // All endings go: of rejects.csv.gz as well.
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let plain = name.split('.').next().filter(|name| !name.is_empty());
    let beside = file.with_file_name(format!("{}.csv", plain.unwrap_or("rejects")));
    Err(format!(
        "damaged lines are saved as CSV, and {} is the name of something else; name a file that ends in .csv, as {}",
        file.display(),
        beside.display()
    ))
}

/// Whether nothing is lost where the file is written.
fn is_free(file: &Path) -> Result<(), String> {
    let shown = file.display();
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return Err(format!(
            "{shown} cannot be written: there is no folder {}",
            folder.display()
        ));
    }
    if file.is_dir() {
        return Err(format!("{shown} cannot be written: it is a folder"));
    }
    // Devices and pipes keep nothing, and to read from one may wait for ever.
    if !file.is_file() {
        return Ok(());
    }
    let mut start = vec![];
    let read = File::open(file).and_then(|file| file.take(64).read_to_end(&mut start));
    let is_other = read.is_ok() && !start.is_empty() && !start.starts_with(HEADER.as_bytes());
    match is_other {
        true => Err(format!(
            "{shown} is there already and has no lines that were left out, so it is not replaced; name another file"
        )),
        false => Ok(()),
    }
}
