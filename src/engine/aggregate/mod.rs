//! The aggregate functions of the KPIs: for the value, the parts and the state of each.
//!
//! - [`function`] is one of a KPI's functions.
//! - [`udaf`] is the one aggregate that stands for all of them.
//! - [`signature`] finds the form that a call means, or words that say what was wrong with it; `advice` has calls that work.
//! - `names` are those of the columns, and `given` counts what a window is given.
//! - [`accumulate`] is what runs under DataFusion's traits, in [`accumulator`] and [`groups_accumulator`];
//!   `looked` looks at the arguments on their way in, `kpi_groups` runs one call of a KPI so, and `sliding_accumulator` runs it where rows leave again.
//! - `literal` is the argument that must be written out, `refusal` has what stands inside a call and is not taken.

pub mod accumulate;
pub mod accumulator;
pub(crate) mod advice;
pub mod function;
pub(super) mod given;
pub mod groups_accumulator;
pub mod kpi_groups;
pub mod literal;
mod looked;
pub(super) mod names;
pub(super) mod refusal;
pub mod signature;
mod sliding_accumulator;
pub mod udaf;
