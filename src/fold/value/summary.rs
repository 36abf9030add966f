//! What groups amount to once every entity was seen whole: numbers that can be added up, and no entity any more.
//!
//! Where all rows of an entity are in one place, its outcome is final, and so is what it adds to its group. Groups
//! that have no entity in common, such as those of two partitions of customers, are then merged by adding, in a
//! few bytes each.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::Counted;
use crate::fold::facts::call::{Call, Variant};
use crate::fold::keys::directory::Directory;
use crate::fold::sum::audit::Audit;
use crate::fold::sum::totals::Totals;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::entities_of::ItemCounts;
use crate::fold::value::evidence::Evidence;
use crate::fold::value::measured::Measured;
use crate::fold::value::parts::Parts;

/// The groups of one call.
#[derive(Debug)]
pub struct Summary {
    call: Call,
    groups: usize,
    measured: Measured,
    /// What a standard error over entities needs.
    dispersion: Option<Dispersion>,
    /// The items of a form that counts them; entities may have some in common.
    items: Option<Directory>,
    /// How many of them each group has, where another call counts them.
    counted: Option<Vec<u64>>,
    totals: Totals,
    /// The rows counted, for an answer that tells them.
    audit: Option<Audit>,
}

impl Summary {
    /// No groups yet.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        Ok(Summary {
            measured: Measured::new(&call)?,
            dispersion: Dispersion::new(&call),
            audit: (call.variant == Variant::Parts).then(Audit::default),
            items: match call.counted_items() {
                Some(item) => Some(Directory::of_items(&call, item)?),
                None => None,
            },
            counted: None,
            totals: Totals::new(&call)?,
            call,
            groups: 0,
        })
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        self.measured.grow(groups);
        if let Some(dispersion) = &mut self.dispersion {
            dispersion.grow(groups);
        }
        self.totals.grow(groups);
        if let Some(audit) = &mut self.audit {
            audit.grow(groups);
        }
    }

    /// Names and types of the columns that are merged.
    pub fn types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = self.measured.state_types()?;
        if let Some(dispersion) = &self.dispersion {
            types.extend(dispersion.state_types());
        }
        if let Some(items) = &self.items {
            types.extend(items.state_types());
        }
        types.extend(Totals::state_types(&self.call)?);
        if self.audit.is_some() {
            types.extend(Audit::STATE_TYPES);
        }
        Ok(types)
    }

    /// The first groups as columns, one row per group.
    pub fn columns(&self, first: usize) -> Vec<ArrayRef> {
        self.evidence().columns(first)
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            call: &self.call,
            found: self.measured.found(),
            dispersion: self.dispersion.as_ref(),
            items: match &self.counted {
                Some(counts) => Some(ItemCounts::Elsewhere(counts)),
                None => self.items.as_ref().map(ItemCounts::Named),
            },
            totals: &self.totals,
            audit: self.audit.as_ref(),
        }
    }

    /// Adds the rows of such columns, each of one group. Gives how many columns were read.
    pub fn merge(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<usize, ArrowError> {
        let mut used = self.measured.merge(columns, groups)?;
        if let Some(dispersion) = &mut self.dispersion {
            used += dispersion.merge(&columns[used..], groups);
        }
        if let Some(items) = &mut self.items {
            used += items.merge(&columns[used..], groups)?.0;
        }
        used += self.totals.merge(&columns[used..], groups)?;
        if let Some(audit) = &mut self.audit {
            audit.merge(&columns[used..], groups);
            used += Audit::STATE_TYPES.len();
        }
        Ok(used)
    }

    /// Takes the number of items of each group from the call that counts them.
    ///
    /// # Errors
    /// A call whose value is no number of items.
    pub fn take_counts(&mut self, of: &Summary) -> Result<(), ArrowError> {
        let Measured::Counted(Counted::Count, tally) = &of.measured else {
            return Err(ArrowError::InvalidArgumentError(format!(
                "{} counts no items for {}",
                of.call.kpi.name, self.call.kpi.name
            )));
        };
        let counts = (0..of.groups).map(|group| tally.of(0, group).1 as u64);
        self.counted = Some(counts.collect());
        Ok(())
    }

    /// The values of the first groups.
    pub fn values(&self, first: usize) -> Result<ArrayRef, ArrowError> {
        self.evidence().values(first)
    }

    /// The values of the first groups with what they were made of; see [`crate::fold::value::parts`].
    pub fn parts(&self, first: usize) -> Result<Vec<Parts>, ArrowError> {
        self.evidence().parts(first)
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.measured.size()
            + self.items.as_ref().map_or(0, Directory::size)
            + self.dispersion.as_ref().map_or(0, Dispersion::size)
            + self.totals.size()
            + self.audit.as_ref().map_or(0, Audit::size)
    }
}
