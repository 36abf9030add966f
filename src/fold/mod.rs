//! The arithmetic: how rows become outcomes, and outcomes a value. Arrow arrays come in and go out;
//! nothing here knows DataFusion, or a KPI by name.
//!
//! Each folder uses those above it:
//!
//! - [`facts`]: a call as data, the types of values, which rows count.
//! - [`keys`]: columns of any type as small numbers; entities and their ids.
//! - [`sum`]: what is counted and added up.
//! - `entity`: what is kept of each entity, by the folds of [`crate::define::Fold`].
//! - [`value`]: what groups amount to: values, parts, and summaries that others add up.
//! - `defer`: rows that wait, so that entities are folded region by region.
//! - [`run`]: all of it together, for GROUP BY and for windows.

pub mod defer;
mod entity;
pub mod facts;
pub mod keys;
pub mod run;
pub mod sum;
pub mod value;
