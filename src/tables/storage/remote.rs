//! A bucket, a container or a web server: the files in it, and their bytes.

use std::collections::{BTreeSet, HashMap, HashSet};
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

use super::address::{Root, Service};
use super::blocks::{BLOCK, MOST, ObjectBlocks, block};
use super::failure::{self, StorageFailure};
use super::io::wait;
use super::metadata::FileMetadata;
use super::waiting::{Elsewhere, StorageStep, StorageWatch};

/// How much is fetched at once of an object that is read from one end to the other.
pub(super) const MOST_AT_ONCE: u64 = 8 << 20;

/// How many beginnings or ends are fetched side by side.
const SIDE_BY_SIDE: usize = 64;

/// Questions of which one is enough in a statement, before a name.
const WHAT: &str = "what is ";
const BELOW: &str = "what is below ";

/// The addresses of objects, in their order.
type Listed = Arc<[String]>;

/// One of them, as long as a session lasts.
#[derive(Debug)]
pub(super) struct Remote {
    pub root: Root,
    /// Its name in the one store that DataFusion sees.
    pub id: String,
    store: Arc<dyn ObjectStore>,
    /// Where the credentials come from, for errors.
    credentials: String,
    blocks: ObjectBlocks,
    /// How many statements have asked.
    statements: AtomicUsize,
    /// How often a list is asked for again whose answer was cut off.
    retries: usize,
    watch: Arc<StorageWatch>,
    /// What this statement knows of its objects.
    known: Mutex<HashMap<String, ObjectMeta>>,
    /// What this statement has asked for in vain, and why: it would not wait for it twice.
    failures: Mutex<HashMap<String, (io::ErrorKind, StorageFailure)>>,
    /// Why this statement cannot know how its files are to be read.
    doubt: Mutex<Option<StorageFailure>>,
    /// What this statement knows to be folders.
    folders: Mutex<HashSet<String>>,
    /// The addresses of all objects below the folders that it has listed.
    listed: Mutex<HashMap<String, Listed>>,
}

impl Remote {
    pub fn new(
        (root, id): (Root, String),
        (store, credentials): (Arc<dyn ObjectStore>, String),
        retries: usize,
        watch: &Arc<StorageWatch>,
    ) -> Self {
        Self {
            root,
            id,
            store,
            credentials,
            blocks: ObjectBlocks::default(),
            statements: AtomicUsize::new(0),
            retries,
            watch: Arc::clone(watch),
            known: Mutex::default(),
            failures: Mutex::default(),
            doubt: Mutex::default(),
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
            Err(e) => Err(missing.unwrap_or(e)),
        }
    }

