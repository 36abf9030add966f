//! Opens a path as a table: one file, a folder or a glob of Parquet, CSV or JSON files.
//!
//! DataFusion reads the files; this module looks at them first, because DataFusion trusts what it is given:
//! it unites CSV files by position even when their headers differ, takes the types of a CSV column from its
//! first thousand rows, and skips files that lie beside its partition folders without a word.
//! Everything found here is said with the name of the file and with a way out.
//!
//! `paths` goes from a path to its files and refuses those of table formats, `formats` tells what they are, `csv`, `json` and
//! `parquet` look into them, `values` proves types, `united` unites what they found, `opened` is the table, and `external` the same for
//! CREATE EXTERNAL TABLE.
//!
//! ```no_run
//! # async fn example() -> datafusion::error::Result<()> {
//! use datafusion::prelude::SessionContext;
//! use kpi_sql::tables::{self, Options};
//!
//! let ctx = SessionContext::new();
//! let orders = tables::open(&ctx, "exports/orders/*.csv", &Options::default()).await?;
//! ctx.register_table("orders", orders.provider)?;
//! # Ok(())
//! # }
//! ```

mod archive;
mod arrow_ipc;
mod csv;
mod external;
mod formats;
mod json;
mod opened;
mod options;
mod parquet;
mod paths;
mod scan;
mod side_by_side;
mod storage;
mod united;
mod values;
mod words;
mod workbook;

pub(crate) use csv::{LateNotes, NumberTexts, Reject};
pub(crate) use external::location::{External, check_external};
pub(crate) use external::{ExternalNotes, register_external};
pub(crate) use formats::format::{Ending, ending};
pub use formats::kind::{EXTENSIONS, FileKind};
pub(crate) use formats::sniff::begins_as;
pub(crate) use opened::guessed;
pub(crate) use opened::layout::TableLayout;
pub use opened::open::{Opened, open};
pub(crate) use opened::open::{check, check_location, notes_of_texts, open_with};
pub(crate) use options::character;
#[cfg(feature = "cli")]
pub(crate) use options::delimiter;
#[cfg(feature = "cli")]
pub(crate) use options::types_text;
pub use options::{
    Encoding, LARGER_SAMPLE, MaxRejects, OptionNames, Options, RAW_FILES, date_format,
    decimal_separator,
};
pub(crate) use options::{READ_FUNCTIONS, ReadFunction, ReadOptions, ReadValue};
pub(crate) use parquet::damage;
pub use paths::find::looks_like_a_path;
pub(crate) use paths::find::{is_of_a_table, may_be_written};
pub(crate) use paths::lake::check_target;
pub(crate) use paths::partitions::NULL as NULL_PARTITION;
pub(crate) use paths::stamp::{Stamp, stamp};
pub(crate) use scan::BYTES_READ;
pub use storage::{Elsewhere, StorageOptions};
pub(crate) use storage::{FilePath, StorageWatch, Stores, is_address, without_queries};
pub(crate) use values::currencies::CODES as CURRENCY_CODES;
pub(crate) use values::form::{TextForm, form_of};
pub(crate) use values::typed::flag;
pub(crate) use values::types::data_type;
pub(crate) use words::{closest, sql_name};
