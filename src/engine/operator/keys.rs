//! The groups of one partition: their keys, each with a number.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{FieldRef, Schema};
use datafusion::error::Result;
use datafusion::logical_expr::EmitTo;
use datafusion::physical_plan::aggregates::group_values::{GroupValues, new_group_values};
use datafusion::physical_plan::aggregates::order::GroupOrdering;

/// Keys and the numbers of their groups.
pub struct Keys {
    /// None without keys: then there is one group.
    values: Option<Box<dyn GroupValues>>,
    groups: Vec<usize>,
    has_rows: bool,
}

impl Keys {
    /// No groups yet.
    pub fn new(fields: Vec<FieldRef>) -> Result<Self> {
        let values = match fields.is_empty() {
            true => None,
            false => Some(new_group_values(
                Arc::new(Schema::new(fields)),
                &GroupOrdering::None,
            )?),
        };
        Ok(Keys {
            values,
            groups: vec![],
            has_rows: false,
        })
    }

    /// Finds the group of each row.
    pub fn intern(&mut self, keys: &[ArrayRef], rows: usize) -> Result<()> {
        self.has_rows |= rows > 0;
        match &mut self.values {
            Some(values) => values.intern(keys, &mut self.groups)?,
            None => {
                self.groups.clear();
                self.groups.resize(rows, 0);
            }
        }
        Ok(())
    }

    /// The group of each row of those that came last.
    pub fn groups(&self) -> &[usize] {
        &self.groups
    }

    /// How many groups there are. Without keys there is one even of no rows, if `of_nothing` says so.
    pub fn count(&self, of_nothing: bool) -> usize {
        match &self.values {
            Some(values) => values.len(),
            None => (self.has_rows || of_nothing).into(),
        }
    }

    /// The keys of all groups, in their order; forgets them.
    pub fn take(&mut self) -> Result<Vec<ArrayRef>> {
        match &mut self.values {
            Some(values) => values.emit(EmitTo::All),
            None => Ok(vec![]),
        }
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        let values = self.values.as_ref().map_or(0, |values| values.size());
        values + self.groups.capacity() * size_of::<usize>()
    }
}
