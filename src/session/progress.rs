//! How far a statement is: what its scans have read, of what they will read.
//!
//! Scans are the leaves of a plan. They count rows while it runs; how many there will be is known of Parquet files and of tables
//! in memory. Of other files it is known how many bytes they have, and how many were read. Scans weigh as much as their bytes.

use std::sync::Arc;

use datafusion::common::stats::Precision;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfig, JsonSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::{ExecutionPlan, metrics::MetricsSet};
use parking_lot::Mutex;

use crate::tables::{BYTES_READ, Elsewhere, StorageWatch};

/// What a file weighs at least: to open it takes time as well.
const LEAST_BYTES: u64 = 1 << 12;

/// How far a statement is.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reached {
    /// How many rows were read from tables.
    pub rows: usize,
    /// How much of the tables was read, from 0 to 1; `None` where nobody knows how much there is. It never falls.
    pub share: Option<f64>,
    /// What is done on servers before there are rows, if anything.
    pub elsewhere: Option<Elsewhere>,
}

/// Looks at a statement while it runs, from wherever there is time for it.
#[derive(Debug, Clone, Default)]
pub struct ProgressWatch {
    scans: Arc<Mutex<WatchedScans>>,
    servers: Arc<StorageWatch>,
}

#[derive(Debug, Default)]
struct WatchedScans {
    scans: Vec<WatchedScan>,
    /// The most that was seen: a scan may begin anew.
    most: Reached,
}

impl ProgressWatch {
    /// Watches a session that plans a statement, and so has no scans.
    pub(in crate::session) fn of_planning(servers: &Arc<StorageWatch>) -> Self {
        Self {
            scans: Arc::default(),
            servers: Arc::clone(servers),
        }
    }

    /// Watches a plan that is about to run.
    pub(in crate::session) fn begin(&self, plan: &Arc<dyn ExecutionPlan>) {
        let mut scans = vec![];
        add_scans(plan, &mut scans);
        *self.scans.lock() = WatchedScans {
            scans,
            most: Reached::default(),
        };
    }

    /// How far it is.
    pub fn reached(&self) -> Reached {
        let mut watched = self.scans.lock();
        let now = reached(&watched.scans);
        let most = watched.most;
        watched.most = Reached {
            rows: now.rows.max(most.rows),
            share: now.share.map(|share| share.max(most.share.unwrap_or(0.0))),
            elsewhere: self.servers.now(),
        };
        watched.most
    }
}

fn reached(scans: &[WatchedScan]) -> Reached {
    let seen: Vec<_> = scans.iter().map(WatchedScan::seen).collect();
    let weight: u64 = scans.iter().map(|scan| scan.bytes).sum();
    let shares = scans.iter().zip(&seen);
    let shares = shares.map(|(scan, (_, share))| Some((*share)? * scan.bytes as f64));
    let read: Option<f64> = shares.sum();
    Reached {
        rows: seen.iter().map(|(rows, _)| rows).sum(),
        share: read.filter(|_| weight > 0).map(|read| read / weight as f64),
        elsewhere: None,
    }
}

/// A scan, and what it will have read in the end.
#[derive(Debug)]
struct WatchedScan {
    plan: Arc<dyn ExecutionPlan>,
    /// What it weighs.
    bytes: u64,
    rows: Option<usize>,
    files: usize,
    counts_bytes: bool,
}

impl WatchedScan {
    fn new(plan: &Arc<dyn ExecutionPlan>) -> Self {
        let statistics = StatisticsContext::new().compute(plan.as_ref(), &StatisticsArgs::new());
        let statistics = statistics.ok();
        let exact = |of: &Precision<usize>| match of {
            Precision::Exact(value) => Some(*value),
            Precision::Inexact(_) | Precision::Absent => None,
        };
        let rows = statistics.as_ref().and_then(|known| exact(&known.num_rows));
        let in_memory = statistics.and_then(|known| known.total_byte_size.get_value().copied());
        let source = plan.downcast_ref::<DataSourceExec>();
        let config =
            source.and_then(|source| source.data_source().downcast_ref::<FileScanConfig>());
        let files = config.map_or(0, |config| {
            config.file_groups.iter().map(FileGroup::len).sum()
        });
        let bytes = config.map(|config| {
            let files = config.file_groups.iter().flat_map(FileGroup::iter);
            files
                .map(|file| file.effective_size().max(LEAST_BYTES))
                .sum()
        });
        let in_memory = in_memory.map(|bytes| (bytes as u64).max(LEAST_BYTES));
        Self {
            plan: Arc::clone(plan),
            bytes: bytes.or(in_memory).unwrap_or(LEAST_BYTES),
            rows,
            files,
            counts_bytes: config.is_some_and(counts_bytes),
        }
    }

    /// The rows that were read, and how much of all there is.
    fn seen(&self) -> (usize, Option<f64>) {
        let metrics = self.plan.metrics();
        let metrics = metrics.as_ref();
        let rows = metrics.and_then(MetricsSet::output_rows).unwrap_or(0);
        let count = |name| {
            metrics
                .and_then(|all| all.sum_by_name(name))
                .map(|sum| sum.as_usize())
        };
        let of = |done: usize, all: usize| (done as f64 / all.max(1) as f64).min(1.0);
        let by_rows = self.rows.map(|all| match all {
            0 => 1.0,
            _ => of(rows, all),
        });
        let by_bytes = self.counts_bytes.then(|| {
            let read = count(BYTES_READ).unwrap_or(0);
            of(read, usize::try_from(self.bytes).unwrap_or(usize::MAX))
        });
        // Files may be left out, as a whole or in part, once it is known what is looked for.
        let by_files =
            (self.files > 1).then(|| of(count("files_processed").unwrap_or(0), self.files));
        let known = [by_rows, by_bytes, by_files];
        let share = known.into_iter().flatten().reduce(f64::max);
        (rows, share)
    }
}

/// Whether the bytes of a scan are counted. DataFusion's own reader of JSON does not.
fn counts_bytes(config: &FileScanConfig) -> bool {
    let source = config.file_source();
    matches!(source.file_type(), "csv" | "json") && !source.is::<JsonSource>()
}

fn add_scans(plan: &Arc<dyn ExecutionPlan>, scans: &mut Vec<WatchedScan>) {
    let below = plan.children();
    if below.is_empty() {
        scans.push(WatchedScan::new(plan));
    }
    below.into_iter().for_each(|plan| add_scans(plan, scans));
}
