//! An object that is read as a file is.

use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};

use bytes::{Buf, Bytes};
use object_store::path::Path as Key;
use parking_lot::Mutex;

use super::blocks::BLOCK;
use super::io::{threads, wait};
use super::remote::{MOST_AT_ONCE, Remote};

/// What was asked for before somebody wants it, and its bytes when they come.
struct Ahead {
    range: Range<u64>,
    bytes: Mutex<Receiver<io::Result<Bytes>>>,
}

/// An object, and where somebody reads it. What comes next is fetched while the rest is worked on.
pub(super) struct RemoteFile {
    remote: Arc<Remote>,
    key: Key,
    len: u64,
    at: u64,
    /// What is here already, from `at` on.
    here: Bytes,
    /// How much the next request asks for.
    step: u64,
    ahead: Option<Ahead>,
}

impl RemoteFile {
    /// The object of an address.
    pub fn open(remote: &Arc<Remote>, text: &str) -> io::Result<Self> {
        let key = remote.key(text)?;
        let meta = remote.head(&key)?;
        Ok(Self::new(Arc::clone(remote), key, meta.size))
    }

    fn new(remote: Arc<Remote>, key: Key, len: u64) -> Self {
        Self {
            remote,
            key,
            len,
            at: 0,
            here: Bytes::new(),
            step: BLOCK,
            ahead: None,
        }
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    /// The same object, from its beginning.
    pub fn again(&self) -> Self {
        Self::new(Arc::clone(&self.remote), self.key.clone(), self.len)
    }

    pub fn fetch(&self, range: Range<u64>) -> io::Result<Bytes> {
        let (remote, key) = (Arc::clone(&self.remote), self.key.clone());
        wait(async move { remote.bytes(&key, range).await })
    }

    fn next_range(&self, from: u64) -> Range<u64> {
        from..self.len.min(from + self.step)
    }

    /// Asks for what comes behind a range.
    fn ask_ahead(&mut self, from: u64) -> io::Result<()> {
        if from >= self.len {
            return Ok(());
        }
        self.step = MOST_AT_ONCE.min(self.step * 2);
        let range = self.next_range(from);
        let (sender, receiver) = mpsc::channel();
        let (remote, key, asked) = (Arc::clone(&self.remote), self.key.clone(), range.clone());
        threads()?.spawn(async move {
            let _ = sender.send(remote.bytes(&key, asked).await);
        });
        let bytes = Mutex::new(receiver);
        self.ahead = Some(Ahead { range, bytes });
        Ok(())
    }

    fn fill(&mut self) -> io::Result<()> {
        let is_next = |ahead: &Ahead| ahead.range.start == self.at;
        let (range, bytes) = match self.ahead.take().filter(is_next) {
            Some(ahead) => {
                let bytes = ahead.bytes.into_inner().recv();
                let bytes = bytes.map_err(|_| io::Error::other("the server was not waited for"))?;
                (ahead.range, bytes?)
            }
            None => {
                let range = self.next_range(self.at);
                (range.clone(), self.fetch(range)?)
            }
        };
        self.here = bytes;
        // The first look at a file is mostly the only one.
        if range.start > 0 && range.start == self.at {
            self.ask_ahead(range.end)?;
        }
        Ok(())
    }
}

impl Read for RemoteFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() || self.at >= self.len {
            return Ok(0);
        }
        if self.here.is_empty() {
            self.fill()?;
        }
        let n = into.len().min(self.here.len());
        self.here.copy_to_slice(&mut into[..n]);
        self.at += n as u64;
        Ok(n)
    }
}

impl Seek for RemoteFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        let target = target.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        match target.checked_sub(self.at).map(usize::try_from) {
            Some(Ok(by)) if by <= self.here.len() => self.here.advance(by),
            _ => self.here.clear(),
        }
        self.at = target;
        Ok(target)
    }
}
