//! A session, and the way of a statement through it.

mod answer;
mod context;
mod explained;
mod plan;
mod planned;
mod rejects;
mod session;

pub use answer::{Answer, What};
pub use planned::Planned;
pub use session::Session;
