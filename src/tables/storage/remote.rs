//! A bucket, a container or a web server: the files in it, and their bytes.

use std::collections::{HashMap, HashSet};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures::{Stream, StreamExt};
use object_store::path::Path as Key;
use object_store::{
    GetOptions, GetRange, OBJECT_STORE_COALESCE_DEFAULT, ObjectMeta, ObjectStore, ObjectStoreExt,
    coalesce_ranges,
};
use parking_lot::Mutex;

use super::address::Root;
use super::blocks::{BLOCK, MOST, ObjectBlocks, block};
use super::failure::{self, StorageFailure};
use super::io::wait;
use super::metadata::FileMetadata;
use super::options::StorageOptions;
use super::waiting::{Elsewhere, StorageWatch};

/// How much is fetched at once of an object that is read from one end to the other.
pub(super) const MOST_AT_ONCE: u64 = 8 << 20;

/// How many beginnings or ends are fetched side by side.
const SIDE_BY_SIDE: usize = 64;

/// The question what an object is, before its name.
pub(super) const WHAT: &str = "what is ";

/// The addresses of objects, in their order.
pub(super) type Listed = Arc<[String]>;

/// One of them, as long as a session lasts.
#[derive(Debug)]
pub(super) struct Remote {
    pub root: Root,
    /// Its name in the one store that DataFusion sees.
    pub id: String,
    store: Arc<dyn ObjectStore>,
    /// Where the credentials come from, for errors.
    pub credentials: String,
    blocks: ObjectBlocks,
    /// How many statements have asked.
    statements: AtomicUsize,
    pub options: StorageOptions,
    pub watch: Arc<StorageWatch>,
    /// What this statement knows of its objects.
    known: Mutex<HashMap<String, ObjectMeta>>,
    /// What this statement has asked for in vain, and why: it would not wait for it twice.
    pub failures: Mutex<HashMap<String, (io::ErrorKind, StorageFailure)>>,
    /// Why this statement cannot know how its files are to be read.
    pub doubt: Mutex<Option<StorageFailure>>,
    /// The same where it may not be found out: whoever may read the objects may not list them.
    pub refused: Mutex<Option<String>>,
    /// What this statement knows to be folders.
    folders: Mutex<HashSet<String>>,
    /// The addresses of all objects below the folders that it has listed.
    pub listed: Mutex<HashMap<String, Listed>>,
}

impl Remote {
    pub fn new(
        (root, id): (Root, String),
        (store, credentials): (Arc<dyn ObjectStore>, String),
        options: &StorageOptions,
        watch: &Arc<StorageWatch>,
    ) -> Self {
        Self {
            root,
            id,
            store,
            credentials,
            blocks: ObjectBlocks::default(),
            statements: AtomicUsize::new(0),
            options: options.clone(),
            watch: Arc::clone(watch),
            known: Mutex::default(),
            failures: Mutex::default(),
            doubt: Mutex::default(),
            refused: Mutex::default(),
            folders: Mutex::default(),
            listed: Mutex::default(),
        }
    }

    /// The name of an object, from its address.
    pub fn key(&self, text: &str) -> io::Result<Key> {
        let root = self.root.to_string();
        let key = text.strip_prefix(&root).unwrap_or(text);
        let key = key.strip_prefix('/').unwrap_or(key);
        Key::parse(key.trim_end_matches('/'))
            .map_err(|e| io::Error::other(format!("its name: {e}")))
    }

    /// Whether a path is its root, or below it.
    pub fn has(&self, text: &str) -> bool {
        text.starts_with(&self.root.to_string())
    }

