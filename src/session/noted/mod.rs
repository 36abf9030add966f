//! What is right SQL and hardly what was meant: a note beside the answer.

pub(in crate::session) mod mixed;
pub(in crate::session) mod suspects;
pub(in crate::session) mod times;
