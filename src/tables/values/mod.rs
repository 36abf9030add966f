//! What is proven about values: what a text looks like, whether it is of a type, and the words for one that is not.

pub(in crate::tables) mod class;
pub(in crate::tables) mod currencies;
pub(in crate::tables) mod day_text;
pub(in crate::tables) mod form;
pub(in crate::tables) mod looks;
pub(in crate::tables) mod misfit;
mod moment;
pub(in crate::tables) mod number_text;
pub(in crate::tables) mod typed;
pub(in crate::tables) mod types;
pub(in crate::tables) mod written;

pub(in crate::tables) use typed::{Bad, Nulls, flag, texts_of, typed};
