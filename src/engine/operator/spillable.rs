//! Takes in all batches of a partition, then gives its groups, in the memory that it may have: what both nodes do.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, RecordOutput};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::memory_metrics::MemoryMetrics;
use super::spill::{REGIONS, Spill};

/// Emitted that are made when they are asked for.
pub struct Emitted {
    pub batches: Box<dyn Iterator<Item = Result<RecordBatch>> + Send>,
    /// Bytes that are kept until the last has been given, beside those that go with a batch.
    pub kept: usize,
}

/// Groups that can go to the disk, and come back a region at a time.
pub trait Spillable: Send + 'static {
    /// Takes in a batch of the input.
    fn update(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Sends to the disk what can go without the groups; gives whether there was anything.
    fn make_room(&mut self, _: &Arc<DiskManager>, _: &MemoryMetrics) -> Result<bool> {
        Ok(false)
    }

    /// Sends all groups to the disk, and begins anew.
    fn spill(&mut self, spill: &mut Spill) -> Result<()>;

    /// Takes in what a region has on the disk.
    fn merge(&mut self, region: usize, spill: &mut Spill) -> Result<()>;

    /// The regions in which groups may be.
    fn regions(&self) -> usize {
        REGIONS
    }

    /// What the groups amount to; forgets them.
    fn finish(&mut self) -> Result<Emitted>;

    /// Bytes on the heap.
    fn size(&self) -> usize;
}

/// What a partition of a node has to work with.
pub struct MemoryAndDisk {
    consumer: MemoryConsumer,
    pool: Arc<dyn MemoryPool>,
    disk: Arc<DiskManager>,
    metrics: BaselineMetrics,
    memory: MemoryMetrics,
}

impl MemoryAndDisk {
    /// Those of one partition.
    pub fn new(
        node: &str,
        partition: usize,
        metrics: &ExecutionPlanMetricsSet,
        context: &TaskContext,
    ) -> Self {
        let consumer = MemoryConsumer::new(format!("{node}[{partition}]")).with_can_spill(true);
        MemoryAndDisk {
            consumer,
            pool: Arc::clone(context.memory_pool()),
            disk: context.runtime_env().disk_manager.clone(),
            metrics: BaselineMetrics::new(metrics, partition),
            memory: MemoryMetrics::new(metrics, partition),
        }
    }
}

/// The groups of all batches.
pub fn aggregate(
    groups: impl Spillable,
    mut input: SendableRecordBatchStream,
    resources: MemoryAndDisk,
    schema: SchemaRef,
) -> SendableRecordBatchStream {
    let all_in = async move {
        let mut next = input.next().await;
        // A pool that gives each consumer a share gives none to those who have nothing yet.
        let MemoryAndDisk {
            consumer,
            pool,
            disk,
            metrics,
            memory,
        } = resources;
        let mut aggregating = Aggregating {
            groups,
            reservation: consumer.register(&pool),
            disk,
            metrics,
            memory,
            spill: None,
            region: 0,
        };
        while let Some(batch) = next {
            aggregating.update(&batch?)?;
            next = input.next().await;
        }
        aggregating.end()?;
        // The input is over, and its memory free, when the groups go on.
        drop(input);
        Ok::<_, DataFusionError>(
            stream::try_unfold(aggregating, |mut aggregating| async move {
                let batches = aggregating.next()?;
                let batches = batches.map(stream::iter);
                Ok::<_, DataFusionError>(batches.map(|batches| (batches, aggregating)))
            })
            .try_flatten(),
        )
    };
    let batches = stream::once(all_in).try_flatten();
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

struct Aggregating<G> {
    groups: G,
    reservation: MemoryReservation,
    disk: Arc<DiskManager>,
    metrics: BaselineMetrics,
    memory: MemoryMetrics,
    spill: Option<Spill>,
    /// The next of the regions, if there are any.
    region: usize,
}

impl<G: Spillable> Aggregating<G> {
    fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        let _timer = self.metrics.elapsed_compute().timer();
        self.groups.update(batch)?;
        let Err(refused) = self.reservation.try_resize(self.groups.size()) else {
            self.memory.has(self.reservation.size());
            return Ok(());
        };
        if self.groups.make_room(&self.disk, &self.memory)? {
            self.memory.add_run();
            if self.reservation.try_resize(self.groups.size()).is_ok() {
                self.memory.has(self.reservation.size());
                return Ok(());
            }
        }
        let to = match &mut self.spill {
            Some(spill) => spill,
            none => match Spill::new(&self.disk, self.memory.clone())? {
                Some(spill) => none.insert(spill),
                None => return Err(refused),
            },
        };
        self.memory.add_run();
        self.groups.spill(to)?;
        self.resize()
    }

    /// No more batches come.
    fn end(&mut self) -> Result<()> {
        let _timer = self.metrics.elapsed_compute().timer();
        match &mut self.spill {
            Some(spill) => self.groups.spill(spill),
            None => Ok(()),
        }
    }

    /// The groups, of one region after the other.
    fn next(&mut self) -> Result<Option<impl Iterator<Item = Result<RecordBatch>> + use<G>>> {
        let _timer = self.metrics.elapsed_compute().timer();
        if self.region > 0 {
            // The batches of the region before this one have been given.
            self.reservation.free();
        }
        let regions = match &self.spill {
            Some(_) => self.groups.regions(),
            None => 1,
        };
        if self.region == regions {
            return Ok(None);
        }
        if let Some(spill) = &mut self.spill {
            self.groups.merge(self.region, spill)?;
            self.memory.add_region();
            self.resize()?;
        }
        self.region += 1;
        let Emitted { mut batches, kept } = self.groups.finish()?;
        // What was reserved is not asked for again.
        self.reservation.resize(kept.min(self.reservation.size()));
        let metrics = self.metrics.clone();
        Ok(Some(std::iter::from_fn(move || {
            let _timer = metrics.elapsed_compute().timer();
            let batch = batches.next()?;
            Some(batch.map(|batch| batch.record_output(&metrics)))
        })))
    }

    /// What cannot be cut any further has to fit.
    fn resize(&self) -> Result<()> {
        let resized = self.reservation.try_resize(self.groups.size());
        self.memory.has(self.reservation.size());
        resized.map_err(|error| {
            DataFusionError::ResourcesExhausted(format!(
                "too little memory for a region of {REGIONS} of what is folded: all rows of a customer, and all that is known of a group, are in \
                 one; allow more, or leave out rows: {}",
                error.strip_backtrace()
            ))
        })
    }
}
