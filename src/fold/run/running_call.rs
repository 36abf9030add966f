//! A call among those that share their entities: which columns it reads, which rows it looks at.

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::and_kleene;
use datafusion::arrow::error::ArrowError;

use crate::fold::facts::masks::rows_that_count;
use crate::fold::keys::encoder::{Codes, Encoded, SharedEncoder};
use crate::fold::run::call_groups::CallGroups;

/// A call among those that share a directory.
#[derive(Debug)]
pub(in crate::fold) struct RunningCall {
    pub(in crate::fold) groups: CallGroups,
    /// Which columns are its arguments.
    pub(in crate::fold) args: Vec<usize>,
    /// The column that says which rows it looks at, if it does not look at all.
    pub(in crate::fold) filter: Option<usize>,
}

impl RunningCall {
    /// Counts rows, if that is asked for: all that the call looks at, and those of them that it ignores.
    pub(in crate::fold) fn audit(
        &mut self,
        columns: &[ArrayRef],
        groups: &[usize],
        condition: Option<&BooleanArray>,
    ) -> Result<(), ArrowError> {
        if !self.groups.is_audited() {
            return Ok(());
        }
        let own = self.filter.map(|column| columns[column].as_boolean());
        let both = match (own, condition) {
            (Some(own), Some(condition)) => Some(and_kleene(own, condition)?),
            _ => None,
        };
        let condition = both.as_ref().or(own).or(condition);
        let required = self.columns(&self.groups.call().required());
        let mask = rows_that_count(columns, &required, condition)?;
        self.groups.audit(groups, condition, mask.as_ref());
        Ok(())
    }

    /// The arguments of the call.
    pub(in crate::fold) fn args(&self, columns: &[ArrayRef]) -> Vec<ArrayRef> {
        self.args.iter().map(|arg| columns[*arg].clone()).collect()
    }

    /// The codes of the arguments that are read as such. A mask has been laid over `args`.
    pub(in crate::fold) fn codes(
        &self,
        encoded: &mut Encoded,
        args: &[ArrayRef],
        mask: Option<&BooleanArray>,
    ) -> Result<Vec<Codes>, ArrowError> {
        let encoders = self.groups.encoders().iter().enumerate();
        let codes = encoders.map(|(argument, encoder)| match encoder {
            None => Ok(Codes::none()),
            Some(encoder) if encoder.is_shared() => {
                let codes = encoded.codes(self.args[argument], encoder)?;
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
    pub(in crate::fold) fn mask(
        &self,
        columns: &[ArrayRef],
        args: &[ArrayRef],
        alone: bool,
    ) -> Result<Option<BooleanArray>, ArrowError> {
        if alone {
            return Ok(None);
        }
        let condition = self.filter.map(|column| columns[column].as_boolean());
        rows_that_count(args, self.groups.call().needs(), condition)
    }

    /// The columns that are these arguments of the call.
    pub(in crate::fold) fn columns(&self, args: &[usize]) -> Vec<usize> {
        args.iter().map(|arg| self.args[*arg]).collect()
    }
}

/// Lets calls that read the same column as the same codes do so together.
pub(in crate::fold) fn share_codes(calls: &mut [RunningCall]) {
    let mut known: Vec<(usize, SharedEncoder)> = vec![];
    for RunningCall { groups, args, .. } in calls {
        groups.share(|argument, own| {
            let column = args[argument];
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
