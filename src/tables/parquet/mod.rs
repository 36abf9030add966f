//! Parquet files: whether they are any, whether they are whole, and which columns they have.

mod chunks;
mod codec;
pub(crate) mod damage;
mod inspect;
mod int96;

pub(in crate::tables) use codec::codec;
pub(in crate::tables) use inspect::{check, inspect, is_sorted, statistics};
