//! `kpi-sql.toml`: settings of a folder and of a user, over which arguments and the environment take precedence.

mod entry;
mod file;
mod found;
mod in_force;
mod keys;
mod tables;

pub(super) use entry::Entry;
pub(super) use found::{Configuration, configuration};
pub(super) use in_force::{InForce, in_force, shown};
pub(super) use keys::KEYS;
pub(super) use tables::ConfigTable;
