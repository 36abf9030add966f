//! Which fold a declaration means.

use datafusion::arrow::datatypes::DataType;

use super::fold::EntityFold;
use super::{amounts, any, basket, dates, distinct, upgrade};
use crate::define::{Count, Fold, Scatter};
use crate::fold::facts::call::{Call, UnboundCall};
use crate::fold::keys::arguments::Encoders;

/// An empty state of a fold, as far as it does not depend on a value that the caller writes.
enum Start {
    /// It does not.
    Ready(Box<dyn EntityFold>),
    /// Items are counted, up to a number that the call may give.
    Counting { item: usize, count: Count },
}

impl Start {
    fn of(fold: &Fold, call: &UnboundCall) -> Self {
        use distinct::{DistinctItems, Judge, Several};
        Start::Ready(match *fold {
            Fold::Exists => Box::new(any::ExistsFold),
            Fold::Any(flag) => Box::new(any::Any::new(flag)),
            // Two is the common case, and needs one number per entity instead of a set. The caller's count
            // is not looked at here: a partial state must have the same layout whatever it is.
            Fold::DistinctAtLeast {
                item,
                count: Count::Fixed(2),
            } => Box::new(Several::new(item, [0, 0, 1])),
            Fold::DistinctUpToTwo(item) => Box::new(Several::new(item, [0, 1, 2])),
            Fold::DistinctAtLeast { item, count } => return Start::Counting { item, count },
            Fold::DistinctCount(item) => Box::new(DistinctItems::new(item, Judge::Count)),
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
        })
    }
}

/// An empty state of a fold.
pub(in crate::fold) fn start(fold: &Fold, call: &Call) -> Box<dyn EntityFold> {
    match Start::of(fold, call) {
        Start::Ready(fold) => fold,
        Start::Counting { item, count } => {
            let judge = distinct::Judge::AtLeast(call.count(count));
            Box::new(distinct::DistinctItems::new(item, judge))
        }
    }
}

/// Names and element types of what a state has of the entities of a call: of its folds, and of what its standard error needs.
pub(in crate::fold) fn state_types(
    folds: &[Fold],
    call: &UnboundCall,
    encoders: &Encoders,
) -> Vec<(&'static str, DataType)> {
    let of_folds = folds.iter().map(|fold| match Start::of(fold, call) {
        Start::Ready(fold) => fold.state_types(encoders),
        Start::Counting { item, .. } => distinct::state_types(item, encoders),
    });
    let evidence = evidence(call).into_iter();
    let of_evidence = evidence.map(|fold| fold.state_types(encoders));
    of_folds.chain(of_evidence).flatten().collect()
}

/// What the standard error of a form's value needs to know of each entity beyond the form's own folds.
pub(in crate::fold) fn evidence(call: &UnboundCall) -> Option<Box<dyn EntityFold>> {
    if !call.variant.is_audited() {
        return None;
    }
    match call.form.finish.scatter() {
        Scatter::AmountPerEntity(amount) => Some(Box::new(amounts::Amounts::new(&[amount], call))),
        Scatter::ItemsPerEntity(item) => Some(Box::new(distinct::DistinctItems::new(
            item,
            distinct::Judge::Count,
        ))),
        Scatter::Nothing | Scatter::Outcomes { .. } => None,
    }
}
