//! The adapters that make DataFusion functions of the declared KPIs. Only here is DataFusion known.
//!
//! - [`aggregate`]: the functions of each KPI.
//! - [`stored`]: those that go on with stored states, for all KPIs.
//! - [`judged`]: those that judge values, for all KPIs.
//! - `operator` is how aggregations of KPIs run, so that they are fast and can spill.
//! - [`catalog`] tells what the declarations know, as tables.
//! - [`kpi_columns`] finds the columns of a result that hold a KPI.
//! - [`options`] is what a session can SET.
//! - `keys` tells which arguments of a call tell things apart.
//! - [`remarks`] has what a query met in its data that its reader should know of.
//! - `parts` lays the STRUCT of `_parts` out, `words` has what the functions for all KPIs say of their arguments.

pub mod aggregate;
pub mod catalog;
pub mod judged;
#[cfg(feature = "session")]
pub(crate) mod keys;
pub mod kpi_columns;
pub(crate) mod operator;
pub mod options;
mod parts;
pub mod remarks;
pub mod stored;
mod words;
