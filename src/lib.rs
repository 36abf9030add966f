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
//! ```toml
//! [dependencies]
//! datafusion = "55.2"
//! kpi-sql = { version = "0.1", default-features = false }
//! ```
//!
//! The functions for the DataFrame API are in [`expr_fn`].
//!
//! A plan that is sent elsewhere, logical or physical, has the functions by their names, with all that they need in their arguments: the
//! other side registers them with [`register`] or [`functions`]. A physical plan has nodes of this crate as well, which the codec in
//! `kpi_sql::proto` writes as bytes and reads; with `SET kpi.operator = 'off'` it has DataFusion's own nodes alone.
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
//! - `proto`: `kpi_sql::proto`, physical plans as bytes, for programs that have others run them.
//!
//! # Versions
//!
//! The public API has DataFusion's types in it, so a new minor version of this crate is needed for each of its versions.
//! What is public is listed in `docs/public-api.txt`, and a test compares: a change that breaks a caller is seen before it is made.
//! Before 1.0 such a change raises the minor version, anything else the patch.
//!
//! # Inside
//!
//! `docs/architecture.md` says what is in which room, and what may use what. The feature `internals` shows the rooms to the tests and
//! benchmarks of this crate; nothing in them is kept as it is.

#[cfg(feature = "session")]
#[doc(hidden)]
pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod define;
mod embedding;
#[cfg(not(feature = "internals"))]
mod engine;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod engine;
mod export_texts;
pub mod expr_fn;
#[cfg(not(feature = "internals"))]
mod fold;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod fold;
mod install;
pub mod kpi;
#[cfg(feature = "proto")]
pub mod proto;
#[cfg(feature = "session")]
#[doc(hidden)]
pub mod report;
#[cfg(feature = "cli")]
mod report_support;
#[cfg(feature = "session")]
pub mod session;
#[cfg(feature = "session")]
mod session_support;
#[cfg(not(feature = "internals"))]
mod state;
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod state;
mod statistics;
#[cfg(feature = "session")]
pub mod tables;

pub use embedding::SessionStateBuilderExt;
pub use engine::config::{KpiOptions, Operator};
pub use engine::kpi_columns::{kpi_columns, unit_formats};
pub use install::{functions, register, scalar_functions};
pub use statistics::Confidence;
