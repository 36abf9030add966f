//! Beginnings and ends of objects that were fetched in this run.
//!
//! To open a table, a file is looked at several times at its beginning or its end: whether it is what its name says, which
//! columns it has, whether it is whole. Each is one request, whoever looks, and no other statement asks again as long as the
//! object is the same.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use bytes::Bytes;
use parking_lot::Mutex;

/// How much of the beginning and of the end of an object is fetched at once.
pub(super) const BLOCK: u64 = 64 << 10;

/// All of them together.
pub(super) const MOST: usize = 256 << 20;

#[derive(Debug, Default)]
pub(super) struct ObjectBlocks {
    kept: Mutex<FetchedBlocks>,
}

#[derive(Debug, Default)]
struct FetchedBlocks {
    of_object: HashMap<String, ObjectVersion>,
    /// In the order in which they came.
    order: VecDeque<String>,
    bytes: usize,
}

/// What is kept of one object, and of which of its versions.
#[derive(Debug, Default)]
struct ObjectVersion {
    version: String,
    blocks: Vec<(u64, Bytes)>,
}

impl ObjectBlocks {
    /// The bytes of a range, if one block of this version has them all.
    pub fn get(&self, object: &str, version: &str, range: &Range<u64>) -> Option<Bytes> {
        let kept = self.kept.lock();
        let of_object = kept.of_object.get(object)?;
        let of_object = (of_object.version == version).then_some(of_object)?;
        of_object.blocks.iter().find_map(|(start, block)| {
            let from = usize::try_from(range.start.checked_sub(*start)?).ok()?;
            let to = usize::try_from(range.end.checked_sub(*start)?).ok()?;
            (to <= block.len()).then(|| block.slice(from..to))
        })
    }

    /// Keeps a block, and none of another version.
    pub fn put(&self, object: &str, version: &str, start: u64, block: Bytes) {
        let mut kept = self.kept.lock();
        let is_other = |kept: &ObjectVersion| kept.version != version;
        if kept.of_object.get(object).is_some_and(is_other) {
            kept.forget(object);
        }
        kept.bytes += block.len();
        kept.order.push_back(object.to_string());
        let of_object = kept.of_object.entry(object.to_string()).or_default();
        of_object.version = version.to_string();
        of_object.blocks.push((start, block));
        while kept.bytes > MOST {
            let Some(oldest) = kept.order.pop_front() else {
                return;
            };
            kept.forget(&oldest);
        }
    }
}

impl FetchedBlocks {
    fn forget(&mut self, object: &str) {
        let of_object = self.of_object.remove(object).unwrap_or_default();
        let lengths = of_object.blocks.iter().map(|(_, block)| block.len());
        self.bytes -= lengths.sum::<usize>();
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
