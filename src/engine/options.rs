//! What a session can SET.

use std::any::Any;
use std::sync::Arc;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::execution::runtime_env::RuntimeEnv;

use crate::engine::rewrite::options::{Buckets, RewriteMode};
use crate::engine::rewrite::overflow::overflow;
use crate::engine::rewrite::whole::rows_that_fit;
use crate::fold::Overflow;

/// With less memory than this a query is likely to spill.
pub const LITTLE_MEMORY: usize = 4 << 30;

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
    /// The memory of a session, if it has a limit.
    memory: Option<usize>,
    /// Where a session spills to.
    disk: Option<Arc<DiskManager>>,
}

impl KpiOptions {
    /// The options of a session with such a runtime.
    pub fn of(runtime: &RuntimeEnv) -> Self {
        let mut options = KpiOptions::default();
        options.follow(runtime);
        options.whole_rows = rows_that_fit(options.memory);
        options
    }

    /// Follows a session to another runtime, but for values that were SET by hand.
    pub fn follow(&mut self, runtime: &RuntimeEnv) {
        let follows = self.whole_rows == rows_that_fit(self.memory);
        self.memory = match runtime.memory_pool.memory_limit() {
            MemoryLimit::Finite(bytes) => Some(bytes),
            _ => None,
        };
        self.disk = Some(runtime.disk_manager.clone());
        if follows {
            self.whole_rows = rows_that_fit(self.memory);
        }
    }

    /// Whether a query is likely to spill.
    pub fn has_little_memory(&self) -> bool {
        self.memory.is_some_and(|memory| memory < LITTLE_MEMORY)
    }

    /// What the rows of so many partitions have beside memory; `None` if these are to stay in memory.
    pub fn overflow(&self, partitions: usize) -> Option<Overflow> {
        overflow(self.memory?, partitions, self.disk.as_ref()?)
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
    "Into how many buckets, up to 65536, a split aggregation spreads the entities of a group; 0 chooses, or does without. \
     The more there are, the smaller are the pieces that spill when memory runs out.",
);
const WHOLE_ROWS: (&str, &str) = (
    "whole_rows",
    "A split aggregation of a table that is known to have at most so many rows keeps all customers in memory, unless \
     kpi.buckets is set. Of larger ones, rows wait on the disk where they can; with 0 there are buckets in any case. It \
     begins with the rows that the memory surely has room for.",
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
