//! The functions that go on with states that were stored: [`merge`] makes one of several, [`finish`] makes
//! values of them.

pub mod finish;
pub mod merge;
