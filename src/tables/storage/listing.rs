//! What lies in the folders of a bucket. A web server has none.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use futures::StreamExt;
use object_store::path::Path as Key;
use object_store::{ObjectStore, ObjectStoreExt};

use super::address::Service;
use super::failure::{self, StorageFailure};
use super::io::wait;
use super::remote::{Listed, Remote, WHAT};
use super::waiting::{Elsewhere, StorageStep};

/// The question what is below a folder, before its name.
const BELOW: &str = "what is below ";

impl Remote {
    pub fn has_folder(self: &Arc<Self>, key: &Key) -> io::Result<bool> {
        if self.root.service == Service::Web {
            return Ok(false);
        }
        let (this, prefix) = (Arc::clone(self), prefix(key));
        self.once(format!("is {key} a folder"), async move {
            let first = || async {
                let first = this.store().list(prefix.as_ref()).next().await;
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
                    true => this.store().list(Some(key)).next().await.transpose(),
                    false => this.store().head(key).await.map(Some),
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
        found.is_ok_and(|found| found.contains(&true))
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

    /// Takes note that nobody knows whether there is a file beside others that says how they are to be read.
    fn doubt(&self, key: &Key, error: &object_store::Error) {
        if failure::is_passing(error) {
            let why = failure::words(error, &self.root, &self.credentials);
            let words = format!(
                "whether it belongs to a table of another format could not be found out: asked for {}/{key}, {why}",
                self.root
            );
            self.doubt.lock().get_or_insert(StorageFailure { words });
        } else if failure::is_refusal(error) {
            self.refused.lock().get_or_insert_with(|| {
                format!(
                    "whether the files of {} belong to a table of Delta or another format, whose files keep removed rows, could not be \
                     found out: {}/{key} may not be asked for",
                    self.root, self.root
                )
            });
        }
    }

    /// All objects below a folder in which a key lies, if it was listed.
    pub fn listed_around(&self, key: &Key) -> Option<Listed> {
        let listed = self.listed.lock();
        let mut folders = listed.iter();
        let around = folders.find(|(folder, _)| is_around(folder, key));
        around.map(|(_, all)| Arc::clone(all))
    }

    pub fn is_among(&self, listed: &[String], key: &Key) -> bool {
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
        let mut all = self.store().list(prefix);
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
        let mut attempts = self.options.attempts();
        loop {
            match ask().await {
                Err(e) if failure::is_cut_off(&e) && attempts.another().await => {}
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
            let ask = || this.store().list_with_delimiter(prefix.as_ref());
            let listed = this.until_whole(ask).await?;
            listed.objects.iter().for_each(|meta| this.now_knows(meta));
            let objects = listed.objects.iter().map(|meta| &meta.location);
            let names = objects.chain(&listed.common_prefixes);
            let names = names.filter_map(|key| key.filename().map(str::to_string));
            Ok(names.collect::<BTreeSet<_>>().into_iter().collect())
        })
    }
}

/// The beginning that the names of all objects in a folder have.
fn prefix(key: &Key) -> Option<Key> {
    (!key.as_ref().is_empty()).then(|| key.clone())
}

/// Whether a key is that of a folder, or lies below it.
fn is_around(folder: &str, key: &Key) -> bool {
    let below = key.as_ref().strip_prefix(folder);
    folder.is_empty() || below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
}
