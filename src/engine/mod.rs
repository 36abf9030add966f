//! The adapters that make DataFusion aggregates of the declared KPIs. Only here is DataFusion known.
//!
//! - [`signature`] finds the form that a call means, or words that say what was wrong with it.
//! - [`udaf`] is the one aggregate function that stands for every KPI.
//! - `function` is one of a KPI's functions: for its value, its parts or its state.
//! - `parts` lays the STRUCT of `_parts` out.
//! - `groups_accumulator`, `accumulator` and `sliding_accumulator` run `fold/` under DataFusion's traits.
//! - [`merge`] and [`finish`] go on with states that were stored.
//! - [`change`] and [`band`] judge values, the latter by [`benchmarks`] and [`options`].
//! - [`catalog`] tells what the declarations know, as tables.
//! - [`check`] refuses at planning what DataFusion would only notice while running.

mod accumulator;
pub mod band;
pub mod benchmarks;
pub mod catalog;
pub mod change;
pub mod check;
pub mod finish;
pub mod function;
mod groups_accumulator;
pub mod merge;
pub mod options;
mod parts;
pub mod signature;
mod sliding_accumulator;
pub mod udaf;
mod words;
