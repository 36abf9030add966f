//! The words for errors: DataFusion's own, with the cause first and what to write instead.
//!
//! `messages` takes the layers off an error, `phrases` knows those that always read the same, `dialects` what people bring from other
//! engines, and `causes` finds in the statement what an error is about.

pub(in crate::session) mod causes;
pub(in crate::session) mod dialects;
pub mod messages;
mod phrases;
mod same_name;
