//! The adapters that make DataFusion functions of the declared KPIs. Only here is DataFusion known.
//!
//! - [`aggregate`]: the functions of each KPI.
//! - [`stored`]: those that go on with stored states, for all KPIs.
//! - [`judged`]: those that judge values, for all KPIs.
//! - [`catalog`] tells what the declarations know, as tables.
//! - `parts` lays the STRUCT of `_parts` out, `words` has what the functions for all KPIs say of their arguments.

pub mod aggregate;
pub mod catalog;
pub mod judged;
mod parts;
pub mod stored;
mod words;
