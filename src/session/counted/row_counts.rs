//! What a query counts while it runs, for a note about it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many rows of a kind there were so far. Its copies count together.
#[derive(Debug, Clone)]
pub(in crate::session) struct RowCounts(Arc<SharedCount>);

#[derive(Debug)]
struct SharedCount {
    of: String,
    note: fn(&str, u64) -> String,
    rows: AtomicU64,
}

impl RowCounts {
    /// Of an expression, and what to say of it if there are any.
    pub fn new(of: String, note: fn(&str, u64) -> String) -> Self {
        RowCounts(Arc::new(SharedCount {
            of,
            note,
            rows: AtomicU64::new(0),
        }))
    }

    /// Counts more.
    pub fn add(&self, rows: u64) {
        self.0.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// What a reader should know about the rows since the last time.
    pub fn take_note(&self) -> Option<String> {
        let SharedCount { of, note, rows } = &*self.0;
        let rows = rows.swap(0, Ordering::Relaxed);
        (rows > 0).then(|| note(of, rows))
    }
}

impl PartialEq for RowCounts {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for RowCounts {}

impl Hash for RowCounts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.0).hash(state);
    }
}
