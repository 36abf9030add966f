//! COPY: what it writes appears whole or not at all, says what its name says, and can be read back.

pub(in crate::session) mod copies;
mod copy_names;
pub(in crate::session) mod copy_rows;
