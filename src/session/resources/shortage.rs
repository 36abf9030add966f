//! What DataFusion says when a step of a query gets no more memory, taken apart.

use std::path::Path;

use datafusion::common::human_readable_size;
use datafusion::common::units::{GB, KB, MB, TB};

/// How many of the steps that hold memory are named.
const NAMED: usize = 3;

/// A step that asked for more than there was.
#[derive(Debug, PartialEq)]
pub(super) struct Shortage {
    step: Step,
    can_spill: bool,
    asked: u64,
    held: u64,
    available: u64,
    /// What each step held, the largest first.
    holders: Vec<(Step, u64)>,
}

/// A part of a query as an analyst knows it.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    GroupBy,
    Kpis,
    Aggregate,
    Sort,
    TopRows,
    Join,
    Exchange,
    Other(String),
}

impl Step {
    /// DataFusion calls them `FinalHashAggregateStream[3]`.
    fn of(consumer: &str) -> Self {
        let name = consumer.split(['[', '(', '#', ' ']).next();
        let name = name.unwrap_or(consumer);
        match name {
            "AggregateStream" => Step::Aggregate,
            "RepartitionExec" => Step::Exchange,
            "KpiFoldExec" | "KpiFinishExec" => Step::Kpis,
            _ if name.contains("Aggregate") => Step::GroupBy,
            _ if name.starts_with("ExternalSorter") || name.starts_with("SortPreserving") => {
                Step::Sort
            }
            _ if name.contains("TopK") => Step::TopRows,
            _ if name.contains("Join") || name.starts_with("SMJ") => Step::Join,
            _ => Step::Other(name.to_string()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Step::GroupBy => "GROUP BY",
            Step::Kpis => "folding customers for KPIs",
            Step::Aggregate => "aggregation without GROUP BY",
            Step::Sort => "sorting",
            Step::TopRows => "ORDER BY with LIMIT",
            Step::Join => "JOIN",
            Step::Exchange => "rows on their way between threads",
            Step::Other(name) => name,
        }
    }

    /// Why spilling did not help.
    fn limit_of_spilling(&self) -> &'static str {
        match self {
            Step::GroupBy => "in whole groups: one that is larger than its share cannot be divided",
            Step::Kpis => "in pieces, of which one at a time has to fit",
            Step::Sort => "but needs memory for a batch of rows, and to merge what it wrote",
            _ => "but a batch of rows has to fit",
        }
    }
}

impl Shortage {
    /// `None` for a message of another form.
    pub fn parse(message: &str) -> Option<Self> {
        let (_, rest) = message.split_once("Additional allocation failed for ")?;
        let (consumer, rest) = rest.split_once(" with top memory consumers")?;
        let (list, rest) = rest.split_once("\nError: ")?;
        let (_, rest) = rest.split_once("Failed to allocate additional ")?;
        let (asked, rest) = rest.split_once(" for ")?;
        let (before, rest) = rest.split_once(" already allocated for this reservation - ")?;
        let (_, held) = before.rsplit_once(" with ")?;
        let (available, _) = rest.split_once(" remain available")?;

        let mut can_spill = false;
        let mut holders: Vec<(Step, u64)> = vec![];
        for line in list.lines() {
            let Some((name, rest)) = line.trim().split_once("(can spill: ") else {
                continue;
            };
            let (spills, rest) = rest.split_once(") consumed ")?;
            let (consumed, _) = rest.split_once(", peak")?;
            let is_it = name.rsplit_once('#').is_some_and(|(n, _)| n == consumer);
            can_spill |= is_it && spills == "true";
            let (step, consumed) = (Step::of(name), bytes(consumed)?);
            match holders.iter_mut().find(|(other, _)| *other == step) {
                Some((_, sum)) => *sum += consumed,
                None => holders.push((step, consumed)),
            }
        }
        holders.retain(|(_, held)| *held > 0);
        holders.sort_by_key(|(_, held)| std::cmp::Reverse(*held));
        Some(Self {
            step: Step::of(consumer),
            can_spill,
            asked: bytes(asked)?,
            held: bytes(held)?,
            available: bytes(available)?,
            holders,
        })
    }

    pub fn is_of_a_join(&self) -> bool {
        self.step == Step::Join
    }

