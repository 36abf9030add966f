//! The rows of each group counted, for an answer that tells them.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::datatypes::{DataType, UInt64Type};

/// How many rows each group has.
#[derive(Debug, Default)]
pub struct Audit {
    /// Those that a FILTER let through.
    pub rows: Vec<u64>,
    /// Those of them that were ignored whole, because the entity or something as necessary is NULL.
    pub ignored: Vec<u64>,
}

impl Audit {
    /// Names and types of [`Audit::state`].
    pub const STATE_TYPES: [(&str, DataType); 2] = [
        ("rows", DataType::UInt64),
        ("rows_ignored", DataType::UInt64),
    ];

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.rows.resize(groups.max(self.rows.len()), 0);
        self.ignored.resize(groups.max(self.ignored.len()), 0);
    }

    /// Counts rows: all for which the condition holds, and those of them that the mask leaves out.
    pub fn count(
        &mut self,
        groups: &[usize],
        condition: Option<&BooleanArray>,
        mask: Option<&BooleanArray>,
    ) {
        for (row, group) in groups.iter().enumerate() {
            let holds = condition.is_none_or(|c| c.is_valid(row) && c.value(row));
            let counts = mask.is_none_or(|mask| mask.value(row));
            self.rows[*group] += u64::from(holds);
            self.ignored[*group] += u64::from(holds && !counts);
        }
    }

    /// The first groups as arrays, one row per group.
    pub fn state(&self, groups: usize) -> Vec<ArrayRef> {
        let counts = [&self.rows, &self.ignored].into_iter();
        let counts = counts.map(|counts| {
            let counts = counts[..groups].iter().copied();
            Arc::new(UInt64Array::from_iter_values(counts)) as ArrayRef
        });
        counts.collect()
    }

    /// Adds the rows of a state. Gives how many columns were read.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> usize {
        for (counts, column) in [&mut self.rows, &mut self.ignored].into_iter().zip(state) {
            let column = column.as_primitive::<UInt64Type>();
            for (count, group) in column.iter().zip(groups) {
                counts[*group] = counts[*group].wrapping_add(count.unwrap_or(0));
            }
        }
        2
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        self.rows.drain(..groups);
        self.ignored.drain(..groups);
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        (self.rows.capacity() + self.ignored.capacity()) * size_of::<u64>()
    }
}
