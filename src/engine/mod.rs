//! The adapters that make DataFusion functions of the declared KPIs.
//!
//! - [`aggregate`]: the functions of each KPI.
//! - [`stored`]: those that go on with stored states, for all KPIs.
//! - [`judged`]: those that judge values, for all KPIs.
//! - `operator` is how aggregations of KPIs run, so that they are fast and can spill.
//! - [`check`] refuses at planning what DataFusion would only notice while running.
//! - [`catalog`] tells what the declarations know, as tables.
//! - [`kpi_columns`] finds the columns of a result that hold a KPI.
//! - `column_source` tells what a column of a plan is made of.
//! - `column_roles` tells what each column is to somebody who draws it, and `time_columns` from which tables its times come.
//! - [`config`] is what a session can SET.
//! - `confidence` has what intervals are to cover as an argument, and `bind_confidence` puts it into the calls of a query.
//! - `keys` tells which arguments of a call tell things apart.
//! - [`remarks`] has what a query met in its data that its reader should know of.
//! - `parts_array` lays the STRUCT of `_parts` out, `call_docs` has what the functions for all KPIs say of their arguments.

pub mod aggregate;
pub mod bind_confidence;
mod call_docs;
pub mod catalog;
pub mod check;
#[cfg(feature = "session")]
pub(crate) mod column_roles;
mod column_source;
mod confidence;
pub mod config;
pub mod judged;
#[cfg(feature = "session")]
pub(crate) mod keys;
pub mod kpi_columns;
pub(crate) mod name_words;
pub(crate) mod operator;

pub(crate) mod parts_array;
// Without a session nobody reads remarks.
#[cfg_attr(not(feature = "session"), allow(dead_code))]
pub mod remarks;
pub mod stored;
#[cfg(feature = "cli")]
pub(crate) mod time_columns;
