//! A file that is open for reading, wherever it is.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::reader::{ChunkReader, Length};

use super::remote_file::RemoteFile;

/// Its bytes, from any place.
pub(in crate::tables) struct OpenedFile(OpenedPlace);

enum OpenedPlace {
    Disk(File),
    Remote(RemoteFile),
    Memory(Cursor<Bytes>),
}

impl OpenedFile {
    pub fn of_disk(file: File) -> Self {
        Self(OpenedPlace::Disk(file))
    }

    pub(super) fn of_memory(bytes: Bytes) -> Self {
        Self(OpenedPlace::Memory(Cursor::new(bytes)))
    }

    pub(super) fn of_remote(file: RemoteFile) -> Self {
        Self(OpenedPlace::Remote(file))
    }

    /// The same file, to be read beside this one.
    pub fn again(&self) -> io::Result<Self> {
        match &self.0 {
            OpenedPlace::Disk(file) => file.try_clone().map(Self::of_disk),
            OpenedPlace::Remote(file) => Ok(Self::of_remote(file.again())),
            OpenedPlace::Memory(bytes) => Ok(Self(OpenedPlace::Memory(bytes.clone()))),
        }
    }

    /// How many bytes it has.
    pub fn size(&self) -> io::Result<u64> {
        match &self.0 {
            OpenedPlace::Disk(file) => Ok(file.metadata()?.len()),
            OpenedPlace::Remote(file) => Ok(file.len()),
            OpenedPlace::Memory(bytes) => Ok(bytes.get_ref().len() as u64),
        }
    }
}

impl Read for OpenedFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            OpenedPlace::Disk(file) => file.read(into),
            OpenedPlace::Remote(file) => file.read(into),
            OpenedPlace::Memory(bytes) => bytes.read(into),
        }
    }
}

impl Seek for OpenedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match &mut self.0 {
            OpenedPlace::Disk(file) => file.seek(to),
            OpenedPlace::Remote(file) => file.seek(to),
            OpenedPlace::Memory(bytes) => bytes.seek(to),
        }
    }
}

impl Length for OpenedFile {
    fn len(&self) -> u64 {
        match &self.0 {
            OpenedPlace::Disk(file) => Length::len(file),
            OpenedPlace::Remote(file) => file.len(),
            OpenedPlace::Memory(bytes) => Length::len(bytes.get_ref()),
        }
    }
}

impl ChunkReader for OpenedFile {
    type T = Box<dyn Read>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        match &self.0 {
            OpenedPlace::Disk(file) => Ok(Box::new(file.get_read(start)?)),
            OpenedPlace::Remote(file) => {
                let mut again = file.again();
                again.seek(SeekFrom::Start(start))?;
                Ok(Box::new(again))
            }
            OpenedPlace::Memory(bytes) => Ok(Box::new(bytes.get_ref().get_read(start)?)),
        }
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        match &self.0 {
            OpenedPlace::Disk(file) => file.get_bytes(start, length),
            OpenedPlace::Remote(file) => {
                let end = start + length as u64;
                if end > file.len() {
                    return Err(ParquetError::EOF("the file ends before".to_string()));
                }
                Ok(file.fetch(start..end)?)
            }
            OpenedPlace::Memory(bytes) => bytes.get_ref().get_bytes(start, length),
        }
    }
}
