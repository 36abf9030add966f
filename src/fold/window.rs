//! A stretch of keys that lie close together, such as numbers given out one after another.
//!
//! Where a key of the stretch stands is its distance from the first one: nothing is hashed, nothing compared but
//! the owner, and neighbours are neighbours in memory. The stretch is cut into pages, which are there once a key of
//! theirs is: a partition that is sent every other page of the customers has no memory for the rest.

use super::table::{Pair, mix};

/// The pairs of a stretch of keys, at most one owner per key.
#[derive(Debug, Default)]
pub struct Window {
    /// The first key of the stretch.
    base: u64,
    /// The pages of the stretch: which of those in `places` it is, or [`NO_PAGE`].
    pages: Vec<u32>,
    places: Places,
}

/// What a window knows of a pair.
pub enum Found {
    /// It has this id.
    Known(u32),
    /// It is not there, and this is its place: the distance of its key.
    Free(usize),
    /// Its key is outside the stretch or taken by another owner, or the window has no room for such an owner or id.
    Outside,
}

/// A page has so many places, as a power of two.
pub const PAGE_BITS: u32 = 6;
const PAGE: usize = 1 << PAGE_BITS;

const NO_PAGE: u32 = u32::MAX;

/// A window has at most so many places for each pair.
const PLACES_PER_PAIR: usize = 8;

/// A stretch of no more keys has a window early on, whatever comes of it: at most 32 MB, and mostly far less.
const SHORT: u64 = 1 << 22;

impl Window {
    /// An empty window over most of these pairs' keys, of which there are `n` in all, if they lie close together.
    ///
    /// One percent at each end is not looked at, because a few keys out of line (a -1 for "unknown") say nothing
    /// about the others. An eighth is added at each end for those that are still to come.
    pub fn over(pairs: impl Iterator<Item = Pair>, n: usize) -> Option<Self> {
        let (every, mut owners) = ((n / 4096).max(1), 0);
        let mut sample = vec![];
        // All keys of some pages, to see how full these are.
        let mut in_pages = vec![];
        for (i, pair) in pairs.enumerate() {
            owners = owners.max(pair.owner);
            if i % every == 0 {
                sample.push(pair.key);
            }
            let page = pair.key >> PAGE_BITS;
            if mix(0, page) % every as u64 == 0 {
                in_pages.push(page);
            }
        }
        sample.sort_unstable();
        let margin = sample.len() / 100;
        let (first, last) = (*sample.get(margin)?, *sample.iter().rev().nth(margin)?);
        let more = (last - first) / 8;
        let base = first.saturating_sub(more) >> PAGE_BITS << PAGE_BITS;
        let span = (last.saturating_add(more) - base).checked_add(1)?;
        let keys = in_pages.len();
        in_pages.sort_unstable();
        in_pages.dedup();
        let are_full = in_pages.len() * PAGE <= keys * PLACES_PER_PAIR;
        // Pages that are not there take four bytes each.
        let is_short =
            span <= SHORT || are_full && span >> PAGE_BITS <= PLACES_PER_PAIR as u64 * n as u64;
        is_short.then(|| Window {
            base,
            pages: vec![NO_PAGE; span.div_ceil(PAGE as u64) as usize],
            places: Places::of(owners, n),
        })
    }

    /// Whether there is no stretch at all.
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Whether a key is in the stretch.
    pub fn spans(&self, key: u64) -> bool {
        key.wrapping_sub(self.base) >> PAGE_BITS < self.pages.len() as u64
    }

    /// Looks for a pair, which would get the id `next` if it is new.
    #[inline]
    pub fn find(&self, owner: u32, key: u64, next: u32) -> Found {
        let distance = key.wrapping_sub(self.base) as usize;
        let Some(page) = self.pages.get(distance >> PAGE_BITS) else {
            return Found::Outside;
        };
        let known = match *page {
            NO_PAGE => None,
            page => self
                .places
                .get((page as usize) << PAGE_BITS | distance % PAGE),
        };
        match known {
            Some((of, id)) if of == owner => Found::Known(id),
            None if self.places.take(owner, next) => Found::Free(distance),
            _ => Found::Outside,
        }
    }

