//! What is kept of each entity: the trait, and the folds of [`Fold`](crate::define::Fold), each in a file.
//!
//! - `any` has flags, `distinct` items that are told apart, `dates` first and last dates, `amounts` sums, `upgrade` tiers,
//!   `basket` what is outside an initial basket.
//! - `cells` keeps several of something for each entity, such as products.
//! - `fold` is the trait, `start` chooses; `entities` runs the folds of one call.

pub(in crate::fold) mod amounts;
mod any;
pub(in crate::fold) mod basket;
pub(in crate::fold) mod cells;
pub(in crate::fold) mod dates;
pub(in crate::fold) mod distinct;
pub(in crate::fold) mod entities;
mod fold;
mod start;
mod upgrade;
