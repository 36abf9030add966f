//! Whether JSON files hold one object per line or one array of objects; both are called .json.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

pub(super) fn is_one_object_per_line(
    files: &[PathBuf],
    compression: FileCompressionType,
) -> Result<bool> {
    let mut first: Option<(&Path, bool)> = None;
    for file in files {
        let lines = match first_byte(file, compression)? {
            Some(b'{') => true,
            Some(b'[') => false,
            Some(_) => {
                return plan_err!(
                    "{} is not a table in JSON: it has to begin with an object, one per line, or with an array of objects",
                    file.display()
                );
            }
            None => {
                return plan_err!(
                    "{} is empty: there is only white space in it",
                    file.display()
                );
            }
        };
        match first {
            None => first = Some((file, lines)),
            Some((other, before)) if before != lines => {
                return plan_err!(
                    "{} and {} are written differently: one has an object per line, the other an array of objects",
                    other.display(),
                    file.display()
                );
            }
            Some(_) => {}
        }
    }
    Ok(first.is_none_or(|(_, lines)| lines))
}

/// The first byte of the text, after white space.
fn first_byte(file: &Path, compression: FileCompressionType) -> Result<Option<u8>> {
    let mut start = vec![];
    compression
        .convert_read(File::open(file)?)?
        .take(4096)
        .read_to_end(&mut start)?;
    // The three bytes of a byte order mark are no white space, and no JSON either.
    let skipped = |b: &u8| b.is_ascii_whitespace() || matches!(b, 0xEF | 0xBB | 0xBF);
    Ok(start.into_iter().find(|b| !skipped(b)))
}
