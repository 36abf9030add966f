//! A text beside the results that is in its file whole or not at all.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::sink::{Place, Sink};
use super::unfinished::Unfinished;
use crate::session::error::{Error, ErrorKind};

/// Writes a text to a file, which has its name when all of it is there; what a process that ends in the middle of it leaves
/// behind is in `unfinished`.
///
/// # Errors
/// Why the file cannot be written.
pub(crate) fn write_whole(file: &Path, text: &str, unfinished: Unfinished) -> Result<(), Error> {
    let mut sink = Sink::new(Place::File(PathBuf::from(file)));
    sink.share(unfinished);
    let written = sink
        .open()
        .and_then(|_| sink.write_all(text.as_bytes()))
        .and_then(|()| sink.close());
    written.map_err(|e| Error::new(ErrorKind::Output, e.to_string()))
}
