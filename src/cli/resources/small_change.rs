//! A memory pool that has room for small change.

use std::fmt::{Display, Formatter};

use datafusion::error::Result;
use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};

/// Another pool, but that what cannot spill gets a little even when what can has taken everything.
///
/// An aggregation without GROUP BY needs some hundred bytes. Without this a query failed for want of them, after it
/// had written gigabytes to disk and read them back.
#[derive(Debug)]
pub struct SmallChange<P>(pub P);

/// What a step of a query may have beyond the limit.
const SMALL: usize = 64 << 10;

impl<P: MemoryPool> Display for SmallChange<P> {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl<P: MemoryPool> MemoryPool for SmallChange<P> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.0.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.0.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.0.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.0.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let grown = self.0.try_grow(reservation, additional);
        let is_small = reservation.size() + additional <= SMALL;
        if grown.is_err() && is_small && !reservation.consumer().can_spill() {
            self.0.grow(reservation, additional);
            return Ok(());
        }
        grown
    }

    fn reserved(&self) -> usize {
        self.0.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.0.memory_limit()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::execution::memory_pool::FairSpillPool;

    use super::*;

    #[test]
    fn what_cannot_spill_gets_a_little_and_no_more() {
        let pool: Arc<dyn MemoryPool> = Arc::new(SmallChange(FairSpillPool::new(1 << 20)));
        let consumer = |name: &str| MemoryConsumer::new(name);
        let greedy = consumer("spills").with_can_spill(true).register(&pool);
        greedy.try_grow(1 << 20).expect("all there is");
        let small = consumer("does not").register(&pool);
        small.try_grow(96).expect("small change");
        small.try_grow(SMALL).expect_err("no longer small");
        small.try_grow(SMALL - 96).expect("as much as is small");
        small.try_grow(1).expect_err("one byte too many");
        greedy.try_grow(1).expect_err("it can spill");
        assert_eq!(pool.reserved(), (1 << 20) + SMALL);
    }
}
