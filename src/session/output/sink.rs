//! The bytes of all results: standard output, memory, or a file that gets its name when everything is in it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::compressed::{Compressed, Compression};
use super::pager::Pager;
use super::replacement::Replacement;
use super::store_access::StoreAccess;
use super::unfinished::Unfinished;

/// The first error of a sink, for those who hold a writer around it: of the errors of what they write to,
/// the writers of arrow hand on the text at most.
pub(super) type Failure = Arc<OnceLock<(io::ErrorKind, String)>>;

/// Where results go.
#[derive(Debug, Clone)]
pub enum Place {
    /// Standard output.
    Stdout,
    /// A program that shows it page by page.
    Pager(Pager),
    /// A file, a device or a named pipe.
    File(PathBuf),
    /// The memory of this process.
    Memory(Arc<Mutex<Vec<u8>>>),
}

pub(super) struct Sink {
    place: Place,
    compression: Option<Compression>,
    /// The file that is written; none for standard output, devices and pipes.
    replacement: Option<Replacement>,
    unfinished: Unfinished,
    stores: Option<StoreAccess>,
    to: Option<BufWriter<Compressed>>,
    /// Whether anything has been written since the last result began.
    wrote: bool,
    failed: Failure,
}

impl Sink {
    pub fn new(place: Place) -> Self {
        Self {
            place,
            compression: None,
            replacement: None,
            unfinished: Unfinished::default(),
            stores: None,
            to: None,
            wrote: false,
            failed: Failure::default(),
        }
    }

    /// Compresses what is written.
    pub fn compress(&mut self, compression: Option<Compression>) {
        self.compression = compression;
    }

    /// Has others know what a process that ends in the middle of it leaves behind.
    pub fn share(&mut self, unfinished: Unfinished) {
        self.unfinished = unfinished;
    }

    /// Has results go to object stores as well.
    pub fn reach(&mut self, stores: StoreAccess) {
        self.stores = Some(stores);
    }

    /// Opens it, if that has not happened, and says whether it has not.
    pub fn open(&mut self) -> io::Result<bool> {
        if self.to.is_some() {
            return Ok(false);
        }
        let to: Box<dyn Write + Send> = match &self.place {
            Place::Stdout => Box::new(io::stdout()),
            Place::Pager(pager) => Box::new(pager.start()?),
            Place::Memory(bytes) => Box::new(Memory(Arc::clone(bytes))),
            Place::File(file) => {
                // A device or a named pipe cannot be replaced, and has no half-written state to hide.
                let is_special = fs::metadata(file).is_ok_and(|m| !m.is_file() && !m.is_dir());
                let opened = match is_special {
                    true => File::create(file),
                    false => self.replacement_of(file).and_then(|replacement| {
                        let writer = replacement.writer();
                        self.replacement = Some(replacement);
                        writer
                    }),
                };
                Box::new(opened.map_err(|e| named(file, &e))?)
            }
        };
        let compressed = Compressed::new(to, self.compression)?;
        self.to = Some(BufWriter::with_capacity(64 * 1024, compressed));
        Ok(true)
    }

    fn replacement_of(&self, file: &Path) -> io::Result<Replacement> {
        let stores = self.stores.as_ref();
        let of_store = stores.and_then(|stores| stores.replacement(file, &self.unfinished));
        of_store.unwrap_or_else(|| Replacement::create(file, &self.unfinished))
    }

    /// A result begins.
    pub fn begin(&mut self) {
        self.wrote = false;
    }

    /// Whether something of it is where it may be read. A file that fails is never seen.
    pub fn is_out(&self) -> bool {
        self.wrote && matches!(self.place, Place::Stdout | Place::Pager(_))
    }

    /// The file that results go to, if it is not standard output.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(file) => Some(file),
            Place::Stdout | Place::Pager(_) | Place::Memory(_) => None,
        }
    }

    /// Makes sure that everything has arrived, for a file on the disk.
    pub fn complete(&mut self) -> io::Result<()> {
        self.flush()?;
        let to = self.to.take();
        let finished = to.map_or(Ok(()), |to| {
            let to = to.into_inner().map_err(io::IntoInnerError::into_error)?;
            to.finish()
        });
        self.noted(finished)?;
        if let Place::Pager(pager) = &self.place {
            let left = pager.wait();
            return self.noted(left);
        }
        let synced = self.replacement.as_ref().map_or(Ok(()), Replacement::sync);
        self.noted(synced)
    }

    /// Gives the file its name.
    pub fn close(mut self) -> io::Result<()> {
        self.complete()?;
        let Some(mut replacement) = self.replacement.take() else {
            return Ok(());
        };
        self.noted(replacement.take_place())
    }

    /// The complete file, which has no name yet.
    pub fn into_replacement(mut self) -> Option<Replacement> {
        self.replacement.take()
    }

    /// Where the first error will be found.
    pub fn failure(&self) -> Failure {
        Arc::clone(&self.failed)
    }

    /// A pager that reads nothing may not have begun.
    fn why(&self, e: io::Error) -> io::Error {
        match &self.place {
            Place::Pager(pager) if e.kind() == io::ErrorKind::BrokenPipe => {
                pager.wait().err().unwrap_or(e)
            }
            _ => e,
        }
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        let result = result.map_err(|e| self.why(e));
        // The loops of std try again after this one.
        if let Err(e) = &result
            && e.kind() != io::ErrorKind::Interrupted
        {
            let text = match &self.place {
                Place::File(file) => named(file, e).to_string(),
                Place::Stdout => format!("standard output cannot be written: {e}"),
                Place::Pager(_) | Place::Memory(_) => e.to_string(),
            };
            self.failed.get_or_init(|| (e.kind(), text));
        }
        result
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.wrote |= !bytes.is_empty();
        let written = match &mut self.to {
            Some(to) => to.write(bytes),
            None => Err(io::Error::other("nothing is open to write to")),
        };
        self.noted(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.as_mut().map_or(Ok(()), Write::flush);
        self.noted(flushed)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Place::Pager(pager) = &self.place {
            // It shows what there is until the person leaves it, and nothing is said meanwhile.
            self.to = None;
            let _ = pager.wait();
        }
    }
}

/// Bytes that are shared with whoever asked for them.
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The error with the name of the file.
pub(super) fn named(file: &Path, e: &io::Error) -> io::Error {
    io::Error::new(
        e.kind(),
        format!("{} cannot be written: {e}", file.display()),
    )
}
