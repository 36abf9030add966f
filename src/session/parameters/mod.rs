//! Values of the `$name`s in statements: given as values or as text, named beside statements, read by the type that is wanted, and bound.

mod bound;
mod comments;
mod parameter;
mod read;
mod spans;
mod wanted;

pub(in crate::session) use bound::bound;
pub(in crate::session) use comments::defaults;
pub use parameter::{Parameter, ParameterValue};
pub(in crate::session) use read::read;
pub(in crate::session) use spans::say_spans;
pub(in crate::session) use wanted::wanted;
