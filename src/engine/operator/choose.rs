//! Which aggregations the operator takes.

use std::fmt::{Display, Formatter};

/// Why an aggregation stays DataFusion's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// There is no KPI.
    NoKpi,
    /// An aggregate depends on the order of its rows.
    Ordered(String),
    /// Its rows come in the order of the keys, so that one group after the other can be finished.
    SortedInput,
    /// What names the entities, or a key, is another one each time it is looked at.
    Volatile,
}

impl Display for Why {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        match self {
            Why::NoKpi => write!(f, "no KPI"),
            Why::Ordered(call) => write!(f, "{call} depends on the order of its rows"),
            Why::SortedInput => write!(f, "the rows come in the order of the keys"),
            Why::Volatile => write!(f, "an expression gives another value each time"),
        }
    }
}
