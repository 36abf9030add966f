//! Paths as addresses in the object store, and as a reader would write them.

use std::path::Path;
use std::time::SystemTime;

use datafusion::common::plan_err;
use datafusion::datasource::listing::ListingTableUrl;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use object_store::ObjectMeta;

use crate::tables::archive;
use crate::tables::storage::{FilePath, Stores};

/// The file as the object store has it.
pub fn meta(file: &FilePath) -> Result<ObjectMeta> {
    let unreadable = |e: std::io::Error| {
        DataFusionError::Plan(format!("{} cannot be opened: {e}", file.display()))
    };
    let found = archive::on_disk(file).metadata().map_err(unreadable)?;
    let location = match Stores::location(file) {
        Some(location) => location?,
        None => file_url(file)?.prefix().clone(),
    };
    Ok(ObjectMeta {
        location,
        last_modified: found.modified.unwrap_or(SystemTime::UNIX_EPOCH).into(),
        size: found.len,
        e_tag: found.e_tag,
        version: None,
    })
}

/// The store that has a file.
pub fn store(file: &FilePath) -> Result<ObjectStoreUrl> {
    match file.is_remote() {
        true => Ok(Stores::url()),
        false => Ok(file_url(file)?.object_store()),
    }
}

fn file_url(path: &Path) -> Result<ListingTableUrl> {
    ListingTableUrl::parse(format!("file://{}", encoded(path)?))
}

pub fn folder_url(path: &Path) -> Result<ListingTableUrl> {
    ListingTableUrl::parse(format!("file://{}/", encoded(path)?.trim_end_matches('/')))
}

/// The absolute path, percent-encoded: a plain path with `[` or `?` in its name would be taken for a glob.
fn encoded(path: &Path) -> Result<String> {
    let absolute = std::path::absolute(path)?;
    let Some(text) = absolute.to_str() else {
        return plan_err!("{} is not a name in UTF-8; rename it", path.display());
    };
    let mut url = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b'=' => url.push(byte as char),
            _ if byte.is_ascii_alphanumeric() => url.push(byte as char),
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(url)
}

/// A name of this path as somebody in the present folder would write it.
pub fn shown_location(path: &FilePath) -> FilePath {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(here) {
        Ok(below) => path.at(below),
        Err(_) => path.clone(),
    }
}
