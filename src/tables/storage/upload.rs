//! Files of the disk on their way to a store. An object is there when all of it has arrived, and not before.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};

use super::address::Service;
use super::io::wait;
use super::remote::Remote;

/// What is sent at once. A larger file is sent in parts of this size.
const PART: u64 = 16 << 20;

/// How many parts a file has at most, by the rules of S3.
const MOST_PARTS: u64 = 10_000;

impl Remote {
    /// Writes a file of the disk as an object, in the place of an older one.
    pub fn upload(self: &Arc<Self>, text: &str, from: &Path) -> io::Result<()> {
        if self.root.service == Service::Web {
            return Err(io::Error::other("files cannot be written to a web server"));
        }
        let key = self.key(text)?;
        let file = File::open(from)?;
        let this = Arc::clone(self);
        let sent = wait(async move { this.send(&key, file).await });
        self.forget();
        sent
    }

    async fn send(&self, key: &Key, mut file: File) -> io::Result<()> {
        let size = file.metadata()?.len();
        if size <= PART {
            let mut bytes = vec![];
            file.read_to_end(&mut bytes)?;
            let put = self.store().put(key, PutPayload::from(bytes)).await;
            return put.map(drop).map_err(|e| self.failed(&e));
        }
        let part = PART.max(size.div_ceil(MOST_PARTS));
        let begun = self.store().put_multipart(key).await;
        let mut upload = begun.map_err(|e| self.failed(&e))?;
        let sent = self.send_parts(&mut *upload, file, part).await;
        if sent.is_err() {
            // The parts that arrived would be paid for.
            let _ = upload.abort().await;
        }
        sent
    }

    async fn send_parts(
        &self,
        upload: &mut dyn MultipartUpload,
        mut file: File,
        part: u64,
    ) -> io::Result<()> {
        loop {
            let mut bytes = vec![];
            Read::take(&mut file, part).read_to_end(&mut bytes)?;
            if bytes.is_empty() {
                break;
            }
            let put = upload.put_part(PutPayload::from(bytes)).await;
            put.map_err(|e| self.failed(&e))?;
        }
        let complete = upload.complete().await;
        complete.map(drop).map_err(|e| self.failed(&e))
    }

    /// Removes an object.
    pub fn remove(self: &Arc<Self>, text: &str) -> io::Result<()> {
        let key = self.key(text)?;
        let this = Arc::clone(self);
        let removed = wait(async move {
            let removed = this.store().delete(&key).await;
            removed.map_err(|e| this.failed(&e))
        });
        self.forget();
        removed
    }
}
