//! What groups amount to once every entity was seen whole: numbers that can be added up, and no entity any more.
//!
//! Where all rows of an entity are in one place, its outcome is final, and so is what it adds to its group. Groups
//! that have no entity in common, such as those of two buckets of customers, are then merged by adding, in a few
//! bytes each.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use super::call::Call;
use super::directory::Directory;
use super::scan::Scanned;
use super::tally::Tally;
use super::totals::Totals;
use crate::define::Finish;

/// The groups of one call.
#[derive(Debug)]
pub struct Summary {
    call: Call,
    groups: usize,
    /// The outcomes, for a finish that counts and adds them up.
    tally: Option<Tally>,
    /// What a finish needs that looks at the entities.
    scanned: Option<Scanned>,
    /// The items of a form that counts them; entities may have some in common.
    items: Option<Directory>,
    totals: Totals,
}

impl Summary {
    /// No groups yet.
    pub fn new(call: Call) -> Result<Self, ArrowError> {
        let scanned = Scanned::new(&call)?;
        Ok(Summary {
            tally: scanned.is_none().then(|| Tally::new(&call, 0)),
            scanned,
            items: match call.form.finish {
                Finish::DistinctPerEntity(item) => Some(Directory::of_items(&call, item)?),
                _ => None,
            },
            totals: Totals::new(&call)?,
            call,
            groups: 0,
        })
    }

    /// The call that is computed.
    pub fn call(&self) -> &Call {
        &self.call
    }

    /// How many groups there are.
    pub fn count(&self) -> usize {
        self.groups
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        if let Some(tally) = &mut self.tally {
            tally.grow(groups);
        }
        if let Some(scanned) = &mut self.scanned {
            scanned.grow(groups);
        }
        self.totals.grow(groups);
    }

    /// Names and types of the columns that are merged.
    pub fn types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = vec![];
        if let Some(tally) = &self.tally {
            types.extend(tally.state_types());
        }
        if let Some(scanned) = &self.scanned {
            types.extend(scanned.state_types(&self.call)?);
        }
        if let Some(items) = &self.items {
            types.extend(items.state_types());
        }
        types.extend(Totals::state_types(&self.call)?);
        Ok(types)
    }

    /// The first groups as columns, one row per group.
    pub fn columns(&self, first: usize) -> Vec<ArrayRef> {
        let (tally, scanned) = (self.tally.as_ref(), self.scanned.as_ref());
        columns(first, tally, scanned, self.items.as_ref(), &self.totals)
    }

    /// Adds the rows of such columns, each of one group.
    pub fn merge(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let mut used = 0;
        if let Some(tally) = &mut self.tally {
            used += tally.merge(columns, groups);
        }
        if let Some(scanned) = &mut self.scanned {
            used += scanned.merge(&columns[used..], groups)?;
        }
        if let Some(items) = &mut self.items {
            used += items.merge(&columns[used..], groups)?.0;
        }
        self.totals.merge(&columns[used..], groups)?;
        Ok(())
    }

    /// The values of the first groups.
    pub fn values(&self, first: usize) -> Result<ArrayRef, ArrowError> {
        match (&self.scanned, &self.tally) {
            (Some(scanned), _) => {
                scanned.values(&self.call, self.items.as_ref(), &self.totals, first)
            }
            (None, Some(tally)) => self.call.finish(tally, first, &self.totals),
            (None, None) => unreachable!("a finish counts outcomes or looks at entities"),
        }
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), ArrowError> {
        let range = first..self.groups;
        self.groups -= first;
        if self.groups == 0 {
            *self = Summary::new(self.call.clone())?;
            return Ok(());
        }
        if let Some(tally) = &mut self.tally {
            tally.drop_first(first);
        }
        if let Some(scanned) = &mut self.scanned {
            scanned.drop_first(first);
        }
        if let (Some(items), Finish::DistinctPerEntity(item)) =
            (&mut self.items, self.call.form.finish)
        {
            let mut fresh = Directory::of_items(&self.call, item)?;
            fresh.move_in(items, range)?;
            *items = fresh;
        }
        self.totals.drop_first(first);
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.tally.as_ref().map_or(0, Tally::size)
            + self.scanned.as_ref().map_or(0, Scanned::size)
            + self.items.as_ref().map_or(0, Directory::size)
            + self.totals.size()
    }
}

/// The first groups as columns of a summary, one row per group.
pub(super) fn columns(
    first: usize,
    tally: Option<&Tally>,
    scanned: Option<&Scanned>,
    items: Option<&Directory>,
    totals: &Totals,
) -> Vec<ArrayRef> {
    let mut columns = vec![];
    columns.extend(tally.into_iter().flat_map(|tally| tally.state(first)));
    columns.extend(scanned.into_iter().flat_map(|scanned| scanned.state(first)));
    columns.extend(
        items
            .into_iter()
            .flat_map(|items| items.state(&items.lists(0..first))),
    );
    columns.extend(totals.state(first));
    columns
}
