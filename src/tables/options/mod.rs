//! How files are to be read, and what messages call it.

mod encoding;
mod max_rejects;
mod of_table;
pub(in crate::tables) mod option_names;

pub use encoding::Encoding;
pub use max_rejects::MaxRejects;
pub use of_table::{LARGER_SAMPLE, Options, RAW_FILES};
pub use option_names::OptionNames;
