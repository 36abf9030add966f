//! Plans whose values DataFusion would get wrong without a word: they are rewritten, or end in an error.

pub(in crate::session) mod arithmetic;
pub(in crate::session) mod coerced;
pub(in crate::session) mod days;
mod lengths;
pub(in crate::session) mod sums;
pub(in crate::session) mod zones;
