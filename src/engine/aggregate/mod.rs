//! The aggregate functions of the KPIs: for the value, the parts and the state of each.
//!
//! - [`function`] is one of a KPI's functions.
//! - [`udaf`] is the one aggregate that stands for all of them.
//! - [`signature`] finds the form that a call means, or words that say what was wrong with it.
//! - `groups_accumulator`, `accumulator` and `sliding_accumulator` run `fold/` under DataFusion's traits.
//! - [`check`] refuses at planning what DataFusion would only notice while running.

mod accumulator;
pub mod check;
pub mod function;
mod groups_accumulator;
pub mod signature;
mod sliding_accumulator;
pub mod udaf;
