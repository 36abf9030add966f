//! Which fold a declaration means.

use super::fold::EntityFold;
use super::{amounts, any, basket, dates, distinct, upgrade};
use crate::define::{Count, Fold, Scatter};
use crate::fold::facts::call::Call;

/// An empty state of a fold.
pub(in crate::fold) fn start(fold: &Fold, call: &Call) -> Box<dyn EntityFold> {
    use distinct::{Distinct, Judge, Several};
    match *fold {
        Fold::Exists => Box::new(any::Exists),
        Fold::Any(flag) => Box::new(any::Any::new(flag)),
        // Two is the common case, and needs one number per entity instead of a set. The caller's count
        // is not looked at here: a partial state must have the same layout whatever it is.
        Fold::DistinctAtLeast {
            item,
            count: Count::Fixed(2),
        } => Box::new(Several::new(item, [0, 0, 1])),
        Fold::DistinctUpToTwo(item) => Box::new(Several::new(item, [0, 1, 2])),
        Fold::DistinctAtLeast { item, count } => {
            Box::new(Distinct::new(item, Judge::AtLeast(call.count(count))))
        }
        Fold::DistinctCount(item) => Box::new(Distinct::new(item, Judge::Count)),
        Fold::DaysBetweenFirstAndLast(at) => Box::new(dates::FirstAndLast::new(at)),
        Fold::TimeToOutsideBasket { item, at } => {
            Box::new(basket::TimeToOutsideBasket::new(item, at))
        }
        Fold::RevenueOutsideBasket { item, at, amount } => Box::new(basket::Revenue::new(
            basket::TimeToOutsideBasket::new(item, at),
            amount,
            &call.arg_types[amount],
        )),
        Fold::Change { start, end } => Box::new(amounts::Amounts::new(&[start, end], call)),
        Fold::Upgrade { line, tier, at } => Box::new(upgrade::Upgrade::new(line, tier, at)),
    }
}

/// What the standard error of a form's value needs to know of each entity beyond the form's own folds.
pub(in crate::fold) fn evidence(call: &Call) -> Option<Box<dyn EntityFold>> {
    match call.form.finish.scatter() {
        Scatter::AmountPerEntity(amount) => Some(Box::new(amounts::Amounts::new(&[amount], call))),
        Scatter::ItemsPerEntity(item) => Some(Box::new(distinct::Distinct::new(
            item,
            distinct::Judge::Count,
        ))),
        Scatter::Nothing | Scatter::Outcomes { .. } => None,
    }
}
