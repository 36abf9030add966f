//! Takes in all batches of a partition, then gives its groups, in the memory that it may have: what both nodes do.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::DiskManager;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, RecordOutput};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::{StreamExt, TryStreamExt, stream};

use super::spill::{REGIONS, Spill, SpillMetrics};

/// Groups that can go to the disk, and come back a region at a time.
pub trait Gathered: Send + 'static {
    /// Takes in a batch of the input.
    fn update(&mut self, batch: &RecordBatch) -> Result<()>;

    /// Sends all groups to the disk, and begins anew.
    fn spill(&mut self, spill: &mut Spill) -> Result<()>;

    /// Takes in what a region has on the disk.
    fn merge(&mut self, region: usize, spill: &mut Spill) -> Result<()>;

    /// The regions in which groups may be.
    fn regions(&self) -> usize {
        REGIONS
    }

    /// What the groups amount to; forgets them.
    fn finish(&mut self) -> Result<Vec<RecordBatch>>;

    /// Bytes on the heap.
    fn size(&self) -> usize;
}

/// What a partition of a node has to work with.
pub struct Means {
    reservation: MemoryReservation,
    disk: Arc<DiskManager>,
    metrics: BaselineMetrics,
    spilled: SpillMetrics,
}

impl Means {
    /// Those of one partition.
    pub fn new(
        node: &str,
        partition: usize,
        metrics: &ExecutionPlanMetricsSet,
        context: &TaskContext,
    ) -> Self {
        let consumer = MemoryConsumer::new(format!("{node}[{partition}]")).with_can_spill(true);
        Means {
            reservation: consumer.register(context.memory_pool()),
            disk: context.runtime_env().disk_manager.clone(),
            metrics: BaselineMetrics::new(metrics, partition),
            spilled: SpillMetrics::new(metrics, partition),
        }
    }
}

/// The groups of all batches.
pub fn gather(
    groups: impl Gathered,
    mut input: SendableRecordBatchStream,
    means: Means,
    schema: SchemaRef,
) -> SendableRecordBatchStream {
    let mut gathering = Gathering {
        groups,
        means,
        spill: None,
        region: 0,
    };
    let all_in = async move {
        while let Some(batch) = input.next().await {
            gathering.update(&batch?)?;
        }
        gathering.end()?;
        // The input is over, and its memory free, when the groups go on.
        drop(input);
        Ok::<_, DataFusionError>(
            stream::try_unfold(gathering, |mut gathering| async move {
                let batches = gathering.next()?;
                let batches = batches.map(|batches| stream::iter(batches.into_iter().map(Ok)));
                Ok::<_, DataFusionError>(batches.map(|batches| (batches, gathering)))
            })
            .try_flatten(),
        )
    };
    let batches = stream::once(all_in).try_flatten();
    Box::pin(RecordBatchStreamAdapter::new(schema, batches))
}

struct Gathering<G> {
    groups: G,
    means: Means,
    spill: Option<Spill>,
    /// The next of the regions, if there are any.
    region: usize,
}

impl<G: Gathered> Gathering<G> {
    fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        let Means {
            reservation,
            disk,
            metrics,
            spilled,
        } = &self.means;
        let _timer = metrics.elapsed_compute().timer();
        self.groups.update(batch)?;
        let Err(refused) = reservation.try_resize(self.groups.size()) else {
            return Ok(());
        };
        let to = match &mut self.spill {
            Some(spill) => spill,
            none => match Spill::new(disk, spilled.clone())? {
                Some(spill) => none.insert(spill),
                None => return Err(refused),
            },
        };
        spilled.add_run();
        self.groups.spill(to)?;
        self.resize()
    }

    /// No more batches come.
    fn end(&mut self) -> Result<()> {
        let _timer = self.means.metrics.elapsed_compute().timer();
        match &mut self.spill {
            Some(spill) => self.groups.spill(spill),
            None => Ok(()),
        }
    }

    /// The groups, of one region after the other.
    fn next(&mut self) -> Result<Option<Vec<RecordBatch>>> {
        let _timer = self.means.metrics.elapsed_compute().timer();
        let regions = match &self.spill {
            Some(_) => self.groups.regions(),
            None => 1,
        };
        if self.region == regions {
            return Ok(None);
        }
        if let Some(spill) = &mut self.spill {
            self.groups.merge(self.region, spill)?;
            self.resize()?;
        }
        self.region += 1;
        let batches = self.groups.finish()?.into_iter();
        let batches = batches.map(|batch| batch.record_output(&self.means.metrics));
        let batches = batches.collect();
        self.means.reservation.free();
        Ok(Some(batches))
    }

    /// What cannot be cut any further has to fit.
    fn resize(&self) -> Result<()> {
        let resized = self.means.reservation.try_resize(self.groups.size());
        resized.map_err(|error| {
            DataFusionError::ResourcesExhausted(format!(
                "too little memory for a region of {REGIONS} of what is folded: all rows of a customer, and all that is known of a group, are in \
                 one; allow more, or leave out rows: {}",
                error.strip_backtrace()
            ))
        })
    }
}
