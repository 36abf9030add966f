//! How files are looked at.

use std::sync::Arc;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::walker::CsvDialect;
use crate::tables::options::{OptionNames, Options};
use crate::tables::values::Nulls;

/// Names of columns.
pub(in crate::tables) type GuessedColumns = Arc<[String]>;

/// How files are looked at.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Looking {
    pub dialect: CsvDialect,
    pub compression: FileCompressionType,
    pub nulls: Nulls,
    pub option_names: OptionNames,
}

impl Looking {
    pub fn new(compression: FileCompressionType, options: &Options) -> Result<Self> {
        let dialect = CsvDialect {
            delimiter: options.delimiter.unwrap_or(b','),
            quote: options.quote,
            escape: options.escape,
            comment: options.comment,
            newlines_in_values: options.newlines_in_values,
        };
        Ok(Self {
            dialect,
            compression,
            nulls: Nulls::new(options)?,
            option_names: options.option_names,
        })
    }
}
