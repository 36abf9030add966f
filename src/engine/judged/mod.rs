//! The functions that judge values: [`change`] by what they were before, [`band`] by [`benchmarks`], which the
//! user can add to with [`config`](super::config); `bound` has them in a plan.

pub mod band;
pub mod benchmarks;
mod bound;
pub mod change;
mod own_rows;
mod refusal;
mod row;