    /// Asks for something, unless it was asked for in vain.
    fn once<T>(
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

    /// Whether a server could not be asked what there is at this place.
    fn has_failed(&self, key: &Key) -> bool {
        let failures = self.failures.lock();
        failures.iter().any(|(name, (kind, _))| {
            let folder = name.strip_prefix(BELOW);
            let is_here = folder.is_some_and(|folder| is_around(folder, key));
            *kind == io::ErrorKind::Other && (is_here || *name == format!("{WHAT}{key}"))
        })
    }

    fn has_folder(self: &Arc<Self>, key: &Key) -> io::Result<bool> {
        if self.root.service == Service::Web {
            return Ok(false);
        }
        let (this, prefix) = (Arc::clone(self), prefix(key));
        self.once(format!("is {key} a folder"), async move {
            let first = || async {
                let first = this.store.list(prefix.as_ref()).next().await;
                first.transpose()
            };
            Ok(this.until_whole(first).await?.is_some())
        })
    }

    /// Whether a folder has one of these files or folders, whose names end with `/`.
    pub fn holds_any(self: &Arc<Self>, folder: &str, names: &[&str]) -> bool {
        let Ok(key) = self.key(folder) else {
            return false;
        };
        // An object is no folder, and a web server has none.
        if self.root.service == Service::Web || self.known(&key).is_some() {
            return false;
        }
        let within: Vec<(Key, bool)> = names
            .iter()
            .map(|name| match name.strip_suffix('/') {
                Some(folder) => (key.clone().join(folder), true),
                None => (key.clone().join(*name), false),
            })
            .collect();
        if let Some(listed) = self.listed_around(&key) {
            return within.iter().any(|(key, _)| self.is_among(&listed, key));
        }
        // Whoever asks for the files is told why.
        if self.has_failed(&key) {
            return false;
        }
        let this = Arc::clone(self);
        let found = wait(async move {
            let each = within.iter().map(|(key, is_folder)| async {
                let there = match is_folder {
                    true => this.store.list(Some(key)).next().await.transpose(),
                    false => this.store.head(key).await.map(Some),
                };
                match there {
                    Ok(there) => there.is_some(),
                    Err(e) => {
                        this.doubt(key, &e);
                        false
                    }
                }
            });
            Ok(futures::future::join_all(each).await)
        });
        // Whoever may not list a bucket is told so where its files are asked for.
        found.is_ok_and(|found| found.contains(&true))
    }

    /// Takes note that nobody knows whether there is a file beside others that says how they are to be read.
    fn doubt(&self, key: &Key, error: &object_store::Error) {
        if failure::is_passing(error) {
            let why = failure::words(error, &self.root, &self.credentials);
            let words = format!(
                "whether it belongs to a table of another format could not be found out: asked for {}/{key}, {why}",
                self.root
            );
            *self.doubt.lock() = Some(StorageFailure { words });
        }
    }

    /// Reads nothing in a statement that has a doubt about how.
    fn without_doubt(&self) -> io::Result<()> {
        match &*self.doubt.lock() {
            Some(doubt) => Err(io::Error::other(doubt.clone())),
            None => Ok(()),
        }
    }

    /// All objects below a folder in which a key lies, if it was listed.
    fn listed_around(&self, key: &Key) -> Option<Listed> {
        let listed = self.listed.lock();
        let mut folders = listed.iter();
        let around = folders.find(|(folder, _)| is_around(folder, key));
        around.map(|(_, all)| Arc::clone(all))
    }

    fn is_among(&self, listed: &[String], key: &Key) -> bool {
        if key.as_ref().is_empty() {
            return !listed.is_empty();
        }
        let name = format!("{}/{key}", self.root);
        let folder = format!("{name}/");
        let from = listed.partition_point(|other| *other < name);
        listed[from..]
            .iter()
            .take_while(|other| other.starts_with(&name))
            .any(|other| *other == name || other.starts_with(&folder))
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

    fn known(&self, key: &Key) -> Option<ObjectMeta> {
        self.known.lock().get(key.as_ref()).cloned()
    }

    fn now_knows(&self, meta: &ObjectMeta) {
        let name = meta.location.as_ref().to_string();
        self.known.lock().insert(name, meta.clone());
    }

    /// The addresses of all objects below a folder, in their order.
    pub fn below(self: &Arc<Self>, folder: &str) -> io::Result<Listed> {
        let key = self.key(folder)?;
        if let Some(listed) = self.listed.lock().get(key.as_ref()) {
            return Ok(Arc::clone(listed));
        }
        if self.root.service == Service::Web {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "a web server has no list of its files; name each by its own address",
            ));
        }
        let (this, prefix) = (Arc::clone(self), prefix(&key));
        let name = format!("{BELOW}{key}");
        let found = self.once(name, async move {
            let step = this.watch.begin(Elsewhere::Listed(0));
            let listed = this.until_whole(|| this.list_all(prefix.as_ref(), &step));
            let mut found = listed.await?;
            found.sort();
            Ok(Listed::from(found))
        })?;
        let name = key.as_ref().to_string();
        self.listed.lock().insert(name, Arc::clone(&found));
        Ok(found)
    }

    async fn list_all(
        &self,
        prefix: Option<&Key>,
        step: &StorageStep,
    ) -> object_store::Result<Vec<String>> {
        let mut all = self.store.list(prefix);
        let mut found = vec![];
        while let Some(meta) = all.next().await {
            let meta = meta?;
            self.now_knows(&meta);
            found.push(format!("{}/{}", self.root, meta.location));
            step.reached(Elsewhere::Listed(found.len()));
        }
        Ok(found)
    }

    /// Asks for a list, and again where the answer was cut off: clients do that for objects alone.
    async fn until_whole<T, A>(&self, ask: impl Fn() -> A) -> io::Result<T>
    where
        A: Future<Output = object_store::Result<T>>,
    {
        let mut tries = 0;
        loop {
            match ask().await {
                Err(e) if tries < self.retries && failure::is_cut_off(&e) => tries += 1,
                answer => return answer.map_err(|e| self.failed(&e)),
            }
        }
    }

    /// The names of what lies in a folder.
    pub fn entries(self: &Arc<Self>, folder: &str) -> io::Result<Vec<String>> {
        if self.root.service == Service::Web {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let key = self.key(folder)?;
        if let Some(listed) = self.listed_around(&key) {
            let folder = match key.as_ref() {
                "" => format!("{}/", self.root),
                key => format!("{}/{key}/", self.root),
            };
            let below = listed.iter().filter_map(|text| text.strip_prefix(&folder));
            let names = below.filter_map(|below| below.split('/').next());
            let names: BTreeSet<_> = names.map(str::to_string).collect();
            return Ok(names.into_iter().collect());
        }
        let (this, prefix) = (Arc::clone(self), prefix(&key));
        wait(async move {
            let ask = || this.store.list_with_delimiter(prefix.as_ref());
            let listed = this.until_whole(ask).await?;
            listed.objects.iter().for_each(|meta| this.now_knows(meta));
            let objects = listed.objects.iter().map(|meta| &meta.location);
            let names = objects.chain(&listed.common_prefixes);
            let names = names.filter_map(|key| key.filename().map(str::to_string));
            Ok(names.collect::<BTreeSet<_>>().into_iter().collect())
        })
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

/// Whether a key is that of a folder, or lies below it.
fn is_around(folder: &str, key: &Key) -> bool {
    let below = key.as_ref().strip_prefix(folder);
    folder.is_empty() || below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}

/// The beginning that the names of all objects in a folder have.
fn prefix(key: &Key) -> Option<Key> {
    (!key.as_ref().is_empty()).then(|| key.clone())
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
