//! What groups amount to.

pub(in crate::fold) mod dispersion;
pub(in crate::fold) mod entities_of;
pub(in crate::fold) mod evidence;
pub(in crate::fold) mod finish;
pub(in crate::fold) mod measured;
pub mod mix;
pub mod parts;
pub(in crate::fold) mod scan;
pub mod summary;
