//! Text on standard output.

use std::io::{ErrorKind, Write};

use super::error::Error;

/// Prints a text whole. Whoever stops reading it, as `head` does, has what was wanted.
pub(super) fn print(text: &[u8]) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(e) if e.kind() == ErrorKind::BrokenPipe => Err(Error::ReaderGone),
        Err(e) => Err(Error::Failed(format!(
            "standard output cannot be written: {e}"
        ))),
        Ok(()) => Ok(()),
    }
}
