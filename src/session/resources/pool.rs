//! How the steps of a query share the memory.

use std::collections::HashMap;
use std::fmt::{Display, Formatter};

use datafusion::common::human_readable_size;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::{
    MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation,
};
use parking_lot::Mutex;

/// A pool that is fair among the steps that hold something.
///
/// DataFusion's fair pool gives every step that can spill an equal share, those too that wait for others and hold
/// nothing. Of 512 MB the two of eight steps that fold KPIs got 64 MB each, and wrote to disk what would have fitted:
/// `cross_sell_rate` over 40 M rows took 8.8 seconds in place of 2.1. Here a step that waits has a quarter of its equal
/// share kept for it, so that it can begin, and the rest is shared by those that hold something. A step that holds
/// more than its share when others begin gets no more, and so spills.
///
/// What cannot spill takes what is there. It gets a little even when what can spill has taken everything:
/// an aggregation without GROUP BY needs some hundred bytes, and a query failed for want of them after it had
/// written gigabytes to disk and read them back.
#[derive(Debug)]
pub struct Shares {
    limit: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    /// By each step that can spill.
    spillable: HashMap<usize, usize>,
    /// By all others together.
    unspillable: usize,
}

/// The part of its equal share that is kept for a step that holds no more than that.
const KEPT: usize = 4;
/// The part of the memory that is not for those who can spill, but for those who cannot.
const RESERVED: usize = 4;
/// What a step that cannot spill may have beyond the limit.
const LITTLE: usize = 64 << 10;

impl Shares {
    /// So many bytes to share.
    pub fn of(limit: usize) -> Self {
        Shares {
            limit,
            held: Mutex::default(),
        }
    }
}

impl Held {
    fn total(&self) -> usize {
        self.spillable.values().sum::<usize>() + self.unspillable
    }

    fn of(&mut self, consumer: &MemoryConsumer) -> &mut usize {
        match consumer.can_spill() {
            true => self.spillable.entry(consumer.id()).or_default(),
            false => &mut self.unspillable,
        }
    }

    /// How much a reservation of a step that can spill may hold. A step that reads back what it wrote has several, and
    /// cannot spill again: there each may hold a share, as in DataFusion's fair pool.
    fn share(&self, consumer: &MemoryConsumer, limit: usize) -> usize {
        let limit = limit - self.unspillable.max(limit / RESERVED).min(limit);
        let kept = limit / self.spillable.len().max(1) / KEPT;
        let others = self.spillable.iter();
        let others = others.filter(|(id, _)| **id != consumer.id());
        let (begun, waiting): (Vec<_>, Vec<_>) = others.partition(|(_, held)| **held > kept);
        (limit - kept * waiting.len()) / (begun.len() + 1)
    }
}

impl Display for Shares {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        write!(f, "shares of {}", human_readable_size(self.limit))
    }
}

impl MemoryPool for Shares {
    fn name(&self) -> &str {
        "shares"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        if consumer.can_spill() {
            self.held.lock().spillable.insert(consumer.id(), 0);
        }
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.held.lock().spillable.remove(&consumer.id());
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        *self.held.lock().of(reservation.consumer()) += additional;
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        let mut held = self.held.lock();
        let held = held.of(reservation.consumer());
        *held = held.saturating_sub(shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        let consumer = reservation.consumer();
        let mut held = self.held.lock();
        let wanted = reservation.size() + additional;
        let (is_too_much, available) = match consumer.can_spill() {
            true => {
                let share = held.share(consumer, self.limit);
                (wanted > share, share)
            }
            false => {
                let free = self.limit.saturating_sub(held.total());
                (additional > free && wanted > LITTLE, free)
            }
        };
        if is_too_much {
            // In the words of DataFusion's own pools, which `exhausted` reads.
            return Err(DataFusionError::ResourcesExhausted(format!(
                "Failed to allocate additional {} for {} with {} already allocated for this reservation - {} remain \
                 available for the total memory pool: {self}",
                human_readable_size(additional),
                consumer.name(),
                human_readable_size(reservation.size()),
                human_readable_size(available),
            )));
        }
        *held.of(consumer) += additional;
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.held.lock().total()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const MB: usize = 1 << 20;

    fn pool(limit: usize) -> Arc<dyn MemoryPool> {
        Arc::new(Shares::of(limit))
    }

    fn spilling(pool: &Arc<dyn MemoryPool>) -> MemoryReservation {
        MemoryConsumer::new("spills")
            .with_can_spill(true)
            .register(pool)
    }

    #[test]
    fn what_cannot_spill_gets_a_little_and_no_more() {
        let pool = pool(MB);
        let greedy = spilling(&pool);
        greedy.grow(MB);
        let small = MemoryConsumer::new("does not").register(&pool);
        small.try_grow(96).expect("small change");
        small.try_grow(LITTLE).expect_err("no longer small");
        small.try_grow(LITTLE - 96).expect("as much as is small");
        small.try_grow(1).expect_err("one byte too many");
        greedy.try_grow(1).expect_err("it can spill");
        assert_eq!(pool.reserved(), MB + LITTLE);
    }

    #[test]
    fn those_who_wait_leave_most_to_those_who_work() {
        let pool = pool(160 * MB);
        let steps: Vec<_> = (0..8).map(|_| spilling(&pool)).collect();
        let too_much = |step: usize, bytes| {
            let error = steps[step].try_grow(bytes).expect_err("too much");
            assert!(matches!(error, DataFusionError::ResourcesExhausted(_)));
        };
        // Of 120 in eight parts a quarter, 3.75, is kept for each of the six that wait.
        steps[0].try_grow(40 * MB).expect("less than all but 26.25");
        steps[1].try_grow(48 * MB).expect("less than half of 97.5");
        too_much(1, MB);
        steps[0].try_grow(8 * MB).expect("the same");
        too_much(0, MB);
        steps[2].try_grow(3 * MB).expect("what is kept for it");
        steps[2].try_grow(30 * MB).expect("a third of 101.25");
        too_much(2, MB);
        // The others hold more than their shares by now, and get no more.
        steps[0].free();
        steps[0].try_grow(34 * MB).expect_err("more than a third");
        steps[0].try_grow(33 * MB).expect("a third");
        drop(steps);
        assert_eq!(pool.reserved(), 0);
    }

    #[test]
    fn what_cannot_spill_goes_first() {
        let pool = pool(100 * MB);
        let join = MemoryConsumer::new("join").register(&pool);
        join.try_grow(60 * MB).expect("there is enough");
        let sort = spilling(&pool);
        sort.try_grow(41 * MB).expect_err("more than is left");
        sort.try_grow(40 * MB).expect("all that is left");
        let error = join.try_grow(MB).expect_err("nothing is left");
        let expected = "Failed to allocate additional 1024.0 KB for join with 60.0 MB already allocated for this \
                        reservation - 0.0 B remain available for the total memory pool: shares of 100.0 MB";
        assert!(error.to_string().contains(expected), "{error}");
        join.shrink(60 * MB);
        sort.try_grow(36 * MB).expect_err("a quarter is reserved");
        sort.try_grow(35 * MB).expect("three quarters");
        assert_eq!(pool.reserved(), 75 * MB);
    }
}
