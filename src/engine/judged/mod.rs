//! The functions that judge values.
//!
//! - [`judging_function`] is what the declaration of one says; [`list`] has them all, a file each: `change`, `decompose`, `vs_rest`, `adjust`,
//!   `target`, `guard`, `planned`, `p_chart` and `xmr_chart`.
//! - [`judging_scalar`] and [`judging_aggregate`] run them under DataFusion's traits; `gathered` keeps the rows of a group.
//! - `value_kind`, `segments`, `points` and `lists` are what several of them need.
//! - [`band`] judges by [`benchmarks`], which the user can add to with [`config`](super::config); `bound` has them in a plan.

mod adjust;
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
pub mod target;
pub mod totals;
pub mod value_kind;
mod vs_rest;
mod xmr_chart;
