//! KPIs of cross-selling, upselling and customer value as SQL aggregates for Apache DataFusion.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> datafusion::error::Result<()> {
//! use datafusion::prelude::SessionContext;
//!
//! let ctx = SessionContext::new();
//! kpi_sql::register(&ctx)?;
//!
//! let answer = ctx
//!     .sql(
//!         "SELECT segment, cross_sell_rate(customer, product) AS rate
//!          FROM (VALUES ('SMB', 'c1', 'CRM'), ('SMB', 'c1', 'Chat'), ('SMB', 'c2', 'CRM'))
//!               AS orders(segment, customer, product)
//!          GROUP BY segment",
//!     )
//!     .await?
//!     .to_string()
//!     .await?;
//! assert!(answer.contains("| SMB     | 50.0 |"), "{answer}");
//! # Ok(())
//! # }
//! ```
//!
//! A program that builds its sessions itself, such as a server that gives one to each of its users, adds the same with
//! [`SessionStateBuilderExt::with_kpis`].
//!
//! # Features
//!
//! Without any, the crate has the functions and their rules, and asks nothing of DataFusion that they do not need.
//!
//! - `session`: [`session`] and [`tables`], for programs whose users type SQL: tables by path, limits of memory and disk,
//!   errors in words. It switches on SQL, Parquet, compression and the function packages of DataFusion.
//! - `cli`, the default: the `kpi-sql` program, which is a face over `session`.
//!
//! # Versions
//!
//! The public API has DataFusion's types in it, so a new minor version of this crate is needed for each of its versions.
//! What is public is listed in `docs/public-api.txt`, and a test compares: a change that breaks a caller is seen before it is made.
//! Before 1.0 such a change raises the minor version, anything else the patch.
//!
//! # Folders
//!
//! What may use what:
//!
//! - [`define`]: the vocabulary in which a KPI is declared. Uses nothing.
//! - [`kpi`]: the declarations, one file per KPI. Uses `define`.
//! - [`fold`]: the arithmetic on arrow arrays. Uses `define` and `statistics`.
//! - [`state`]: what was folded as bytes, to be stored and merged later. Uses all of these.
//! - [`engine`]: the adapters to DataFusion. Uses all of these, and no KPI by name.
//! - `tables`: from a path to a table, behind the feature `session`.
//! - `session`: what a person who types SQL needs, behind the same feature. Uses `tables`, and `engine` through
//!   [`register`].
//! - `cli`: the `kpi-sql` program, behind the feature `cli`. Uses `session` alone.

#[cfg(feature = "cli")]
pub mod cli;
pub mod define;
mod embedding;
pub mod engine;
mod export_texts;
pub mod fold;
mod install;
pub mod kpi;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "session")]
mod session_support;
pub mod state;
mod statistics;
#[cfg(feature = "session")]
pub mod tables;

pub use embedding::SessionStateBuilderExt;
pub use install::{functions, register, scalar_functions};
