//! The bytes of all results: standard output, memory, or a file that gets its name when everything is in it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::unfinished::{Unfinished, beside};

/// The first error of a sink, for those who hold a writer around it: of the errors of what they write to,
/// the writers of arrow hand on the text at most.
pub(super) type Failure = Arc<OnceLock<(io::ErrorKind, String)>>;

/// Where results go.
#[derive(Debug, Clone)]
pub enum Place {
    /// Standard output.
    Stdout,
    /// A file, a device or a named pipe.
    File(PathBuf),
    /// The memory of this process.
    Memory(Arc<Mutex<Vec<u8>>>),
}

pub(super) struct Sink {
    place: Place,
    /// Where a file is written until it is complete; `None` for standard output, devices and pipes.
    unfinished: Option<PathBuf>,
    all_unfinished: Unfinished,
    to: Option<BufWriter<Box<dyn Write + Send>>>,
    /// Whether anything has been written since the last result began.
    wrote: bool,
    failed: Failure,
}

impl Sink {
    pub fn new(place: Place) -> Self {
        Self {
            place,
            unfinished: None,
            all_unfinished: Unfinished::default(),
            to: None,
            wrote: false,
            failed: Failure::default(),
        }
    }

    /// Opens it, if that has not happened.
    pub fn open(&mut self) -> io::Result<()> {
        if self.to.is_some() {
            return Ok(());
        }
        let to: Box<dyn Write + Send> = match &self.place {
            Place::Stdout => Box::new(io::stdout()),
            Place::Memory(bytes) => Box::new(Memory(Arc::clone(bytes))),
            Place::File(file) => {
                // A device or a named pipe cannot be replaced, and has no half-written state to hide.
                let is_special = fs::metadata(file).is_ok_and(|m| !m.is_file() && !m.is_dir());
                let path = if is_special {
                    file.clone()
                } else {
                    beside(file)
                };
                if !is_special {
                    self.all_unfinished.add(&path);
                }
                let opened = if file.is_dir() {
                    Err(io::Error::other("it is a folder"))
                } else {
                    File::create(&path)
                };
                let opened = opened.map_err(|e| named(file, &e))?;
                if !is_special {
                    self.unfinished = Some(path);
                }
                Box::new(opened)
            }
        };
        self.to = Some(BufWriter::with_capacity(64 * 1024, to));
        Ok(())
    }

    /// A result begins.
    pub fn begin(&mut self) {
        self.wrote = false;
    }

    /// Whether something of it is where it may be read. A file that fails is never seen.
    pub fn is_out(&self) -> bool {
        self.wrote && matches!(self.place, Place::Stdout)
    }

    /// What a process that ends in the middle of it leaves behind.
    pub fn unfinished(&self) -> Unfinished {
        self.all_unfinished.clone()
    }

    /// The file that results go to, if it is not standard output.
    pub fn file(&self) -> Option<&Path> {
        match &self.place {
            Place::File(file) => Some(file),
            Place::Stdout | Place::Memory(_) => None,
        }
    }

    /// Gives the file its name.
    pub fn close(mut self) -> io::Result<()> {
        self.flush()?;
        self.to = None;
        if let (Some(unfinished), Place::File(file)) = (self.unfinished.take(), &self.place) {
            let renamed = fs::rename(&unfinished, file);
            if let Err(e) = renamed {
                self.unfinished = Some(unfinished);
                return Err(named(file, &e));
            }
            self.all_unfinished.done(&unfinished);
        }
        Ok(())
    }

    /// Where the first error will be found.
    pub fn failure(&self) -> Failure {
        Arc::clone(&self.failed)
    }

    fn noted<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        // The loops of std try again after this one.
        if let Err(e) = &result
            && e.kind() != io::ErrorKind::Interrupted
        {
            let text = match &self.place {
                Place::File(file) => named(file, e).to_string(),
                Place::Stdout => format!("standard output cannot be written: {e}"),
                Place::Memory(_) => e.to_string(),
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
        if let Some(unfinished) = &self.unfinished {
            // The run failed or was cancelled; what cannot be removed does no harm under its other name.
            let _ = fs::remove_file(unfinished);
            self.all_unfinished.done(unfinished);
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

fn named(file: &Path, e: &io::Error) -> io::Error {
    io::Error::new(
        e.kind(),
        format!("{} cannot be written: {e}", file.display()),
    )
}
