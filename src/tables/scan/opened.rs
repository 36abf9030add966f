//! The bytes of a file that a scan reads.

use datafusion::common::exec_err;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::error::Result;
use object_store::{GetOptions, GetResultPayload, ObjectStore};

use crate::tables::storage::{FilePath, OpenedFile};

/// The path of a file, and its bytes. A file from elsewhere brings its path.
pub(in crate::tables) async fn opened(
    store: &dyn ObjectStore,
    file: &PartitionedFile,
) -> Result<(FilePath, OpenedFile)> {
    if let Some(path) = file.extensions.get::<FilePath>() {
        let opened = path.open()?;
        return Ok((path.clone(), opened));
    }
    let location = &file.object_meta.location;
    match store
        .get_opts(location, GetOptions::default())
        .await?
        .payload
    {
        GetResultPayload::File(file, path) => {
            Ok((FilePath::of_disk(path), OpenedFile::of_disk(file)))
        }
        GetResultPayload::Stream(_) => exec_err!("/{location} is no file of this computer"),
    }
}
