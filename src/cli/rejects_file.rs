//! The file of the damaged lines, which is none for results.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::Args;
use super::error::Error;
use crate::session;

/// Refuses one file for the results and for the damaged lines: the second of them would take the place of the first.
pub(super) fn rejects_beside_results(args: &Args) -> Result<(), Error> {
    let settings = args.settings();
    let rejects = match settings.rejects {
        Some(rejects) => rejects,
        None if settings.files.lenient => PathBuf::from(session::USUAL_REJECTS),
        None => return Ok(()),
    };
    let Some(output) = &args.output else {
        return Ok(());
    };
    // Devices take both.
    let is_device = output.exists() && !output.is_file();
    if is_device || identity(output) != identity(&rejects) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "-o {} is also the file of the damaged lines, and one would take the place of the other; name another, --rejects \
         damaged.csv",
        output.display()
    )))
}

/// A file under its own name, whatever leads to its folder.
pub(super) fn identity(file: &Path) -> PathBuf {
    if let Ok(file) = fs::canonicalize(file) {
        return file;
    }
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    folder.join(file.file_name().unwrap_or_default())
}
