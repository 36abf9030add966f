//! Whether JSON files hold one object per line or one array of objects; both are called .json.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::json::JsonFormat;
use datafusion::error::Result;
use datafusion::prelude::SessionContext;
use object_store::{ObjectMeta, ObjectStore};

use super::drift::{self, Shapes, United};

/// However many files share the sample, this much of each one is looked at.
const MIN_ROWS_PER_FILE: usize = 1_000;

/// Finds the columns of every file, in as many of its first rows as is its share.
pub(super) async fn inspect(
    ctx: &SessionContext,
    format: &Arc<dyn FileFormat>,
    store: &Arc<dyn ObjectStore>,
    files: &[PathBuf],
    metas: &[ObjectMeta],
    rows: usize,
) -> Result<(United, Shapes)> {
    let state = ctx.state();
    let rows = (rows / files.len().max(1)).max(MIN_ROWS_PER_FILE.min(rows));
    let format = match format.downcast_ref::<JsonFormat>() {
        Some(json) => Arc::new(
            JsonFormat::default()
                .with_options(json.options().clone())
                .with_schema_infer_max_rec(rows),
        ),
        None => return plan_err!("JSON is read as JSON only"),
    };
    let mut shapes = Shapes::default();
    for (i, (file, meta)) in files.iter().zip(metas).enumerate() {
        let found = format.infer_schema(&state, store, std::slice::from_ref(meta));
        let schema = match found.await {
            Ok(schema) => schema,
            Err(e) => {
                return plan_err!(
                    "{} could not be read: {}",
                    file.display(),
                    e.strip_backtrace()
                );
            }
        };
        shapes.add(i, schema);
    }
    let united = drift::unite(&shapes.shapes, files, |_, _, _, _| Ok(None))?;
    Ok((united, shapes))
}

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
