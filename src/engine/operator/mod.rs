//! The operator: an aggregation of KPIs in two nodes of our own, in the place of DataFusion's.
//!
//! ```text
//! KpiFinishExec: gby=[segment]                          merges by the keys, and gives the values
//!   RepartitionExec: Hash([segment])
//!     KpiFoldExec: shape=by entity [customer], gby=[segment]  folds each customer's rows, and gives a line per group
//!       RepartitionExec: Hash([customer])
//! ```
//!
//! All rows of an entity are in one partition, so what is found of them is final, and a few numbers for each group go on.
//! Sets of keys are not folded again: the entities of coarser sets are made of those of the finest. Several kinds of
//! entities in one SELECT have their rows sent once for each. Aggregates of others ride along in their own accumulators.
//!
//! - [`rule`] puts it there; [`choose`] has what it leaves alone, and [`fallback_exec`] says so in EXPLAIN.
//! - `aggregation` is what is computed, as plain data, and `shape` how its rows are to come; `colocated` knows of entities
//!   that have been brought together by a join.
//! - [`fold_exec`] and [`finish_exec`] are the nodes, `partition` and `finish` what they keep, `spillable` how they keep to
//!   their memory, [`expand_exec`] what sends rows to several.
//! - `sent` is what others are sent of our nodes, and `received` makes nodes of it.
//! - `bundles` are calls that share their entities, `keys` the groups, `other` the aggregates beside KPIs, and `distinct`
//!   counts distinct values as entities.

mod aggregation;
mod bundles;
pub mod choose;
mod colocated;
mod compact;
mod distinct;
pub mod expand_exec;
pub mod fallback_exec;
mod final_batches;
pub mod finish_exec;
mod finish_partition;
pub mod fold_exec;
mod fold_partition;
mod install;
mod keys;
mod memory_metrics;
mod other;
#[cfg(feature = "proto")]
pub mod received;
pub mod rule;
#[cfg(feature = "proto")]
pub mod sent;
mod shape;
mod spill;
mod spillable;
mod temp_file;

pub use install::install;