    /// Forgets what was seen before: objects may have been written anew. Their bytes are still right of those
    /// that have not.
    pub fn forget(&self) {
        self.known.lock().clear();
        self.failures.lock().clear();
        *self.doubt.lock() = None;
        *self.refused.lock() = None;
        self.folders.lock().clear();
        self.listed.lock().clear();
        self.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// What tells an object from what it was before. Without a name for its bytes, that holds for a statement.
    fn version(&self, meta: &ObjectMeta) -> String {
        match &meta.e_tag {
            Some(e_tag) => e_tag.clone(),
            None => format!("statement {}", self.statements.load(Ordering::Relaxed)),
        }
    }

    pub fn metadata(self: &Arc<Self>, text: &str) -> io::Result<FileMetadata> {
        let key = self.key(text)?;
        if let Some(listed) = self
            .listed_around(&key)
            .filter(|_| self.known(&key).is_none())
        {
            return match self.is_among(&listed, &key) {
                true => Ok(a_folder()),
                false => Err(io::ErrorKind::NotFound.into()),
            };
        }
        if self.folders.lock().contains(key.as_ref()) {
            return Ok(a_folder());
        }
        let missing = match text.ends_with('/') || key.as_ref().is_empty() {
            true => None,
            false => match self.head(&key) {
                Ok(meta) => return Ok(of_object(&meta)),
                Err(e) if e.kind() == io::ErrorKind::NotFound => Some(e),
                Err(e) => return Err(e),
            },
        };
        match self.has_folder(&key) {
            Ok(true) => {
                self.folders.lock().insert(key.as_ref().to_string());
                Ok(a_folder())
            }
            Ok(false) => Err(missing.unwrap_or_else(|| io::ErrorKind::NotFound.into())),
            // Somebody who may not list a bucket may still read the objects of it.
            Err(e) if e.kind() == io::ErrorKind::PermissionDenied => Err(missing.unwrap_or(e)),
            Err(e) => Err(e),
        }
    }

    /// Asks for something, unless it was asked for in vain.
    pub fn once<T>(
        &self,
        name: String,
        ask: impl Future<Output = io::Result<T>> + Send + 'static,
    ) -> io::Result<T>
    where
        T: Send + 'static,
    {
        let before = self.failures.lock().get(&name).cloned();
        if let Some((kind, failure)) = before {
            return Err(io::Error::new(kind, failure));
        }
        let answer = wait(ask);
        if let Err(e) = &answer {
            let words = e.to_string();
            let failure = (e.kind(), StorageFailure { words });
            self.failures.lock().insert(name, failure);
        }
        answer
    }

    /// Reads nothing in a statement that has a doubt about how.
    fn without_doubt(&self) -> io::Result<()> {
        match &*self.doubt.lock() {
            Some(doubt) => Err(io::Error::other(doubt.clone())),
            None => Ok(()),
        }
    }

    /// What a server says of an object.
    pub fn head(self: &Arc<Self>, key: &Key) -> io::Result<ObjectMeta> {
        if let Some(known) = self.known(key) {
            return Ok(known);
        }
        let (this, key) = (Arc::clone(self), key.clone());
        self.once(format!("{WHAT}{key}"), async move {
            let meta = this.store.head(&key).await;
            let meta = meta.map_err(|e| this.failed(&e))?;
            this.now_knows(&meta);
            Ok(meta)
        })
    }

    pub fn known(&self, key: &Key) -> Option<ObjectMeta> {
        self.known.lock().get(key.as_ref()).cloned()
    }

    pub fn now_knows(&self, meta: &ObjectMeta) {
        let name = meta.location.as_ref().to_string();
        self.known.lock().insert(name, meta.clone());
    }

    /// Fetches the beginnings, or the ends, of many objects at once, so that a look at each of them need not wait.
    pub fn warm(self: &Arc<Self>, texts: &[String], ends: bool) -> io::Result<()> {
        let keys = texts.iter().map(|text| self.key(text));
        let mut keys: Vec<Key> = keys.collect::<io::Result<_>>()?;
        // More than is kept would push out what nobody has looked at yet.
        let mut room = MOST as u64;
        keys.retain(|key| {
            let block = self.known(key).map_or(0, |meta| meta.size.min(BLOCK));
            let fits = block <= room;
            room -= if fits { block } else { 0 };
            fits
        });
        let this = Arc::clone(self);
        wait(async move {
            let of = keys.len();
            let step = this.watch.begin(Elsewhere::LookedInto { done: 0, of });
            let each = keys.into_iter().map(|key| {
                let this = Arc::clone(&this);
                async move {
                    let Some(meta) = this.known(&key).filter(|meta| meta.size > 0) else {
                        return;
                    };
                    let range = match ends {
                        true => meta.size - 1..meta.size,
                        false => 0..1,
                    };
                    // Whoever needs it asks again, and says what is wrong.
                    let _ = this.bytes(&key, range).await;
                }
            });
            let mut all = futures::stream::iter(each).buffer_unordered(SIDE_BY_SIDE);
            let mut done = 0;
            while all.next().await.is_some() {
                done += 1;
                step.reached(Elsewhere::LookedInto { done, of });
            }
            Ok(())
        })
    }

    /// The bytes of a range, which may be remembered.
    pub async fn bytes(&self, key: &Key, range: Range<u64>) -> io::Result<Bytes> {
        self.without_doubt()?;
        let Some(known) = self.known(key) else {
            return self.fetch(key, range, None).await;
        };
        let version = self.version(&known);
        if let Some(bytes) = self.blocks.get(key.as_ref(), &version, &range) {
            return Ok(bytes);
        }
        let Some(whole) = block(&range, known.size) else {
            return self.fetch(key, range, Some(known)).await;
        };
        let fetched = self.fetch(key, whole.clone(), Some(known)).await?;
        let (start, block) = (whole.start, fetched.clone());
        self.blocks.put(key.as_ref(), &version, start, block);
        let within = |at: u64| usize::try_from(at - whole.start).map_err(io::Error::other);
        Ok(fetched.slice(within(range.start)?..within(range.end)?))
    }

    /// The bytes of several ranges. Those that lie close together are one request, and requests go side by side.
    pub async fn ranges(&self, key: &Key, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        self.without_doubt()?;
        let known = self.meta(key).await?;
        let version = self.version(&known);
        let remembered = ranges
            .iter()
            .map(|range| self.blocks.get(key.as_ref(), &version, range));
        if let Some(all) = remembered.collect::<Option<Vec<_>>>() {
            return Ok(all);
        }
        let fetch = |range: Range<u64>| async {
            match block(&range, known.size) {
                Some(_) => self.bytes(key, range).await,
                None => self.fetch(key, range, Some(known.clone())).await,
            }
        };
        coalesce_ranges(ranges, fetch, OBJECT_STORE_COALESCE_DEFAULT).await
    }

    /// The bytes of a range, one piece after the other.
    pub fn stream(
        self: Arc<Self>,
        key: Key,
        range: Range<u64>,
    ) -> impl Stream<Item = io::Result<Bytes>> + Send {
        futures::stream::unfold(range, move |left| {
            let (this, key) = (Arc::clone(&self), key.clone());
            async move {
                let piece = left.start..left.end.min(left.start + MOST_AT_ONCE);
                if piece.is_empty() {
                    return None;
                }
                let rest = piece.end..left.end;
                match this.bytes(&key, piece).await {
                    Ok(bytes) => Some((Ok(bytes), rest)),
                    Err(e) => Some((Err(e), left.end..left.end)),
                }
            }
        })
    }

    async fn fetch(
        &self,
        key: &Key,
        range: Range<u64>,
        known: Option<ObjectMeta>,
    ) -> io::Result<Bytes> {
        let expected = range.end - range.start;
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            // Halves of two files make no file.
            if_match: known.and_then(|meta| meta.e_tag),
            ..GetOptions::default()
        };
        let got = self.store.get_opts(key, options).await;
        let got = got.map_err(|e| self.failed(&e))?;
        let bytes = got.bytes().await.map_err(|e| self.failed(&e))?;
        if bytes.len() as u64 != expected {
            return Err(io::Error::other(format!(
                "the server sent {} bytes where {expected} were asked for",
                bytes.len()
            )));
        }
        Ok(bytes)
    }

    /// What an object is, without waiting for it.
    pub async fn meta(&self, key: &Key) -> io::Result<ObjectMeta> {
        match self.known(key) {
            Some(known) => Ok(known),
            None => {
                let meta = self.store.head(key).await;
                let meta = meta.map_err(|e| self.failed(&e))?;
                self.now_knows(&meta);
                Ok(meta)
            }
        }
    }

    /// The store itself, for what is written.
    pub fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// An error in words.
    pub fn failed(&self, error: &object_store::Error) -> io::Error {
        let failure = StorageFailure {
            words: failure::words(error, &self.root, &self.credentials),
        };
        io::Error::new(failure::kind(error), failure)
    }
}

fn a_folder() -> FileMetadata {
    FileMetadata {
        is_dir: true,
        is_other: false,
        len: 0,
        modified: None,
        e_tag: None,
    }
}

fn of_object(meta: &ObjectMeta) -> FileMetadata {
    FileMetadata {
        is_dir: false,
        is_other: false,
        len: meta.size,
        modified: Some(meta.last_modified.into()),
        e_tag: meta.e_tag.clone(),
    }
}
