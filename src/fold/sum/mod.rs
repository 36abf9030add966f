//! What is counted and added up.

pub(in crate::fold) mod audit;
pub mod change;
pub(in crate::fold) mod floats;
pub(in crate::fold) mod moments;
pub mod money;
pub(in crate::fold) mod rows;
pub(in crate::fold) mod tally;
pub(in crate::fold) mod totals;
