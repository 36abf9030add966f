//! States that leave a query: what is known of some rows, as bytes that are stored, merged with others
//! and finished later, here or on another machine.
//!
//! `docs/state-format.md` describes the bytes for people who read them elsewhere. A state is laid out as
//! the partial state of an audited call ([`crate::fold::run::groups::Groups::state`]), with every argument in the
//! widest type of its kind: states of INT and BIGINT customers are of one sort, and so are those of
//! all kinds of texts.
//!
//! - `format` lays a state out, and takes it apart; [`State`] is one that was read.
//! - `header` says of which call a state is.
//! - `columns` writes and reads what was folded, `counts` refuses numbers that cannot be.
//! - [`Merged`] has the states of many groups, as they are merged.
//! - [`StateError`] is what is wrong with one.
//! - `bytes` takes numbers off a slice that may end too early.

mod bytes;
mod columns;
mod counts;
mod error;
mod format;
mod header;
mod merged;
mod read;

pub use error::StateError;
pub use format::Unwritten;
pub use header::portable_types;
pub use merged::Merged;
pub use read::State;
