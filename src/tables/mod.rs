//! Opens a path as a table: one file, a folder or a glob of Parquet, CSV or JSON files.
//!
//! DataFusion reads the files; this module looks at them first, because DataFusion trusts what it is given:
//! it unites CSV files by position even when their headers differ, takes the types of a CSV column from its
//! first thousand rows, and skips files that lie beside its partition folders without a word.
//! Everything found here is said with the name of the file and with a way out.
//!
//! `find` and `walk` go from a path to its files, `lake` refuses those of table formats, `format` and `sniff` tell what
//! they are, `csv`, `json` and `parquet` look into them, `drift` unites what they found, `partitions` reads the names of
//! folders, and `files` is the table.
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

mod adapt;
mod braces;
mod chunks;
mod columns;
mod csv;
pub(crate) mod damage;
mod drift;
pub(crate) mod external;
mod external_files;
mod external_parquet;
mod files;
mod find;
mod format;
pub(crate) mod guessed;
mod inspect;
mod int96;
mod json;
mod json_records;
mod json_types;
mod keys;
mod kind;
mod lake;
mod location;
mod misfit;
mod moment;
mod open;
mod option_names;
mod options;
mod ordering;
mod parquet;
mod partitions;
mod promote;
mod proof;
mod shape;
mod sniff;
mod sql_name;
mod stamp;
mod statistics;
mod text_columns;
mod types;
mod urls;
mod values;
mod walk;

pub use find::looks_like_a_path;
pub(crate) use find::{closest, is_of_a_table};
pub(crate) use format::{Ending, ending};
pub use kind::EXTENSIONS;
pub(crate) use lake::check_target;
pub(crate) use location::{External, check_external};
pub use option_names::OptionNames;
pub(crate) use partitions::NULL as NULL_PARTITION;

pub use open::{Opened, open};
pub(crate) use open::{check, check_location, notes_of_texts, open_with};
pub use options::{LARGER_SAMPLE, Options, RAW_FILES};
pub(crate) use sql_name::sql_name;
pub(crate) use stamp::{Stamp, stamp};
