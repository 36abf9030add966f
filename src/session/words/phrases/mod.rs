//! Messages of DataFusion that say what is wrong, and not what to do about it.

mod rephrase;
mod table;
#[cfg(test)]
mod tests;

pub(in crate::session::words) use rephrase::{rephrased, twice};
