//! What a session can SET.

use std::any::Any;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryLimit;

use crate::engine::rewrite::options::{Buckets, RewriteMode};
use crate::engine::rewrite::whole::rows_that_fit;

/// The options of this package.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct KpiOptions {
    /// `kpi.benchmarks`: a table or a CSV file with benchmarks of the user's own.
    pub benchmarks: Option<String>,
    /// `kpi.rewrite`: when aggregations of KPIs are split in two levels.
    pub rewrite: RewriteMode,
    /// `kpi.buckets`: into how many pieces.
    pub buckets: Buckets,
    /// `kpi.whole_rows`: up to how many rows there are no pieces.
    pub whole_rows: usize,
}

impl KpiOptions {
    /// The options of a session that has so much memory.
    pub fn for_memory(limit: &MemoryLimit) -> Self {
        KpiOptions {
            whole_rows: rows_that_fit(limit),
            ..KpiOptions::default()
        }
    }

    /// Follows a new limit, but for a value that was SET by hand.
    pub fn follow_memory(&mut self, before: &MemoryLimit, now: &MemoryLimit) {
        if self.whole_rows == rows_that_fit(before) {
            self.whole_rows = rows_that_fit(now);
        }
    }
}

/// The keys, each with what information_schema.df_settings says of it.
const BENCHMARKS: (&str, &str) = (
    "benchmarks",
    "A table or a CSV file with benchmarks of your own: columns kpi, band, low, high, and where you have them \
     industry, note, source, year. kpi_band and kpi_benchmarks() use them.",
);
const REWRITE: (&str, &str) = (
    "rewrite",
    "When aggregations of KPIs are split in two levels, so that they use all cores and can spill: auto (where it \
     wins), on (wherever it can be done) or off. The answers are the same.",
);
const BUCKETS: (&str, &str) = (
    "buckets",
    "Into how many buckets, up to 65536, a split aggregation spreads the entities of a group; 0 chooses. The more \
     there are, the smaller are the pieces that spill when memory runs out.",
);
const WHOLE_ROWS: (&str, &str) = (
    "whole_rows",
    "A split aggregation of a table that is known to have at most so many rows makes no buckets, unless kpi.buckets \
     is set: it is faster, but cannot spill piece by piece. It begins with the rows that the memory surely has room for.",
);

impl ConfigExtension for KpiOptions {
    const PREFIX: &'static str = "kpi";
}

/// Not by DataFusion's `extensions_options!`, whose entries have no prefix, so that SHOW does not find them.
impl ExtensionOptions for KpiOptions {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            key if key == BENCHMARKS.0 => self.benchmarks = Some(value.to_string()),
            key if key == REWRITE.0 => self.rewrite = value.parse()?,
            key if key == BUCKETS.0 => self.buckets = value.parse()?,
            key if key == WHOLE_ROWS.0 => {
                self.whole_rows = value.trim().parse().map_err(|_| {
                    DataFusionError::Configuration(format!(
                        "kpi.whole_rows must be a number of rows; got {value}. Example: SET kpi.whole_rows = 1000000"
                    ))
                })?;
            }
            _ => {
                return Err(DataFusionError::Configuration(format!(
                    "there is no option kpi.{key}; there are kpi.{}, kpi.{}, kpi.{} and kpi.{}",
                    BENCHMARKS.0, REWRITE.0, BUCKETS.0, WHOLE_ROWS.0
                )));
            }
        }
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let entry = |(key, description), value| ConfigEntry {
            key: format!("{}.{key}", Self::PREFIX),
            value,
            description,
        };
        vec![
            entry(BENCHMARKS, self.benchmarks.clone()),
            entry(REWRITE, Some(self.rewrite.to_string())),
            entry(BUCKETS, Some(self.buckets.to_string())),
            entry(WHOLE_ROWS, Some(self.whole_rows.to_string())),
        ]
    }
}
