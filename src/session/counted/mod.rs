//! What a query counts while it runs, because only its rows can tell.

pub(in crate::session) mod not_in;
pub(in crate::session) mod row_counts;
pub(in crate::session) mod unnested;
