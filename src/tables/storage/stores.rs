//! All object stores and web servers of a session, as the one store that DataFusion reads from.
//!
//! DataFusion finds stores by scheme, host and port, so that two containers of one Azure account would be one; it keeps
//! the footers of files by their paths alone, so that two buckets would share them; and a scan has one store. Here an object is
//! `s3/bucket/path`, in one store that has them all.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use datafusion::common::plan_datafusion_err;
use datafusion::error::Result;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult,
};
use parking_lot::Mutex;

use super::address::{Address, Root, is_address};
use super::connect::connect;
use super::file_path::FilePath;
use super::options::StorageOptions;
use super::remote::Remote;
use super::waiting::StorageWatch;

/// The address of the one store in a session.
const ADDRESS: &str = "remote:///";

/// What a session has been connected with.
pub(crate) struct Stores {
    options: StorageOptions,
    watch: Arc<StorageWatch>,
    /// By their names in this store.
    remotes: Mutex<HashMap<String, Arc<Remote>>>,
}

impl Stores {
    pub fn new(options: StorageOptions) -> Arc<Self> {
        Arc::new(Self {
            options,
            watch: Arc::default(),
            remotes: Mutex::default(),
        })
    }

    /// Those of a session, which are registered with it.
    pub fn of(ctx: &SessionContext) -> Arc<Self> {
        let state = ctx.state_ref();
        if let Some(stores) = state.read().config().get_extension::<Self>() {
            return stores;
        }
        let stores = Self::new(StorageOptions::default());
        stores.register(ctx);
        stores
    }

    /// Makes them those of a session.
    pub fn register(self: &Arc<Self>, ctx: &SessionContext) {
        let url = Self::url();
        ctx.register_object_store(url.as_ref(), Arc::clone(self) as _);
        let state = ctx.state_ref();
        state.write().config_mut().set_extension(Arc::clone(self));
    }

    pub fn url() -> ObjectStoreUrl {
        ObjectStoreUrl::parse(ADDRESS).expect("it is one")
    }

    /// What is done on servers now.
    pub fn watch(&self) -> &Arc<StorageWatch> {
        &self.watch
    }

    /// The file or folder, or the pattern for some, that a text means.
    pub fn path(&self, text: &str) -> Result<FilePath> {
        if !is_address(text) {
            return Ok(FilePath::of_disk(
                text.strip_prefix("file://").unwrap_or(text),
            ));
        }
        let address = Address::parse(text)?;
        let remote = self.remote(&address)?;
        Ok(FilePath::of_remote(address.to_string(), remote))
    }

    fn remote(&self, address: &Address) -> Result<Arc<Remote>> {
        let id = id(address);
        if let Some(known) = self.remotes.lock().get(&id) {
            return Ok(Arc::clone(known));
        }
        let root = address.root.clone();
        let connected = connect(address, &self.options, &self.watch)
            .map_err(|e| plan_datafusion_err!("{address} cannot be opened: {e}"))?;
        let remote = (root, id.clone());
        let remote = Remote::new(remote, connected, &self.options, &self.watch);
        let remote = Arc::new(remote);
        // Somebody else may have been as quick.
        let mut remotes = self.remotes.lock();
        Ok(Arc::clone(remotes.entry(id).or_insert(remote)))
    }

    /// Forgets what earlier statements have seen of objects, which may have been written anew.
    pub fn forget(&self) {
        let remotes: Vec<_> = self.remotes.lock().values().cloned().collect();
        remotes.iter().for_each(|remote| remote.forget());
    }

    /// Where this store has an object.
    pub fn location(file: &FilePath) -> Option<object_store::Result<Key>> {
        let remote = file.remote()?;
        let key = remote.key(&file.text());
        let key = key.map_err(|e| generic(&e));
        Some(key.and_then(|key| Ok(Key::parse(format!("{}/{key}", remote.id))?)))
    }

