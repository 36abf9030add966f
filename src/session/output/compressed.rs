//! Bytes on their way to a file, compressed or not.

use std::io::{self, Write};

use flate2::write::GzEncoder;

/// How a file of text is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Compression {
    /// As gzip does, .gz
    Gzip,
    /// As Zstandard does, .zst: smaller, and faster
    Zstd,
}

impl Compression {
    /// What the name of such a file ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Compression::Gzip => "gz",
            Compression::Zstd => "zst",
        }
    }
}

type AnyWriter = Box<dyn Write + Send>;

pub(super) enum Compressed {
    Not(AnyWriter),
    Gzip(GzEncoder<AnyWriter>),
    Zstd(zstd::Encoder<'static, AnyWriter>),
}

impl Compressed {
    pub fn new(to: AnyWriter, compression: Option<Compression>) -> io::Result<Self> {
        Ok(match compression {
            None => Compressed::Not(to),
            Some(Compression::Gzip) => {
                Compressed::Gzip(GzEncoder::new(to, flate2::Compression::default()))
            }
            Some(Compression::Zstd) => {
                let mut encoder = zstd::Encoder::new(to, 3)?;
                encoder.include_checksum(true)?;
                Compressed::Zstd(encoder)
            }
        })
    }

    /// Writes what a compression ends with.
    pub fn finish(self) -> io::Result<()> {
        let mut to = match self {
            Compressed::Not(to) => to,
            Compressed::Gzip(encoder) => encoder.finish()?,
            Compressed::Zstd(encoder) => encoder.finish()?,
        };
        to.flush()
    }
}

impl Write for Compressed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Compressed::Not(to) => to.write(bytes),
            Compressed::Gzip(encoder) => encoder.write(bytes),
            Compressed::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Compressed::Not(to) => to.flush(),
            Compressed::Gzip(encoder) => encoder.flush(),
            Compressed::Zstd(encoder) => encoder.flush(),
        }
    }
}
