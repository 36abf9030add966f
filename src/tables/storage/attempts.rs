//! When something is asked for again.

use std::time::{Duration, Instant};

use super::options::StorageOptions;

/// The tries at one thing, however many requests it takes.
pub(super) struct Attempts {
    begun: Instant,
    again: usize,
    retries: usize,
    patience: Duration,
}

impl StorageOptions {
    /// The first try begins now.
    pub(super) fn attempts(&self) -> Attempts {
        Attempts {
            begun: Instant::now(),
            again: 0,
            retries: self.retries,
            patience: self.patience,
        }
    }
}

impl Attempts {
    /// Waits for the next try, longer each time; false if there is none.
    pub async fn another(&mut self) -> bool {
        let pause = Duration::from_millis(100 << self.again.min(6));
        if self.again >= self.retries || self.begun.elapsed() + pause > self.patience {
            return false;
        }
        tokio::time::sleep(pause).await;
        self.again += 1;
        true
    }
}
