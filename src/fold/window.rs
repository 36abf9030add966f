//! A stretch of keys that lie close together, such as numbers given out one after another.
//!
//! Where a key of the stretch stands is its distance from the first one: nothing is hashed, nothing compared but
//! the owner, and neighbours are neighbours in memory.

/// The pairs of a stretch of keys, at most one owner per key.
#[derive(Debug, Default)]
pub struct Window {
    /// The first key of the stretch.
    base: u64,
    /// By distance from it: owner and id, as [`packed`] together, or [`FREE`].
    places: Vec<u64>,
}

/// What a window knows of a pair.
pub enum Found {
    /// It has this id.
    Known(u32),
    /// It is not there, and this is its place.
    Free(usize),
    /// Its key is outside the stretch, or taken by another owner.
    Outside,
}

/// A place without a pair. No id is as large. It is not 0, because memory of zeros is not there until it is written
/// to: a place that is first read and then written to costs the kernel two page faults, and all threads a flush.
/// `cross_sell_rate` over 40 M rows spent a tenth of its time with these.
const FREE: u64 = u64::MAX;

/// A window has at most so many places for each pair.
const PLACES_PER_PAIR: u64 = 8;

impl Window {
    /// An empty window over most of these keys, of which there are `n` in all, if they lie close together.
    ///
    /// One percent at each end is not looked at, because a few keys out of line (a -1 for "unknown") say nothing
    /// about the others. An eighth is added at each end for those that are still to come.
    pub fn over(keys: impl Iterator<Item = u64>, n: usize) -> Option<Self> {
        let mut sample: Vec<u64> = keys.step_by((n / 4096).max(1)).collect();
        sample.sort_unstable();
        let margin = sample.len() / 100;
        let (first, last) = (*sample.get(margin)?, *sample.iter().rev().nth(margin)?);
        let more = (last - first) / 8;
        let base = first.saturating_sub(more);
        let span = (last.saturating_add(more) - base).checked_add(1)?;
        (span <= PLACES_PER_PAIR * n as u64).then(|| Window {
            base,
            places: vec![FREE; span as usize],
        })
    }

    /// Whether there is no stretch at all.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether a key is in the stretch.
    pub fn spans(&self, key: u64) -> bool {
        key.wrapping_sub(self.base) < self.places.len() as u64
    }

    /// Looks for a pair.
    #[inline]
    pub fn find(&self, owner: u32, key: u64) -> Found {
        let place = key.wrapping_sub(self.base) as usize;
        match self.places.get(place) {
            Some(&FREE) => Found::Free(place),
            Some(pair) if *pair as u32 == owner => Found::Known((pair >> 32) as u32),
            _ => Found::Outside,
        }
    }

    /// Puts a pair in a place that was found free.
    #[inline]
    pub fn put(&mut self, place: usize, owner: u32, id: u32) {
        self.places[place] = packed(owner, id);
    }

    /// All pairs by key: key, owner and id.
    pub fn iter(&self) -> impl Iterator<Item = (u64, u32, u32)> {
        let pairs = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, pair)| **pair != FREE);
        pairs.map(|(place, pair)| {
            let key = self.base + place as u64;
            (key, *pair as u32, (pair >> 32) as u32)
        })
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.places.capacity() * size_of::<u64>()
    }
}

fn packed(owner: u32, id: u32) -> u64 {
    u64::from(id) << 32 | u64::from(owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_close_together_have_a_window_and_strangers_stay_outside() {
        let keys = || (1_000..3_000_u64).map(|i| i * 3).chain([u64::MAX]);
        let mut window = Window::over(keys(), 2_001).unwrap();
        let Found::Free(place) = window.find(7, 6_000) else {
            panic!("the key is in the stretch")
        };
        window.put(place, 7, 0);
        assert!(matches!(window.find(7, 6_000), Found::Known(0)));
        assert!(matches!(window.find(8, 6_000), Found::Outside));
        assert!(matches!(window.find(7, u64::MAX), Found::Outside));
        assert_eq!(window.iter().collect::<Vec<_>>(), [(6_000, 7, 0)]);
    }

    #[test]
    fn keys_far_apart_have_none() {
        assert!(Window::over((0..10_000_u64).map(|i| i << 40), 10_000).is_none());
        assert!(Window::over(std::iter::empty(), 0).is_none());
    }
}
