//! Names: what a type is called in SQL, and which name somebody may have meant.

pub(in crate::tables) mod closest;
pub(in crate::tables) mod sql_name;

pub(crate) use closest::closest;
pub(crate) use sql_name::sql_name;
