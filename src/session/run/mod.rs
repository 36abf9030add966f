//! A session, and the way of a statement through it.

mod analyzed;
mod answer;
mod check_parameters;
mod context;
mod explained;
mod only_reads;
mod plan;
mod planned;
mod rejects;
mod session;

pub use answer::{Answer, What};
pub use planned::Planned;
#[cfg(feature = "cli")]
pub(crate) use rejects::USUAL as USUAL_REJECTS;
pub use session::Session;