    /// Reads the places of some keys, to have them near when they are looked for.
    pub fn touch(&self, keys: impl Iterator<Item = u64>) {
        let places = keys.map(|key| {
            let distance = key.wrapping_sub(self.base) as usize;
            match self.pages.get(distance >> PAGE_BITS) {
                Some(page) if *page != NO_PAGE => (*page as usize) << PAGE_BITS | distance % PAGE,
                _ => 0,
            }
        });
        std::hint::black_box(match &self.places {
            Places::Narrow { places: of, .. } => places.fold(0, |read, place| {
                read ^ of.get(place).map_or(0, |p| (*p).into())
            }),
            Places::Wide(of) => {
                places.fold(0, |read, place| read ^ of.get(place).copied().unwrap_or(0))
            }
        });
    }

    /// Puts a pair in a place that was found free for it.
    #[inline]
    pub fn put(&mut self, distance: usize, owner: u32, id: u32) {
        let page = &mut self.pages[distance >> PAGE_BITS];
        if *page == NO_PAGE {
            *page = self.places.add_page();
        }
        let place = (*page as usize) << PAGE_BITS | distance % PAGE;
        self.places.put(place, owner, id);
    }

    /// All pairs by key.
    pub fn iter(&self) -> impl Iterator<Item = Pair> {
        let pages = self.pages.iter().enumerate();
        let pages = pages.filter(|(_, page)| **page != NO_PAGE);
        pages.flat_map(move |(number, page)| {
            let first = self.base + ((number as u64) << PAGE_BITS);
            (0..PAGE).filter_map(move |i| {
                let (owner, id) = self.places.get((*page as usize) << PAGE_BITS | i)?;
                Some(Pair {
                    key: first + i as u64,
                    owner,
                    id,
                })
            })
        })
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.pages.capacity() * size_of::<u32>() + self.places.size()
    }
}

/// The places of all pages, each with an owner and an id.
///
/// Four bytes are enough for few owners and not too many ids, and half the bytes are half the lines of the cache to
/// wait for.
#[derive(Debug)]
enum Places {
    /// The low bits are the owner's.
    Narrow { places: Vec<u32>, owner_bits: u32 },
    /// The low half is the owner's.
    Wide(Vec<u64>),
}

/// A place without a pair. No id is as large.
const FREE: u64 = u64::MAX;

impl Default for Places {
    fn default() -> Self {
        Places::Wide(vec![])
    }
}

impl Places {
    /// Places with room for owners up to twice this one, and many times the `n` ids that there are.
    fn of(owner: u32, n: usize) -> Self {
        let owner_bits = u32::BITS - owner.leading_zeros() + 1;
        match owner_bits < u32::BITS && n < 1 << (u32::BITS - owner_bits) >> 3 {
            true => Places::Narrow {
                places: vec![],
                owner_bits,
            },
            false => Places::Wide(vec![]),
        }
    }

    #[inline]
    fn get(&self, place: usize) -> Option<(u32, u32)> {
        match self {
            Places::Narrow { places, owner_bits } => {
                let pair = places[place];
                let owner = pair & ((1 << owner_bits) - 1);
                (pair != FREE as u32).then_some((owner, pair >> owner_bits))
            }
            Places::Wide(places) => {
                let pair = places[place];
                (pair != FREE).then_some((pair as u32, (pair >> 32) as u32))
            }
        }
    }

    /// Whether there is room for such an owner and id.
    #[inline]
    fn take(&self, owner: u32, id: u32) -> bool {
        match self {
            Places::Narrow { owner_bits, .. } => {
                owner >> owner_bits == 0 && id < u32::MAX >> owner_bits
            }
            Places::Wide(_) => true,
        }
    }

