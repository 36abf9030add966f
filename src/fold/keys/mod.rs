//! Columns of any type as small numbers: texts are interned, entities and groups have dense ids.

pub(in crate::fold) mod arguments;
pub mod coarser;
pub(in crate::fold) mod dense_range;
pub(in crate::fold) mod directory;
pub(in crate::fold) mod encoder;
pub(in crate::fold) mod interner;
pub mod lists;
pub(in crate::fold) mod open_table;
pub(in crate::fold) mod pair;
pub(in crate::fold) mod pair_table;
