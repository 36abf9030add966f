//! How many rows of a result are shown to a person.

use crate::define::in_thousands;

/// How many rows of every result a table shows; the others are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    rows: Option<u64>,
    /// How all of them are had.
    otherwise: &'static str,
}

impl Shown {
    /// All of them.
    pub const ALL: Shown = Shown {
        rows: None,
        otherwise: "",
    };

    /// At most so many; `otherwise` says how all of them are had.
    pub fn at_most(rows: u64, otherwise: &'static str) -> Self {
        Self {
            rows: Some(rows),
            otherwise,
        }
    }

    /// How many may follow `rows`.
    pub(in crate::session) fn left(&self, rows: u64) -> usize {
        let left = self.rows.map_or(u64::MAX, |most| most.saturating_sub(rows));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// The words for those that were not shown of so many.
    pub(in crate::session) fn rest(&self, rows: u64) -> Option<String> {
        let rest = rows.saturating_sub(self.rows?);
        let otherwise = self.otherwise;
        match rest {
            0 => None,
            1 => Some(format!("… and 1 row more; {otherwise}")),
            _ => Some(format!(
                "… and {} rows more; {otherwise}",
                in_thousands(&rest.to_string())
            )),
        }
    }
}
