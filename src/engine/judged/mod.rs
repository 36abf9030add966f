//! The functions that judge values.
//!
//! - [`judging_function`] is what the declaration of one says; [`list`] has them all, a file each: `change`, `decompose`, `vs_rest`, `adjust`,
//!   `target`, `guard`, `planned`, `p_chart` and `xmr_chart`.
//! - [`judging_scalar`] and [`judging_aggregate`] run them under DataFusion's traits; `gathered` keeps the rows of a group.
//! - `arguments`, `value_kind`, `segments`, `points` and `lists` are what several of them need.
//! - `shown_changes` has the changes that a query shows beside its result, for those who judge them.
//! - [`band`] judges by [`benchmarks`], which the user can add to with [`config`](super::config); `bound` has them in a plan.

mod adjust;
mod arguments;
pub mod band;
pub mod benchmarks;
mod bound;
pub mod change;
mod decompose;
mod gathered;
mod guard;
pub mod judging_aggregate;
pub mod judging_function;
pub mod judging_scalar;
pub mod list;
mod lists;
mod own_rows;
mod p_chart;
mod planned;
mod points;
mod refusal;
pub mod row;
mod segments;
#[cfg(feature = "cli")]
pub mod shown_changes;
pub mod target;
pub mod totals;
pub mod value_kind;
mod vs_rest;
mod xmr_chart;