    #[inline]
    fn put(&mut self, place: usize, owner: u32, id: u32) {
        match self {
            Places::Narrow { places, owner_bits } => places[place] = id << *owner_bits | owner,
            Places::Wide(places) => places[place] = u64::from(id) << 32 | u64::from(owner),
        }
    }

    /// The number of a new page.
    fn add_page(&mut self) -> u32 {
        let places = match self {
            Places::Narrow { places, .. } => {
                places.resize(places.len() + PAGE, FREE as u32);
                places.len()
            }
            Places::Wide(places) => {
                places.resize(places.len() + PAGE, FREE);
                places.len()
            }
        };
        (places >> PAGE_BITS) as u32 - 1
    }

    fn size(&self) -> usize {
        match self {
            Places::Narrow { places, .. } => places.capacity() * size_of::<u32>(),
            Places::Wide(places) => places.capacity() * size_of::<u64>(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(keys: impl Iterator<Item = u64>, owner: u32) -> impl Iterator<Item = Pair> {
        keys.zip(0..).map(move |(key, id)| Pair { key, owner, id })
    }

    fn keys_close_together_have_a_window_and_strangers_stay_outside(owner: u32) {
        let keys = (1_000..3_000_u64).map(|i| i * 3).chain([u64::MAX]);
        let mut window = Window::over(pairs(keys, owner), 2_001).unwrap();
        let Found::Free(place) = window.find(owner, 6_000, 0) else {
            panic!("the key is in the stretch")
        };
        window.put(place, owner, 0);
        assert!(matches!(window.find(owner, 6_000, 1), Found::Known(0)));
        assert!(matches!(window.find(owner - 1, 6_000, 1), Found::Outside));
        assert!(matches!(window.find(owner, u64::MAX, 1), Found::Outside));
        assert!(matches!(window.find(owner, 6_001, 1), Found::Free(_)));
        assert!(matches!(window.find(owner, 3_100, 1), Found::Free(_)));
        let all: Vec<_> = window.iter().map(|p| (p.key, p.owner, p.id)).collect();
        assert_eq!(all, [(6_000, owner, 0)]);
    }

    #[test]
    fn places_are_narrow_or_wide() {
        keys_close_together_have_a_window_and_strangers_stay_outside(7);
        keys_close_together_have_a_window_and_strangers_stay_outside(u32::MAX);
    }

    /// What does not fit in four bytes is not put there: of three bits for the owner, 29 are left.
    #[test]
    fn numbers_too_large_stay_outside() {
        let window = Window::over(pairs(0..1_000, 3), 1_000).unwrap();
        let most = u32::MAX >> 3;
        assert!(matches!(window.find(3, 0, most - 1), Found::Free(_)));
        assert!(matches!(window.find(3, 0, most), Found::Outside));
        assert!(matches!(window.find(7, 0, 0), Found::Free(_)));
        assert!(matches!(window.find(8, 0, 0), Found::Outside));
    }

    #[test]
    fn keys_far_apart_have_none() {
        assert!(Window::over(pairs((0..10_000).map(|i| i << 40), 0), 10_000).is_none());
        assert!(Window::over(pairs((0..100_000).map(|i| i << 10), 0), 100_000).is_none());
        assert!(Window::over(std::iter::empty(), 0).is_none());
    }

    /// A partition that has every sixteenth page of the keys has no memory for the others.
    #[test]
    fn pages_of_others_take_no_memory() {
        let is_ours = |key: &u64| (key >> PAGE_BITS) % 16 == 0;
        let keys = || (0..1 << 24).filter(is_ours);
        let mut window = Window::over(pairs(keys(), 0), 1 << 20).unwrap();
        for pair in pairs(keys(), 0) {
            let Found::Free(place) = window.find(0, pair.key, pair.id) else {
                panic!("the key is in the stretch")
            };
            window.put(place, 0, pair.id);
        }
        assert_eq!(window.iter().count(), 1 << 20);
        assert!(window.size() < 10 << 20, "{}", window.size());
    }
}
