//! How files are to be read, and what messages call it.

mod character;
mod encoding;
mod max_rejects;
mod number_and_date;
mod of_table;
pub(in crate::tables) mod option_names;
mod read_functions;
mod read_option;
mod types_text;

pub(crate) use character::character;
#[cfg(feature = "cli")]
pub(crate) use character::delimiter;
pub use encoding::Encoding;
pub use max_rejects::MaxRejects;
pub use number_and_date::{date_format, decimal_separator};
pub use of_table::{LARGER_SAMPLE, Options, RAW_FILES};
pub use option_names::OptionNames;
pub(crate) use read_functions::{READ_FUNCTIONS, ReadFunction, ReadOptions};
pub(crate) use read_option::ReadValue;
pub(in crate::tables) use read_option::{READ_OPTIONS, ReadOption, Unfit};
pub(crate) use types_text::types as types_text;
