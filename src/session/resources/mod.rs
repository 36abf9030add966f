//! What a session may use of the machine: memory, disk for what does not fit into it, threads.

pub(in crate::session) mod exhausted;
mod limits;
mod pool;
mod set;
mod shortage;
mod spill;

pub(in crate::session) use limits::Resources;
pub(in crate::session) use set::SetResource;
pub use spill::Folders;
