//! The groups of one partition of the second node.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::Result;
use std::sync::Arc;

use super::aggregation::{Aggregation, KpiCall, ResultColumn};
use super::final_batches::{FinalBatches, FinalColumn};
use super::keys::Keys;
use super::other::Other;
use super::spill::{REGIONS, Spill, by_keys, rows_of};
use super::spillable::{Emitted, Spillable};
use crate::engine::aggregate::accumulate::Accumulate;
use crate::engine::aggregate::function::KpiFunction;
use crate::engine::aggregate::kpi_groups::KpiGroups;
use crate::engine::parts_array;
use crate::fold::facts::call::Variant;
use crate::fold::value::summary::Summary;

/// Groups and what is known of them.
pub struct FinishPartition {
    aggregation: Arc<Aggregation>,
    /// In a batch.
    rows: usize,
    keys: Keys,
    calls: Vec<(usize, FinalCall)>,
    n_keys: usize,
    of_nothing: bool,
}

enum FinalCall {
    Summed(Box<Summed>),
    Stated(KpiFunction, Box<KpiGroups>),
    Other(Other),
}

struct Summed {
    kpi: KpiCall,
    summary: Summary,
    /// The call that counts its items.
    items: Option<Summary>,
}

impl Summed {
    fn new(aggregation: &Aggregation, kpi: usize) -> Result<Self> {
        let kpi = aggregation.kpis[kpi].clone();
        let items = kpi.items.map(|items| aggregation.kpis[items].call.clone());
        let new = |call| Summary::new(call).map_err(|error| kpi.function.error(error));
        Ok(Summed {
            summary: new(kpi.call.clone())?,
            items: items.map(new).transpose()?,
            kpi,
        })
    }

    fn grow(&mut self, count: usize) {
        self.summary.grow(count);
        if let Some(items) = &mut self.items {
            items.grow(count);
        }
    }

    fn merge(&mut self, partial: &[ArrayRef], groups: &[usize]) -> Result<()> {
        let merged = self.summary.merge(partial, groups);
        let merged = merged.and_then(|used| match &mut self.items {
            Some(items) => items.merge(&partial[used..], groups),
            None => Ok(used),
        });
        merged.map_err(|error| self.kpi.function.error(error))?;
        Ok(())
    }

    fn columns(&self, count: usize) -> Vec<ArrayRef> {
        let items = self.items.as_ref();
        let items = items.map_or(vec![], |items| items.columns(count));
        [self.summary.columns(count), items].concat()
    }

    fn values(&mut self, count: usize) -> Result<ArrayRef> {
        if let Some(items) = &self.items {
            let taken = self.summary.take_counts(items);
            taken.map_err(|error| self.kpi.function.error(error))?;
        }
        values(&self.kpi, &self.summary, count)
    }

    fn size(&self) -> usize {
        self.summary.size() + self.items.as_ref().map_or(0, Summary::size)
    }
}

impl FinishPartition {
    /// No groups yet.
    pub fn new(aggregation: Arc<Aggregation>, rows: usize) -> Result<Self> {
        let widths = aggregation.widths()?;
        let calls = aggregation
            .columns
            .iter()
            .zip(widths)
            .map(|(place, width)| {
                let call = match *place {
                    ResultColumn::Kpi(kpi) => {
                        let KpiCall { function, call, .. } = &aggregation.kpis[kpi];
                        match call.variant {
                            Variant::Value | Variant::Parts => {
                                FinalCall::Summed(Box::new(Summed::new(&aggregation, kpi)?))
                            }
                            Variant::State => FinalCall::Stated(
                                *function,
                                Box::new(KpiGroups::new(*function, call.clone())?),
                            ),
                        }
                    }
                    ResultColumn::Other(other) => FinalCall::Other(Other::new(
                        aggregation.others[other].clone(),
                        &aggregation.input,
                        !aggregation.group_by.is_true_no_grouping(),
                    )?),
                };
                Ok((width, call))
            });
        let keys = aggregation.key_fields()?;
        Ok(FinishPartition {
            n_keys: keys.len(),
            keys: Keys::new(keys)?,
            calls: calls.collect::<Result<_>>()?,
            of_nothing: aggregation.group_by.is_true_no_grouping(),
            aggregation,
            rows,
        })
    }

    fn clear(&mut self) -> Result<()> {
        *self = FinishPartition::new(self.aggregation.clone(), self.rows)?;
        Ok(())
    }
}

