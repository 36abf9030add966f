//! What a partition kept, and what went to the disk, for EXPLAIN ANALYZE.

use datafusion::physical_plan::metrics::{Count, ExecutionPlanMetricsSet, Gauge, MetricBuilder};

/// Figures of a partition for EXPLAIN ANALYZE.
#[derive(Debug, Clone)]
pub struct MemoryMetrics {
    bytes: Count,
    /// How often groups, or rows that wait, went to the disk.
    runs: Count,
    /// How many regions came back.
    regions: Count,
    /// The most that was kept in memory.
    peak: Gauge,
}

impl MemoryMetrics {
    /// Nothing spilled yet.
    pub fn new(metrics: &ExecutionPlanMetricsSet, partition: usize) -> Self {
        MemoryMetrics {
            bytes: MetricBuilder::new(metrics).spilled_bytes(partition),
            runs: MetricBuilder::new(metrics).spill_count(partition),
            regions: MetricBuilder::new(metrics).counter("spilled_regions", partition),
            peak: MetricBuilder::new(metrics).gauge("peak_mem_used", partition),
        }
    }

    /// So many bytes went to the disk.
    pub fn wrote(&self, bytes: usize) {
        self.bytes.add(bytes);
    }

    /// So many bytes are kept.
    pub fn has(&self, bytes: usize) {
        self.peak.set_max(bytes);
    }

    /// A region came back.
    pub fn add_region(&self) {
        self.regions.add(1);
    }

    /// Groups, or rows that wait, go to the disk once more.
    pub fn add_run(&self) {
        self.runs.add(1);
    }
}
