//! The vocabulary in which a KPI is declared.
//!
//! A KPI is **a fold per entity and a finish across entities**: `cross_sell_rate(customer, product)`
//! folds each customer's products to "more than one?" and finishes with the share of customers where
//! that holds. Everything here is plain data; `fold/` does the arithmetic, `engine/` makes DataFusion
//! aggregates of it. [`Fold`], [`RowFold`] and [`Finish`] are closed sets: a new variant makes the
//! compiler list every place that has to learn it.

mod arg;
mod family;
mod finish;
mod fold;
mod form;
mod knowledge;
mod kpi;
mod source;
mod unit;
mod unit_format;

pub use arg::{Arg, Kind};
pub use family::Family;
pub(crate) use finish::{Counted, MadeOf};
pub use finish::{Finish, Scatter, Sought, Total};
pub use fold::{Count, Fold, Grain, Outcome, RowFold, Scale};
pub use form::Form;
pub use knowledge::{Benchmark, Convention, Knowledge};
pub use kpi::{Example, Kpi};
pub use source::{Publication, Source};
pub use unit::{Direction, Unit};
#[cfg(feature = "session")]
pub(crate) use unit_format::in_thousands;
pub use unit_format::{UnitFormat, UnitText};
