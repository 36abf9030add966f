//! A call among those that share their entities: which columns it reads, which rows it looks at.

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::and_kleene;
use datafusion::arrow::error::ArrowError;

use crate::fold::facts::masks::rows_that_count;
use crate::fold::keys::encoder::{Codes, Encoded, SharedEncoder};
use crate::fold::run::entity_call::EntityCall;

/// Which columns a call reads.
#[derive(Debug, Clone)]
pub(in crate::fold) struct CallColumns {
    /// Which columns are its arguments.
    pub args: Vec<usize>,
    /// The column that says which rows it looks at, if it does not look at all.
    pub filter: Option<usize>,
}

impl CallColumns {
    /// The arguments of the call.
    pub fn args(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        self.args.iter().map(|arg| columns[*arg].clone()).collect()
    }

    /// The columns that are these arguments of the call.
    pub fn of(&self, args: &[usize]) -> Vec<usize> {
        args.iter().map(|arg| self.args[*arg]).collect()
    }

    /// Which rows the call looks at.
    pub fn condition<'a>(&self, columns: &'a [ArrayRef]) -> Option<&'a BooleanArray> {
        self.filter.map(|column| columns[column].as_boolean())
    }
}

/// Where two conditions hold, if there are two.
pub(in crate::fold) fn both(
    one: Option<&BooleanArray>,
    other: Option<&BooleanArray>,
) -> Result<Option<BooleanArray>, ArrowError> {
    match (one, other) {
        (Some(one), Some(other)) => and_kleene(one, other).map(Some),
        (None, _) | (_, None) => Ok(None),
    }
}

/// A call among those that share a directory.
#[derive(Debug)]
pub(in crate::fold) struct RunningCall {
    pub groups: EntityCall,
    pub columns: CallColumns,
}

impl RunningCall {
    /// Counts rows, if that is asked for: all that the call looks at, and those of them that it ignores.
    pub fn audit(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        if !self.groups.is_audited() {
            return Ok(());
        }
        let own = self.columns.condition(columns);
        let both = both(own, condition)?;
        let condition = both.as_ref().or(own).or(condition);
        let required = self.columns.of(&self.groups.call().required());
        let mask = rows_that_count(columns, &required, condition)?;
        self.groups.audit(groups, condition, mask.as_ref());
        Ok(())
    }

    /// The codes of the arguments that are read as such. A mask has been laid over `args`.
    pub fn codes(
        &self,
        encoded: &mut Encoded,
        args: &[ArrayRef],
        mask: Option<&BooleanArray>,
    ) -> Result<Vec<Codes>, ArrowError> {
        let encoders = self.groups.encoders().iter().enumerate();
        let codes = encoders.map(|(argument, encoder)| match encoder {
            None => Ok(Codes::none()),
            Some(encoder) if encoder.is_shared() => {
                let codes = encoded.codes(self.columns.args[argument], encoder)?;
                Ok(match mask {
                    None => codes.clone(),
                    Some(mask) => codes.filtered(mask),
                })
            }
            Some(encoder) => encoder.write().encode(&args[argument]),
        });
        codes.collect()
    }

    /// Which rows count for the call, of those whose entity is known. Of those that reach a call that is alone, all do.
    pub fn mask(
        &self,
        columns: &[ArrayRef],
        args: &[ArrayRef],
        alone: bool,
    ) -> Result<Option<BooleanArray>, ArrowError> {
        if alone {
            return Ok(None);
        }
        let condition = self.columns.condition(columns);
        rows_that_count(args, self.groups.call().needs(), condition)
    }
}

/// Lets calls that read the same column as the same codes do so together.
pub(in crate::fold) fn share_codes(calls: &mut [RunningCall]) {
    let mut known: Vec<(usize, SharedEncoder)> = vec![];
    for RunningCall { groups, columns } in calls {
        groups.share(|argument, own| {
            let column = columns.args[argument];
            let like = known
                .iter()
                .find(|(of, encoder)| *of == column && encoder.read().is_like(&own.read()));
            match like {
                Some((_, encoder)) => *own = encoder.clone(),
                None => known.push((column, own.clone())),
            }
        });
    }
}
