//! What is refused before a plan runs: what DataFusion would leave out, read as something else, or cut.
//!
//! `ignored`, `dates` and `named` look at the statement, the others at its plan.

pub(in crate::session) mod config_values;
pub(in crate::session) mod dates;
pub(in crate::session) mod guessed;
pub(in crate::session) mod ignored;
pub(in crate::session) mod named;
pub(in crate::session) mod narrowed;
pub(in crate::session) mod natural;
pub(in crate::session) mod numbers_as_times;
pub(in crate::session) mod read_only;
