//! The arguments of a call that are read as codes: which, and by what encoder.

use std::sync::{RwLockReadGuard, RwLockWriteGuard};

use datafusion::arrow::error::ArrowError;

use super::encoder::{Encoder, SharedEncoder};
use crate::define::{Count, Fold, Grain, Kind};
use crate::fold::facts::call::{Items, UnboundCall};

/// The encoders of a form's arguments; `None` for those that are not turned into codes.
pub(in crate::fold) type Encoders = [Option<SharedEncoder>];

/// The encoder of an argument that a fold reads.
pub(in crate::fold) fn encoder(
    encoders: &Encoders,
    argument: usize,
) -> RwLockReadGuard<'_, Encoder> {
    encoders[argument]
        .as_ref()
        .expect("a fold's arguments are encoded")
        .read()
}

/// The same, to encode a partial state with.
pub(in crate::fold) fn encoder_mut(
    encoders: &Encoders,
    argument: usize,
) -> RwLockWriteGuard<'_, Encoder> {
    encoders[argument]
        .as_ref()
        .expect("a fold's arguments are encoded")
        .write()
}

/// The encoders of the arguments that a fold reads as codes; those that name the entities are not among them.
pub(in crate::fold) fn encoders(
    call: &UnboundCall,
) -> Result<Vec<Option<SharedEncoder>>, ArrowError> {
    let args = call.form.args.iter().enumerate();
    args.zip(&call.arg_types)
        .map(|((position, arg), data_type)| {
            let encoder = match arg.kind {
                _ if is_elsewhere(call, position) => return Ok(None),
                Kind::Item if is_dense(call, position) => Encoder::dense(data_type)?,
                Kind::Item | Kind::Flag | Kind::Time | Kind::Tier => Encoder::ordered(data_type)?,
                Kind::Date => Encoder::dates()?,
                Kind::Entity | Kind::Amount | Kind::Score | Kind::AtLeast | Kind::Years => {
                    return Ok(None);
                }
            };
            Ok(Some(encoder.into()))
        })
        .collect()
}

/// Whether nothing reads this argument, because another call does.
fn is_elsewhere(call: &UnboundCall, argument: usize) -> bool {
    call.items == Items::Elsewhere
        && !call.variant.is_audited()
        && call.divides_items() == Some(argument)
}

/// Whether the codes of this argument must be dense: every item is kept for each entity, or counted beside them.
fn is_dense(call: &UnboundCall, argument: usize) -> bool {
    let Grain::Entity { folds, .. } = call.form.grain else {
        return false;
    };
    let counts_all = call.divides_items().is_some();
    counts_all
        || folds.iter().any(|fold| match *fold {
            // Two are told apart by one code.
            Fold::DistinctAtLeast {
                count: Count::Fixed(2),
                ..
            }
            | Fold::DistinctUpToTwo(_) => false,
            Fold::DistinctAtLeast { item, .. }
            | Fold::DistinctCount(item)
            | Fold::TimeToOutsideBasket { item, .. }
            | Fold::RevenueOutsideBasket { item, .. } => item == argument,
            Fold::Upgrade { line, .. } => line == Some(argument),
            Fold::Exists
            | Fold::Any(_)
            | Fold::DaysBetweenFirstAndLast(_)
            | Fold::Change { .. } => false,
        })
}
