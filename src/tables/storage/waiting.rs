//! What a session waits for elsewhere, for whoever shows it meanwhile.

use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

/// What is done on servers before a statement has rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elsewhere {
    /// A folder is listed, and has so many objects until now.
    Listed(usize),
    /// So many files were looked into, of so many.
    LookedInto {
        /// Those that are done.
        done: usize,
        /// All of them.
        of: usize,
    },
    /// A file is fetched as a whole.
    Fetched {
        /// The bytes that are here.
        bytes: u64,
        /// All of them, if the server has said it.
        of: Option<u64>,
    },
}

type Listener = Box<dyn Fn(&str) + Send + Sync>;

/// What a session does elsewhere now, and who is told when it takes long.
#[derive(Default)]
pub(crate) struct StorageWatch {
    now: Mutex<Option<Elsewhere>>,
    listener: Mutex<Option<Listener>>,
}

impl StorageWatch {
    /// What is done now, if anything.
    pub fn now(&self) -> Option<Elsewhere> {
        *self.now.lock()
    }

    /// Has somebody told of what is waited for.
    pub fn listen(&self, listener: Listener) {
        *self.listener.lock() = Some(listener);
    }

    #[cfg_attr(
        not(feature = "object-stores"),
        allow(dead_code, reason = "without servers nobody waits")
    )]
    pub(super) fn say(&self, words: &str) {
        if let Some(listener) = &*self.listener.lock() {
            listener(words);
        }
    }

    /// Begins something, which is over when the answer is dropped.
    pub(super) fn begin(self: &Arc<Self>, first: Elsewhere) -> StorageStep {
        let step = StorageStep(Arc::clone(self));
        step.reached(first);
        step
    }
}

impl fmt::Debug for StorageWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.now().fmt(f)
    }
}

/// Something that is being done.
pub(super) struct StorageStep(Arc<StorageWatch>);

impl StorageStep {
    pub fn reached(&self, now: Elsewhere) {
        *self.0.now.lock() = Some(now);
    }
}

impl Drop for StorageStep {
    fn drop(&mut self) {
        *self.0.now.lock() = None;
    }
}