    /// The bucket of a location, and the object in it.
    fn at(&self, location: &Key) -> object_store::Result<(Arc<Remote>, Key)> {
        let remotes = self.remotes.lock();
        let text = location.as_ref();
        let mut ends = text.match_indices('/').map(|(at, _)| at);
        let found = ends.find_map(|at| Some((remotes.get(&text[..at])?, &text[at + 1..])));
        let Some((remote, key)) = found else {
            return Err(Error::NotFound {
                path: text.to_string(),
                source: "no table of this session has it".into(),
            });
        };
        Ok((Arc::clone(remote), Key::parse(key)?))
    }
}

/// `s3/bucket`; of a web address with a query, `https/host/` and a number for the query, for each may mean another file.
fn id(address: &Address) -> String {
    let Root {
        scheme, authority, ..
    } = &address.root;
    match &address.query {
        None => format!("{scheme}/{authority}"),
        Some(query) => format!(
            "{scheme}/{authority}?{:08x}",
            crc32fast::hash(query.as_bytes())
        ),
    }
}

fn generic(error: &std::io::Error) -> Error {
    Error::Generic {
        store: "remote",
        source: error.to_string().into(),
    }
}

/// A failure of a bucket, with its words.
fn failed(error: std::io::Error) -> Error {
    Error::Generic {
        store: "remote",
        source: error
            .into_inner()
            .unwrap_or_else(|| "the server gave no reason".into()),
    }
}

impl fmt::Debug for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remotes = self.remotes.lock();
        f.debug_set().entries(remotes.keys()).finish()
    }
}

impl fmt::Display for Stores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("remote")
    }
}

/// What nobody does through DataFusion: tables are read through it, and results are written whole by `upload`.
fn not_through_here<T>(operation: &str) -> object_store::Result<T> {
    Err(Error::NotImplemented {
        operation: operation.to_string(),
        implementer: "remote".to_string(),
    })
}

#[async_trait]
impl ObjectStore for Stores {
    async fn get_opts(
        &self,
        location: &Key,
        options: GetOptions,
    ) -> object_store::Result<GetResult> {
        let (remote, key) = self.at(location)?;
        let meta = remote.meta(&key).await.map_err(failed)?;
        let range = match &options.range {
            None => 0..meta.size,
            Some(GetRange::Bounded(range)) => range.start.min(meta.size)..range.end.min(meta.size),
            Some(GetRange::Offset(from)) => (*from).min(meta.size)..meta.size,
            Some(GetRange::Suffix(n)) => meta.size.saturating_sub(*n)..meta.size,
        };
        let payload = match options.head {
            true => futures::stream::empty().boxed(),
            false => remote
                .stream(key, range.clone())
                .map(|bytes| bytes.map_err(failed))
                .boxed(),
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(payload),
            meta: ObjectMeta {
                location: location.clone(),
                ..meta
            },
            range,
            attributes: Default::default(),
        })
    }

    async fn get_ranges(
        &self,
        location: &Key,
        ranges: &[Range<u64>],
    ) -> object_store::Result<Vec<Bytes>> {
        let (remote, key) = self.at(location)?;
        remote.ranges(&key, ranges).await.map_err(failed)
    }

    async fn put_opts(
        &self,
        _: &Key,
        _: PutPayload,
        _: PutOptions,
    ) -> object_store::Result<PutResult> {
        not_through_here("put")
    }

    async fn put_multipart_opts(
        &self,
        _: &Key,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        not_through_here("put_multipart")
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, object_store::Result<Key>>,
    ) -> BoxStream<'static, object_store::Result<Key>> {
        futures::stream::once(async { not_through_here("delete") }).boxed()
    }

    fn list(&self, _: Option<&Key>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        futures::stream::once(async { not_through_here("list") }).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Key>) -> object_store::Result<ListResult> {
        not_through_here("list_with_delimiter")
    }

    async fn copy_opts(&self, _: &Key, _: &Key, _: CopyOptions) -> object_store::Result<()> {
        not_through_here("copy")
    }
}
