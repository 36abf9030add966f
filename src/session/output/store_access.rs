//! The way of results to object stores.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::replacement::Replacement;
use super::unfinished::Unfinished;
use crate::tables::{FilePath, Stores, is_address};

/// The object stores of a session, for results that go there.
#[derive(Debug, Clone)]
pub struct StoreAccess {
    stores: Arc<Stores>,
    /// Where results are written before they are sent.
    folder: PathBuf,
}

impl StoreAccess {
    pub(in crate::session) fn new(stores: Arc<Stores>, folder: PathBuf) -> Self {
        Self { stores, folder }
    }

    /// The place of an address.
    pub(in crate::session) fn place(&self, text: &str) -> datafusion::error::Result<FilePath> {
        self.stores.path(text)
    }

    /// Where files are written before they are sent.
    pub(in crate::session) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What is written for an address; `None` for a path of this computer.
    pub(super) fn replacement(
        &self,
        path: &Path,
        unfinished: &Unfinished,
    ) -> Option<io::Result<Replacement>> {
        let text = path.to_str().filter(|text| is_address(text))?;
        let place = self.stores.path(text);
        let place = place.map_err(|e| io::Error::other(e.message().into_owned()));
        Some(place.and_then(|place| Replacement::of_store(place, &self.folder, unfinished)))
    }
}
