//! A stretch of keys that lie close together, such as numbers given out one after another.
//!
//! Nothing is hashed there, nothing compared but the owner: the stretch is cut into pages, and the keys of a page have
//! ids one after another, whether they are there or not. So the id of a key is known from its page, and what is kept by
//! id, here and in the folds, has neighbours side by side. Pages get their ids when a first key of theirs comes: a
//! partition that is sent every other page of the customers has no memory for the rest.

use crate::fold::keys::pair::Pair;

/// The pairs of a stretch of keys, at most one owner per key.
#[derive(Debug, Default)]
pub struct DenseRange {
    /// The first key of the stretch, which is the first one of a page.
    base: u64,
    /// By page: the first of its ids, or [`NO_IDS`].
    pages: Vec<u32>,
    owners: Owners,
    /// Whether it takes no more pages.
    is_closed: bool,
    /// Whether it goes on as far as there are keys.
    is_endless: bool,
}

/// What a range knows of a pair.
pub enum Found {
    /// It has this id.
    Known(u32),
    /// It is not there, and [`DenseRange::put`] has a place for it.
    Free,
    /// It is not here: its key is outside the stretch, or belongs to another owner or to the table outside.
    Outside,
}

/// A page has so many keys, as a power of two.
pub const PAGE_BITS: u32 = 6;
pub const PAGE: usize = 1 << PAGE_BITS;

const NO_IDS: u32 = u32::MAX;

/// A range with many places has at most so many for each pair.
const PLACES_PER_PAIR: usize = 8;

/// Up to so many places there need not be as many pairs: they may be yet to come.
const MANY: usize = 1 << 23;

/// A stretch of no more keys may have a range early on, whatever comes of it.
const SHORT: u64 = 1 << 25;

impl DenseRange {
    /// A range over keys that are counted from 0 as they come, each soon after the one before.
    pub fn endless() -> Self {
        DenseRange {
            is_endless: true,
            ..DenseRange::default()
        }
    }

    /// An empty range over most of these pairs' keys, of which there are `n` in all, if they lie close together.
    ///
    /// One percent at each end is not looked at, because a few keys out of line (a -1 for "unknown") say nothing
    /// about the others. An eighth is added at each end for those that are still to come.
    pub fn over(pairs: impl Iterator<Item = Pair>, n: usize) -> Option<Self> {
        let keys = pairs.map(|pair| pair.key);
        let mut sample: Vec<u64> = keys.step_by((n / 4096).max(1)).collect();
        sample.sort_unstable();
        let margin = sample.len() / 100;
        let (first, last) = (*sample.get(margin)?, *sample.iter().rev().nth(margin)?);
        let more = (last - first) / 8;
        let base = first.saturating_sub(more) >> PAGE_BITS << PAGE_BITS;
        let span = (last.saturating_add(more) - base).checked_add(1)?;
        (span <= SHORT.max(PLACES_PER_PAIR as u64 * n as u64)).then(|| DenseRange {
            base,
            pages: vec![NO_IDS; span.div_ceil(PAGE as u64) as usize],
            owners: Owners::default(),
            is_closed: false,
            is_endless: false,
        })
    }

    /// Takes in the pairs of a range over a part of this stretch, where that is possible.
    pub fn with(mut self, part: DenseRange) -> Result<Self, DenseRange> {
        if part.is_empty() {
            return Ok(self);
        }
        let first = (part.base.wrapping_sub(self.base) >> PAGE_BITS) as usize;
        let end = first.saturating_add(part.pages.len());
        match self.pages.get_mut(first..end) {
            Some(pages) => {
                pages.copy_from_slice(&part.pages);
                (self.owners, self.is_closed) = (part.owners, part.is_closed);
                Ok(self)
            }
            None => Err(part),
        }
    }

    /// Forgets all pairs. An endless range keeps the memory for as many others; another one is none any more.
    pub fn clear(&mut self) {
        if !self.is_endless {
            *self = DenseRange::default();
            return;
        }
        self.pages.clear();
        self.owners.clear();
        self.is_closed = false;
    }

    /// Whether there is no stretch at all.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Whether a pair with this key is here.
    pub fn has_owner(&self, key: u64) -> bool {
        let owner = self.id(key).and_then(|id| self.owners.get(id));
        owner.is_some_and(|owner| owner < ELSEWHERE)
    }

    /// The pair with this key, if it is here.
    pub fn pair(&self, key: u64) -> Option<Pair> {
        let id = self.id(key)?;
        let owner = self.owners.get(id)?;
        (owner < ELSEWHERE).then_some(Pair { key, owner, id })
    }

    #[inline]
    fn id(&self, key: u64) -> Option<u32> {
        let distance = key.wrapping_sub(self.base);
        let first = *self.pages.get((distance >> PAGE_BITS) as usize)?;
        // No id is as large, so this one has no owner.
        Some(first.saturating_add(distance as u32 % PAGE as u32))
    }

