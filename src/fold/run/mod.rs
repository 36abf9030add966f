//! The state behind a GROUP BY, and behind a window.

pub(in crate::fold) mod call_groups;
pub(in crate::fold) mod deferred;
pub mod frame;
pub mod groups;
pub(in crate::fold) mod partial;
pub(in crate::fold) mod running_call;
pub(in crate::fold) mod summaries;
