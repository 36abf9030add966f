//! Beginnings and ends of objects that were fetched in this run.
//!
//! To open a table, a file is looked at several times at its beginning or its end: whether it is what its name says, which
//! columns it has, whether it is whole. Each is one request, whoever looks.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use bytes::Bytes;
use parking_lot::Mutex;

/// How much of the beginning and of the end of an object is fetched at once.
pub(super) const BLOCK: u64 = 64 << 10;

/// All of them together.
const MOST: usize = 256 << 20;

#[derive(Debug, Default)]
pub(super) struct ObjectBlocks {
    kept: Mutex<FetchedBlocks>,
}

#[derive(Debug, Default)]
struct FetchedBlocks {
    of_object: HashMap<String, Vec<(u64, Bytes)>>,
    /// In the order in which they came.
    order: VecDeque<String>,
    bytes: usize,
}

impl ObjectBlocks {
    /// The bytes of a range, if one block has them all.
    pub fn get(&self, object: &str, range: &Range<u64>) -> Option<Bytes> {
        let kept = self.kept.lock();
        kept.of_object
            .get(object)?
            .iter()
            .find_map(|(start, block)| {
                let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
                let to = usize::try_from(range.end.checked_sub(*start)?).ok()?;
                (to <= block.len()).then(|| block.slice(from..to))
            })
    }

    pub fn put(&self, object: &str, start: u64, block: Bytes) {
        let mut kept = self.kept.lock();
        kept.bytes += block.len();
        kept.order.push_back(object.to_string());
        let of_object = kept.of_object.entry(object.to_string());
        of_object.or_default().push((start, block));
        while kept.bytes > MOST {
            let Some(oldest) = kept.order.pop_front() else {
                return;
            };
            let blocks = kept.of_object.remove(&oldest).unwrap_or_default();
            kept.bytes -= blocks.iter().map(|(_, block)| block.len()).sum::<usize>();
        }
    }

    /// Forgets all of them: another statement may have written the objects anew.
    pub fn clear(&self) {
        *self.kept.lock() = FetchedBlocks::default();
    }
}

/// The block that is fetched in place of a range of an object of this length, if it lies in one.
pub(super) fn block(range: &Range<u64>, len: u64) -> Option<Range<u64>> {
    if len <= BLOCK || range.end <= BLOCK {
        return (range.end <= len).then(|| 0..BLOCK.min(len));
    }
    let tail = len - BLOCK..len;
    (range.start >= tail.start && range.end <= len).then_some(tail)
}