    /// The same for people.
    pub fn told(&self, limit: &str, spill_dir: Option<&Path>) -> String {
        let step = self.step.name();
        // What can spill gets a share for all that it holds, anything else what nobody has taken.
        let mut text = match self.can_spill {
            true => format!(
                "out of memory: {step} needs {} on one thread, and its share of the memory limit of {limit} is {}",
                shown(self.held + self.asked),
                shown(self.available),
            ),
            false => format!(
                "out of memory: {step} needs {} more, and of the memory limit of {limit} there is {} left",
                shown(self.asked),
                shown(self.available),
            ),
        };
        if !self.holders.is_empty() {
            let held: Vec<String> = self.holders.iter().take(NAMED).map(named).collect();
            text += &format!("\n  largest consumers: {}", held.join(", "));
        }
        // To the pool, the memory in which a sort merges cannot be spilled.
        let spills = self.can_spill || self.step == Step::Sort;
        match spill_dir.map(Path::display) {
            Some(dir) if spills => {
                let but = self.step.limit_of_spilling();
                text += &format!("\n  {step} spills to {dir}, {but}");
            }
            Some(_) => text += &format!("\n  {step} cannot spill to disk"),
            None => {}
        }
        text
    }
}

fn named((step, held): &(Step, u64)) -> String {
    format!("{} ({})", step.name(), shown(*held))
}

fn shown(bytes: u64) -> String {
    human_readable_size(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// The way back from DataFusion's `1638.4 KB`.
fn bytes(shown: &str) -> Option<u64> {
    let (number, unit) = shown.trim().split_once(' ')?;
    let unit = match unit {
        "B" => 1,
        "KB" => KB,
        "MB" => MB,
        "GB" => GB,
        "TB" => TB,
        _ => return None,
    };
    Some((number.parse::<f64>().ok()? * unit as f64) as u64)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;
    use std::sync::Arc;

    use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, TrackConsumersPool};

    use super::*;
    use crate::session::resources::pool::Shares;

    /// What the pool and DataFusion's list of consumers say today, not what they said when this was written.
    #[test]
    fn the_message_of_the_pool_is_understood() {
        let all = NonZeroUsize::new(1000).unwrap();
        let pool = TrackConsumersPool::new(Shares::of(40 << 20), all);
        let pool: Arc<dyn MemoryPool> = Arc::new(pool);
        let consumer = |name: &str, can_spill| {
            let consumer = MemoryConsumer::new(name).with_can_spill(can_spill);
            consumer.register(&pool)
        };
        let join = consumer("HashJoinInput[0]", false);
        join.grow(10 << 20);
        let first = consumer("FinalHashAggregateStream[0]", true);
        first.grow(6 << 20);
        let second = consumer("FinalHashAggregateStream[1]", true);
        second.grow(5 << 20);

        let error = first.try_grow(10 << 20).unwrap_err().to_string();
        let shortage = Shortage::parse(&error).expect("the form is known");
        assert_eq!(
            shortage,
            Shortage {
                step: Step::GroupBy,
                can_spill: true,
                asked: 10 << 20,
                held: 6 << 20,
                available: 15 << 20,
                holders: vec![(Step::GroupBy, 11 << 20), (Step::Join, 10 << 20)],
            }
        );
        assert_eq!(
            shortage.told("40.0 MB", Some(Path::new("/tmp"))),
            "out of memory: GROUP BY needs 16.0 MB on one thread, and its share of the memory limit of 40.0 MB is \
             15.0 MB\n  largest consumers: GROUP BY (11.0 MB), JOIN (10.0 MB)\n  GROUP BY spills to /tmp, in whole \
             groups: one that is larger than its share cannot be divided"
        );

        let error = join.try_grow(20 << 20).unwrap_err().to_string();
        let shortage = Shortage::parse(&error).expect("the form is known");
        assert_eq!(
            shortage.told("40.0 MB", Some(Path::new("/tmp"))),
            "out of memory: JOIN needs 20.0 MB more, and of the memory limit of 40.0 MB there is 19.0 MB left\n  \
             largest consumers: GROUP BY (11.0 MB), JOIN (10.0 MB)\n  JOIN cannot spill to disk"
        );
    }

    #[test]
    fn another_message_is_left_alone() {
        assert_eq!(Shortage::parse("Cannot merge sorted runs"), None);
    }
}