    /// Looks for a pair.
    #[inline]
    pub fn find(&self, owner: u32, key: u64) -> Found {
        let Some(id) = self.id(key) else {
            return match self.is_endless && !self.is_closed {
                true => Found::Free,
                false => Found::Outside,
            };
        };
        match self.owners.get(id) {
            Some(of) if of == owner => Found::Known(id),
            Some(FREE) => Found::Free,
            None if !self.is_closed => Found::Free,
            _ => Found::Outside,
        }
    }

    /// Takes no more pages from now on if there are many places and few of `pairs` in them.
    pub fn close_if_sparse(&mut self, pairs: usize) {
        let places = self.owners.len();
        self.is_closed = places > MANY && places > PLACES_PER_PAIR * pairs;
    }

    /// Reads what is looked at to find some keys, to have it near. A loop that does nothing else has more of them on
    /// their way at a time: `cross_sell_rate` over 40 M rows took 2.2 CPU seconds without it, and 1.9 with it.
    pub fn touch(&self, keys: impl Iterator<Item = u64>) {
        let ids = keys.map(|key| self.id(key).unwrap_or(NO_IDS) as usize);
        std::hint::black_box(match &self.owners {
            Owners::Few(owners) => ids.fold(0, |read, id| {
                read ^ owners.get(id).map_or(0, |of| (*of).into())
            }),
            Owners::Many(owners) => {
                ids.fold(0, |read, id| read ^ owners.get(id).copied().unwrap_or(0))
            }
        });
    }

    /// Puts a pair in that was found to have a place. Gives its id, for which a page may need `next` and the ids after
    /// it; whether it took them is said, too.
    #[inline]
    pub fn put(&mut self, owner: u32, key: u64, next: u32) -> (u32, bool) {
        let distance = key.wrapping_sub(self.base);
        let page = (distance >> PAGE_BITS) as usize;
        if page >= self.pages.len() {
            self.pages.resize(page + 1, NO_IDS);
        }
        let page = &mut self.pages[page];
        let is_new = *page == NO_IDS;
        if is_new {
            *page = next;
            self.owners.grow(next as usize + PAGE);
        }
        let id = *page + distance as u32 % PAGE as u32;
        self.owners.set(id, owner);
        (id, is_new)
    }

    /// All pairs by key.
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        let pages = self.pages.iter().enumerate();
        let pages = pages.filter(|(_, first)| **first != NO_IDS);
        pages.flat_map(move |(page, first)| {
            let keys = self.base + ((page as u64) << PAGE_BITS)..;
            let pairs = keys.zip(*first..*first + PAGE as u32);
            pairs.filter_map(move |(key, id)| {
                let owner = self.owners.get(id)?;
                (owner < ELSEWHERE).then_some(Pair { key, owner, id })
            })
        })
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.pages.capacity() * size_of::<u32>() + self.owners.size()
    }
}

/// The owner of an id that no pair has.
const FREE: u32 = u32::MAX;

/// The owner of an id whose key belongs to the table outside.
pub const ELSEWHERE: u32 = u32::MAX - 1;

/// The owner of each id. Every row waits for one of these, so it is worth some care that a byte is enough: with owner and
/// id in four bytes, `upsell_rate` over 40 M rows of 4 M customers took 1.83 CPU seconds, and takes 1.59;
/// `cross_sell_rate` took 1.93, and takes 1.52.
#[derive(Debug)]
enum Owners {
    /// The largest two stand for [`FREE`] and [`ELSEWHERE`].
    Few(Vec<u8>),
    Many(Vec<u32>),
}

impl Default for Owners {
    fn default() -> Self {
        Owners::Few(vec![])
    }
}

impl Owners {
    #[inline]
    fn get(&self, id: u32) -> Option<u32> {
        match self {
            // Sign extension makes the marks of the one those of the other.
            Owners::Few(owners) => match *owners.get(id as usize)? {
                mark @ 254.. => Some(mark as i8 as u32),
                owner => Some(owner.into()),
            },
            Owners::Many(owners) => owners.get(id as usize).copied(),
        }
    }

    #[inline]
    fn set(&mut self, id: u32, owner: u32) {
        match self {
            Owners::Few(owners) if !(254..ELSEWHERE).contains(&owner) => {
                owners[id as usize] = owner as u8;
            }
            Owners::Few(owners) => {
                let all = (0..owners.len() as u32).map(|id| self.get(id).unwrap_or(FREE));
                *self = Owners::Many(all.collect());
                self.set(id, owner);
            }
            Owners::Many(owners) => owners[id as usize] = owner,
        }
    }

    fn len(&self) -> usize {
        match self {
            Owners::Few(owners) => owners.len(),
            Owners::Many(owners) => owners.len(),
        }
    }

    fn grow(&mut self, n: usize) {
        match self {
            Owners::Few(owners) => owners.resize(n, FREE as u8),
            Owners::Many(owners) => owners.resize(n, FREE),
        }
    }

    fn clear(&mut self) {
        match self {
            Owners::Few(owners) => owners.clear(),
            Owners::Many(owners) => owners.clear(),
        }
    }

