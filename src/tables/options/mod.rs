//! How files are to be read, and what messages call it.

mod number_and_date;
mod of_table;
pub(in crate::tables) mod option_names;

pub use number_and_date::{date_format, decimal_separator};
pub use of_table::{LARGER_SAMPLE, Options, RAW_FILES};
pub use option_names::OptionNames;
