//! Names: what a type is called in SQL, which name somebody may have meant, and files in a sentence.

pub(in crate::tables) mod closest;
mod some_files;
pub(in crate::tables) mod sql_name;

pub(crate) use closest::closest;
pub(in crate::tables) use some_files::some_files;
pub(crate) use sql_name::sql_name;