    fn size(&self) -> usize {
        match self {
            Owners::Few(owners) => owners.capacity(),
            Owners::Many(owners) => owners.capacity() * size_of::<u32>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(keys: impl Iterator<Item = u64>) -> impl Iterator<Item = Pair> {
        keys.zip(0..).map(|(key, id)| Pair { key, owner: 0, id })
    }

    /// Puts a pair in that is not there, and gives its id.
    fn put(range: &mut DenseRange, owner: u32, key: u64, next: &mut u32) -> u32 {
        assert!(matches!(range.find(owner, key), Found::Free));
        let (id, has_new_page) = range.put(owner, key, *next);
        *next += if has_new_page { PAGE as u32 } else { 0 };
        assert!(matches!(range.find(owner, key), Found::Known(known) if known == id));
        id
    }

    #[test]
    fn keys_close_together_have_a_range_and_strangers_stay_outside() {
        let keys = (1_000..3_000_u64).map(|i| i * 3).chain([u64::MAX]);
        let mut range = DenseRange::over(pairs(keys), 2_001).unwrap();
        let mut next = 7;
        let id = put(&mut range, 7, 6_000, &mut next);
        assert_eq!(put(&mut range, 7, 6_001, &mut next), id + 1);
        put(&mut range, 8, 3_100, &mut next);
        put(&mut range, ELSEWHERE, 3_101, &mut next);
        assert_eq!(next, 7 + 2 * PAGE as u32);
        for (owner, key) in [(8, 6_000), (7, u64::MAX), (7, 3_101)] {
            assert!(matches!(range.find(owner, key), Found::Outside));
        }
        assert!(matches!(range.find(7, 3_102), Found::Free));
        let all: Vec<_> = range.iter().map(|pair| (pair.key, pair.owner)).collect();
        assert_eq!(all, [(3_100, 8), (6_000, 7), (6_001, 7)]);
        assert!(range.has_owner(6_000) && !range.has_owner(3_101) && !range.has_owner(0));
    }

    /// The first 254 owners take a byte, and so do the marks.
    #[test]
    fn there_may_be_many_owners() {
        let mut range = DenseRange::over(pairs(0..1_000), 1_000).unwrap();
        let mut next = 0;
        let owners = [253, ELSEWHERE, 254, 255, 256, ELSEWHERE - 1];
        for (key, owner) in (0..).zip(owners) {
            put(&mut range, owner, key, &mut next);
            assert!(matches!(range.find(owner, 63), Found::Free));
        }
        let all: Vec<_> = range.iter().map(|pair| pair.owner).collect();
        assert_eq!(all, [253, 254, 255, 256, ELSEWHERE - 1]);
    }

    #[test]
    fn a_wider_range_takes_in_a_part_of_it() {
        let (mut part, mut next) = (DenseRange::over(pairs(5_000..6_000), 1_000).unwrap(), 0);
        let id = put(&mut part, 3, 5_100, &mut next);
        let part = DenseRange::over(pairs(9_000..9_100), 100)
            .unwrap()
            .with(part);
        let part = part.expect_err("that is another stretch");
        let wider = DenseRange::over(pairs(0..10_000), 10_000)
            .unwrap()
            .with(part)
            .unwrap();
        assert!(matches!(wider.find(3, 5_100), Found::Known(known) if known == id));
        assert!(matches!(wider.find(3, 100), Found::Free));
    }

    #[test]
    fn keys_far_apart_have_none() {
        assert!(DenseRange::over(pairs((0..10_000).map(|i| i << 40)), 10_000).is_none());
        assert!(DenseRange::over(pairs((0..100_000).map(|i| i << 10)), 100_000).is_none());
        assert!(DenseRange::over(pairs((0..100_000).map(|i| i << 8)), 100_000).is_some());
        assert!(DenseRange::over(std::iter::empty(), 0).is_none());
    }

    /// With a pair in each page, 64 places for it are too much sooner or later.
    #[test]
    fn sparse_keys_close_a_range() {
        let keys = || (0..300_000).map(|i| i * PAGE as u64);
        let mut range = DenseRange::over(pairs(keys()), 300_000).unwrap();
        let (mut next, mut inside) = (0, 0);
        for key in keys() {
            if let Found::Free = range.find(0, key) {
                put(&mut range, 0, key, &mut next);
                inside += 1;
            }
            range.close_if_sparse(inside);
        }
        assert!(
            next as usize > MANY && (next as usize) < MANY + 2 * PAGE,
            "{next}"
        );
        assert_eq!(range.iter().count(), inside);
    }

    /// A partition that has every sixteenth page of the keys has no memory for the others.
    #[test]
    fn pages_of_others_take_no_memory() {
        let keys = || (0..1_u64 << 24).filter(|key| (key >> PAGE_BITS).is_multiple_of(16));
        let mut range = DenseRange::over(pairs(keys()), 1 << 20).unwrap();
        let mut next = 0;
        for key in keys() {
            put(&mut range, 0, key, &mut next);
        }
        assert_eq!((range.iter().count(), next), (1 << 20, 1 << 20));
        assert!(range.size() < 4 << 20, "{}", range.size());
    }
}
