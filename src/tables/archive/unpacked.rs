//! The bytes of a file, wherever it is.

use std::io::{self, BufReader, Read, Seek, SeekFrom};

use datafusion::common::plan_datafusion_err;
use datafusion::error::Result;

use super::member::{self, Member};
use crate::tables::storage::FilePath;

/// The bytes of a file on the disk, or in an archive.
pub(in crate::tables) fn open(file: &FilePath) -> Result<Box<dyn Read + Send>> {
    let unreadable = |e: io::Error| plan_datafusion_err!("{} cannot be read: {e}", file.display());
    let Some((archive, name)) = member::member(file) else {
        return Ok(Box::new(file.open().map_err(unreadable)?));
    };
    let Member {
        start,
        compressed,
        is_deflated,
        size,
        checksum,
        ..
    } = member::named(&archive, &name)?;
    let mut opened = archive.open().map_err(unreadable)?;
    opened.seek(SeekFrom::Start(start)).map_err(unreadable)?;
    let packed = BufReader::new(opened).take(compressed);
    let bytes: Box<dyn Read + Send> = match is_deflated {
        true => Box::new(flate2::read::DeflateDecoder::new(packed)),
        false => Box::new(packed),
    };
    Ok(Box::new(Whole {
        bytes,
        found: crc32fast::Hasher::new(),
        read: 0,
        size,
        checksum,
    }))
}

/// Bytes that are damaged if they are not as many as they should be, or others.
struct Whole {
    bytes: Box<dyn Read + Send>,
    found: crc32fast::Hasher,
    read: u64,
    size: u64,
    checksum: u32,
}

impl Read for Whole {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.bytes.read(into)?;
        self.found.update(&into[..n]);
        self.read += n as u64;
        let is_end = n == 0 && !into.is_empty();
        if is_end && (self.read != self.size || self.found.clone().finalize() != self.checksum) {
            return Err(io::Error::other("the archive is damaged; copy it again"));
        }
        Ok(n)
    }
}
