//! Expressions of a plan: as SQL, side by side, and one after the other.

pub(in crate::session) mod noted;
pub(in crate::session) mod side;
pub(in crate::session) mod sql;
