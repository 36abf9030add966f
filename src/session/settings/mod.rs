//! What a session can be told when it is made, and what messages call it.

pub(in crate::session) mod face;
mod machine;
mod of_session;
pub mod sizes;
pub(in crate::session) mod table_options;

pub use face::Face;
pub use of_session::{Data, Settings};
pub use table_options::{FileOption, TableOptions};