impl FinalCall {
    /// What a call has of all groups.
    fn column(self, count: usize) -> Result<FinalColumn> {
        Ok(match self {
            FinalCall::Summed(mut summed) => {
                summed.grow(count);
                FinalColumn::Whole(summed.values(count)?)
            }
            FinalCall::Stated(function, mut states) => {
                states.grow(count);
                FinalColumn::States(function, states.unwritten(count)?)
            }
            FinalCall::Other(other) if other.merges_states() => FinalColumn::Merged(other),
            FinalCall::Other(mut other) => FinalColumn::Whole(other.values(count)?),
        })
    }
}

impl Spillable for FinishPartition {
    fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        let columns = batch.columns();
        self.keys
            .intern(&columns[..self.n_keys], batch.num_rows())?;
        let (groups, count) = (self.keys.groups(), self.keys.count(self.of_nothing));
        let mut rest = &columns[self.n_keys..];
        for (width, call) in &mut self.calls {
            let (partial, others) = rest.split_at(*width);
            rest = others;
            match call {
                FinalCall::Summed(summed) => {
                    summed.grow(count);
                    summed.merge(partial, groups)?;
                }
                FinalCall::Stated(_, states) => {
                    states.grow(count);
                    // An entity is in one partition.
                    states.merge_apart(partial, groups)?;
                }
                FinalCall::Other(other) => other.merge(partial, groups, count)?,
            }
        }
        Ok(())
    }

    fn spill(&mut self, spill: &mut Spill) -> Result<()> {
        let count = self.keys.count(self.of_nothing);
        if count == 0 {
            return Ok(());
        }
        let mut columns = self.keys.take()?;
        let regions = by_keys(&columns, count)?;
        // A call's groups are gone before those of the next one are read.
        for (_, call) in std::mem::take(&mut self.calls) {
            columns.extend(match call {
                FinalCall::Summed(mut summed) => {
                    summed.grow(count);
                    summed.columns(count)
                }
                FinalCall::Stated(_, mut states) => {
                    states.grow(count);
                    states.state(count)?
                }
                FinalCall::Other(mut other) => other.state(count)?,
            });
        }
        let schema = self.aggregation.partial_schema()?;
        for (region, rows) in regions.iter().enumerate() {
            let columns = rows_of(&columns, rows)?;
            let batch = RecordBatch::try_new(schema.clone(), columns)?;
            spill.write(region, 0, &batch)?;
        }
        self.clear()
    }

    fn merge(&mut self, region: usize, spill: &mut Spill) -> Result<()> {
        spill.read(region, |_, batch| self.update(&batch))
    }

    fn regions(&self) -> usize {
        // Without keys all is in the first one.
        if self.of_nothing { 1 } else { REGIONS }
    }

    fn finish(&mut self) -> Result<Emitted> {
        let count = self.keys.count(self.of_nothing);
        if count == 0 {
            self.clear()?;
            let batches = Box::new(std::iter::empty());
            return Ok(Emitted { batches, kept: 0 });
        }
        let keys = self.keys.take()?.into_iter().map(FinalColumn::Whole);
        // A call's groups are gone before those of the next one are read.
        let calls = std::mem::take(&mut self.calls).into_iter();
        let calls = calls.map(|(_, call)| call.column(count));
        let columns = keys.map(Ok).chain(calls).collect::<Result<_>>()?;
        self.clear()?;
        let schema = self.aggregation.output.clone();
        let batches = FinalBatches::new(schema, columns, count, self.rows);
        Ok(Emitted {
            kept: batches.size(),
            batches: Box::new(batches),
        })
    }

    fn size(&self) -> usize {
        let calls = self.calls.iter().map(|(_, call)| match call {
            FinalCall::Summed(summed) => summed.size(),
            FinalCall::Stated(_, states) => states.size(),
            FinalCall::Other(other) => other.size(),
        });
        self.keys.size() + calls.sum::<usize>()
    }
}

fn values(kpi: &KpiCall, summary: &Summary, count: usize) -> Result<ArrayRef> {
    let function = kpi.function;
    match kpi.call.variant {
        Variant::Parts => {
            let figures = summary
                .parts(count)
                .map_err(|error| function.error(error))?;
            let named = figures
                .into_iter()
                .map(|parts| Some((function.kpi.name, parts)));
            Ok(Arc::new(parts_array::array(named)))
        }
        Variant::Value | Variant::State => {
            summary.values(count).map_err(|error| function.error(error))
        }
    }
}
