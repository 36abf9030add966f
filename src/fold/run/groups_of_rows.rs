//! Groups of a call that judges every row by itself.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::error::ArrowError;

use crate::define::{Counted, MadeOf, RowFold};
use crate::fold::facts::call::Call;
use crate::fold::facts::masks::{chosen, filtered, rows_that_count};
use crate::fold::facts::missing;
use crate::fold::keys::coarser::Coarser;
use crate::fold::run::beside::Beside;
use crate::fold::run::running_call::{CallColumns, both};
use crate::fold::sum::rows;
use crate::fold::sum::tally::Tally;
use crate::fold::value::evidence::{Divided, Evidence};
use crate::fold::value::finish;
use crate::fold::value::parts::Parts;

/// The groups of one call, which is alone: there are no entities to share.
#[derive(Debug)]
pub struct GroupsOfRows {
    pub(super) groups: usize,
    fold: RowFold,
    finish: Counted,
    tally: Tally,
    beside: Beside,
    columns: CallColumns,
}

impl GroupsOfRows {
    /// No groups yet.
    pub(in crate::fold) fn new(
        call: Call,
        fold: RowFold,
        columns: CallColumns,
    ) -> Result<Self, ArrowError> {
        let MadeOf::Counted(finish) = call.form.finish.made_of() else {
            return Err(ArrowError::InvalidArgumentError(format!(
                "the finish of {} looks at entities, and it judges rows, which have none",
                call.kpi.signature(call.form)
            )));
        };
        Ok(GroupsOfRows {
            groups: 0,
            fold,
            finish,
            tally: Tally::new(&call, 0),
            beside: Beside::new(call)?,
            columns,
        })
    }

    /// The same rows in fewer groups.
    pub fn coarser(&self, coarser: &Coarser) -> Result<Self, ArrowError> {
        let Coarser { of, groups } = *coarser;
        let mut tally = Tally::new(&self.beside.call, groups);
        tally.merge(&self.tally.state(of.len()), of);
        Ok(GroupsOfRows {
            groups,
            fold: self.fold,
            finish: self.finish,
            tally,
            beside: self.beside.coarser(of, groups)?,
            columns: self.columns.clone(),
        })
    }

    /// The call that is computed.
    pub fn call(&self) -> &Call {
        &self.beside.call
    }

    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
        self.tally.grow(self.groups);
        self.beside.grow(self.groups);
    }

    /// Takes in rows without NaN, each of one group. Rows where `condition` is false or NULL are left out.
    pub fn update(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        let own = self.columns.condition(columns);
        let both = both(own, condition)?;
        let condition = both.as_ref().or(own).or(condition);
        let required = self.columns.of(&self.call().required());
        let mask = rows_that_count(columns, &required, condition)?;
        self.beside.audit(groups, condition, mask.as_ref());
        match mask {
            None => self.count(columns, groups),
            Some(mask) => self.count(&filtered(columns, &mask)?, &chosen(groups, &mask)),
        }
    }

    /// Takes in rows that all count.
    fn count(&mut self, columns: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let args = self.columns.args(columns);
        missing::check_finite(&self.beside.call, &args)?;
        rows::count(
            &self.fold,
            &self.beside.call,
            &args,
            groups,
            &mut self.tally,
        )?;
        self.beside.update(&args, groups)
    }

    /// The values of the first groups.
    pub fn values(&self, first: usize) -> Result<ArrayRef, ArrowError> {
        finish::values(
            self.call(),
            self.finish,
            &self.tally,
            first,
            &self.beside.totals,
        )
    }

    /// The values of the first groups with what they were made of.
    pub fn parts(&self, first: usize) -> Result<Vec<Parts>, ArrowError> {
        self.evidence().parts(first)
    }

    /// What the first groups amount to; see [`crate::fold::value::summary::Summary`].
    pub fn summary(&self, first: usize) -> Vec<ArrayRef> {
        self.evidence().columns(first)
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            call: self.call(),
            found: Divided::Counted(self.finish, &self.tally),
            dispersion: None,
            items: None,
            totals: &self.beside.totals,
            audit: self.beside.audit.as_ref(),
        }
    }

    /// Names and types of [`GroupsOfRows::state`].
    pub fn state_types(&self) -> Result<Vec<(&'static str, DataType)>, ArrowError> {
        let mut types = self.tally.state_types();
        types.extend(Beside::state_types(self.call())?);
        Ok(types)
    }

    /// The first groups as columns of a partial state, one row per group.
    pub fn state(&self, first: usize) -> Vec<ArrayRef> {
        let mut state = self.tally.state(first);
        state.extend(self.beside.state(first));
        state
    }

    /// Takes in the rows of a partial state, each of one group.
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize]) -> Result<(), ArrowError> {
        let used = self.tally.merge(state, groups);
        self.beside.merge(&state[used..], groups)?;
        Ok(())
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, first: usize) -> Result<(), ArrowError> {
        self.groups -= first;
        if self.groups == 0 {
            let call = self.beside.call.clone();
            *self = GroupsOfRows::new(call, self.fold, self.columns.clone())?;
            return Ok(());
        }
        self.tally.drop_first(first);
        self.beside.drop_first(first);
        Ok(())
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.tally.size() + self.beside.size()
    }
}
