//! All that is known of some groups of a call once their rows are in: what values and parts are made of.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::error::ArrowError;

use crate::define::Counted;
use crate::fold::facts::call::Call;
use crate::fold::sum::audit::Audit;
use crate::fold::sum::tally::Tally;
use crate::fold::sum::totals::Totals;
use crate::fold::value::dispersion::Dispersion;
use crate::fold::value::entities_of::ItemCounts;
use crate::fold::value::finish;
use crate::fold::value::scan::Scanned;

/// What a call has found, from wherever it is kept.
#[derive(Debug, Clone, Copy)]
pub(in crate::fold) struct Evidence<'a> {
    pub call: &'a Call,
    pub found: Divided<'a>,
    /// How far the entities differ, for a standard error that needs it.
    pub dispersion: Option<&'a Dispersion>,
    /// The items of a form that counts them.
    pub items: Option<ItemCounts<'a>>,
    pub totals: &'a Totals,
    /// The rows counted, for an answer that tells them.
    pub audit: Option<&'a Audit>,
}

/// What a finish divides.
#[derive(Debug, Clone, Copy)]
pub(in crate::fold) enum Divided<'a> {
    /// Outcomes, counted and added up.
    Counted(Counted, &'a Tally),
    /// What was sought in each entity.
    Scanned(&'a Scanned),
}

impl Divided<'_> {
    /// One row for each of the first groups.
    pub fn state(self, first: usize) -> Vec<ArrayRef> {
        match self {
            Divided::Counted(_, tally) => tally.state(first),
            Divided::Scanned(scanned) => scanned.state(first),
        }
    }
}

impl Evidence<'_> {
    /// The values of the first groups.
    pub fn values(&self, first: usize) -> Result<ArrayRef, ArrowError> {
        match self.found {
            Divided::Scanned(scanned) => scanned.values(self.call, self.items, self.totals, first),
            Divided::Counted(finish, tally) => {
                finish::values(self.call, finish, tally, first, self.totals)
            }
        }
    }

    /// The first groups as columns that can be merged, one row per group; see [`crate::fold::value::summary::Summary`].
    pub fn columns(&self, first: usize) -> Vec<ArrayRef> {
        let mut columns = self.found.state(first);
        columns.extend(
            self.dispersion
                .iter()
                .flat_map(|dispersion| dispersion.state(first)),
        );
        if let Some(ItemCounts::Named(items)) = self.items {
            columns.extend(items.state(&items.lists(0..first)));
        }
        columns.extend(self.totals.state(first));
        columns.extend(self.audit.iter().flat_map(|audit| audit.state(first)));
        columns
    }
}
