//! What one partition folds: the groups of the finest keys, from which those of all sets are made.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array,
};
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef, UInt8Type};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::disk_manager::DiskManager;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::aggregates::{PhysicalGroupBy, evaluate_group_by};

use super::aggregation::{Aggregation, ResultColumn};
use super::bundles::{Bundle, Folded};
use super::compact::{bytes_of_states, pieces};
use super::keys::Keys;
use super::memory_metrics::MemoryMetrics;
use super::other::Other;
use super::spill::{Spill, by_keys, rows_of};
use super::spillable::{Emitted, Spillable};
use super::temp_file::TempFile;
use crate::fold::keys::coarser::Coarser;

/// The groups of some of the keys, and the sets that are made of them.
struct Base {
    /// Which of the keys.
    columns: Vec<usize>,
    /// Which of the sets.
    sets: Vec<usize>,
    keys: Keys,
    folded: Vec<Folded>,
    others: Vec<Other>,
}

/// All that a partition folds.
pub struct FoldPartition {
    aggregation: Arc<Aggregation>,
    bundles: Arc<Vec<Bundle>>,
    schema: SchemaRef,
    bases: Vec<Base>,
    /// Where it stands which entity a row is there for, if there are several.
    tag: Option<usize>,
}

/// The sets that are made of each of the largest ones: those whose keys it has.
fn bases(sets: &[Vec<bool>]) -> Vec<(Vec<usize>, Vec<usize>)> {
    // A set has the keys that are not NULL in it.
    let has_all = |finer: &[bool], coarser: &[bool]| {
        finer
            .iter()
            .zip(coarser)
            .all(|(is_null, is_null_there)| !is_null || *is_null_there)
    };
    let mut bases: Vec<(usize, Vec<usize>)> = vec![];
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by_key(|set| sets[*set].iter().filter(|is_null| **is_null).count());
    for set in order {
        match bases
            .iter_mut()
            .find(|(finest, _)| has_all(&sets[*finest], &sets[set]))
        {
            Some((_, made)) => made.push(set),
            None => bases.push((set, vec![set])),
        }
    }
    let bases = bases.into_iter().map(|(finest, made)| {
        let keys = sets[finest].iter().enumerate();
        let keys = keys.filter(|(_, is_null)| !**is_null);
        (keys.map(|(key, _)| key).collect(), made)
    });
    bases.collect()
}

impl FoldPartition {
    /// Nothing folded yet.
    pub fn new(
        aggregation: Arc<Aggregation>,
        bundles: &Arc<Vec<Bundle>>,
        tag: Option<usize>,
        rows_wait: bool,
    ) -> Result<Self> {
        let group_by = &aggregation.group_by;
        let fields = key_fields(group_by, &aggregation.input)?;
        let kpis = Arc::new(aggregation.kpis.clone());
        let sets = match group_by.groups() {
            [] => vec![vec![]],
            sets => sets.to_vec(),
        };
        let grouped = !group_by.is_true_no_grouping();
        let bases = bases(&sets)
            .into_iter()
            .enumerate()
            .map(|(number, (columns, sets))| {
                let fields = columns.iter().map(|key| fields[*key].clone());
                let folded = bundles.iter();
                // All bases have all rows, of which remarks are made once.
                let watched = number == 0;
                let folded = folded
                    .map(|bundle| Folded::new(bundle.clone(), kpis.clone(), rows_wait, watched));
                let others = aggregation.others.iter();
                Ok(Base {
                    keys: Keys::new(fields.collect())?,
                    folded: folded.collect::<Result<_>>()?,
                    others: others
                        .map(|other| Other::new(other.clone(), &aggregation.input, grouped))
                        .collect::<Result<_>>()?,
                    columns,
                    sets,
                })
            });
        Ok(FoldPartition {
            schema: aggregation.partial_schema()?,
            bases: bases.collect::<Result<_>>()?,
            bundles: bundles.clone(),
            aggregation,
            tag,
        })
    }

    /// Takes in rows that are there for one kind of entity, or for all.
    fn update_of(&mut self, batch: &RecordBatch, kind: Option<usize>) -> Result<()> {
        let rows = batch.num_rows();
        let keys = self.aggregation.group_by.expr().iter();
        let keys = keys.map(|(key, _)| key.evaluate(batch)?.into_array(rows));
        let keys = keys.collect::<Result<Vec<ArrayRef>>>()?;
        // What judges no entities goes with the first kind.
        let is_there = |of: usize| kind.is_none_or(|kind| kind == of);
        for base in &mut self.bases {
            let keys: Vec<ArrayRef> = base.columns.iter().map(|key| keys[*key].clone()).collect();
            base.keys.intern(&keys, rows)?;
            let count = base.keys.count(false);
            let groups = base.keys.groups();
            for folded in &mut base.folded {
                if is_there(folded.kind()) {
                    folded.update(batch, groups, count)?;
                }
            }
            if is_there(0) {
                for other in &mut base.others {
                    other.update(batch, groups, count)?;
                }
            }
        }
        Ok(())
    }

    /// Forgets all groups.
    fn clear(&mut self) -> Result<()> {
        *self = FoldPartition::new(self.aggregation.clone(), &self.bundles, self.tag, false)?;
        Ok(())
    }
}

impl Spillable for FoldPartition {
    fn update(&mut self, batch: &RecordBatch) -> Result<()> {
        let Some(tag) = self.tag else {
            return self.update_of(batch, None);
        };
        // Rows of a kind come one after the other, as many as a batch had before it was sent.
        let tags = batch.column(tag).as_primitive::<UInt8Type>();
        let mut start = 0;
        for run in tags.values().chunk_by(|one, next| one == next) {
            self.update_of(&batch.slice(start, run.len()), Some(run[0].into()))?;
            start += run.len();
        }
        Ok(())
    }

    fn make_room(&mut self, disk: &Arc<DiskManager>, metrics: &MemoryMetrics) -> Result<bool> {
        let mut freed = 0;
        for folded in self.bases.iter_mut().flat_map(|base| &mut base.folded) {
            freed += folded.spill_waiting(|| {
                let file = TempFile::new(disk, metrics.clone(), "rows of KPIs")?;
                Ok(file.map(|file| Box::new(file) as _))
            })?;
        }
        Ok(freed > 0)
    }

    fn spill(&mut self, spill: &mut Spill) -> Result<()> {
        for (number, base) in self.bases.iter_mut().enumerate() {
            base.spill(number, &self.aggregation, spill)?;
        }
        self.clear()
    }

    fn merge(&mut self, region: usize, spill: &mut Spill) -> Result<()> {
        let bases = &mut self.bases;
        spill.read(region, |what, batch| {
            let parts = bases[0].folded.len() + bases[0].others.len();
            bases[what / parts].merge(what % parts, &batch)
        })
    }

    fn finish(&mut self) -> Result<Emitted> {
        let mut batches = vec![];
        for base in &mut self.bases {
            base.finish(&self.aggregation, &self.schema, &mut batches)?;
        }
        self.clear()?;
        Ok(Emitted {
            // Coarser sets look at the states of the finest.
            kept: batches.iter().map(bytes_of_states).max().unwrap_or(0),
            batches: Box::new(batches.into_iter().flat_map(pieces)),
        })
    }

    fn size(&self) -> usize {
        let bases = self.bases.iter().map(|base| {
            let folded: usize = base.folded.iter().map(Folded::size).sum();
            let others: usize = base.others.iter().map(Other::size).sum();
            base.keys.size() + folded + others
        });
        bases.sum()
    }
}

impl Base {
    fn spill(&mut self, number: usize, aggregation: &Aggregation, spill: &mut Spill) -> Result<()> {
        let count = self.keys.count(aggregation.group_by.is_true_no_grouping());
        if count == 0 {
            return Ok(());
        }
        let keys = self.keys.take()?;
        let regions = by_keys(&keys, count)?;
        let parts = self.folded.len() + self.others.len();
        let batch = |what: usize, columns: Vec<ArrayRef>, rows: usize| {
            let columns = columns.into_iter().enumerate();
            // Their number is all the name that they need.
            let columns: Vec<_> = columns
                .map(|(at, column)| (at.to_string(), column, true))
                .collect();
            let batch = match columns.is_empty() {
                true => RecordBatch::new_empty(Arc::new(Schema::empty())),
                false => RecordBatch::try_from_iter_with_nullable(columns)?,
            };
            debug_assert_eq!(batch.num_rows(), rows);
            Ok::<_, DataFusionError>((number * parts + what, batch))
        };
        let mut beside = vec![];
        for (what, folded) in self.folded.iter_mut().enumerate() {
            let state = folded.spill(count, |region, groups, state| {
                let rows = UInt32Array::from_iter_values(groups.iter().map(|group| *group as u32));
                let mut columns = rows_of(&keys, &rows)?;
                columns.extend(state);
                let (what, batch) = batch(what, columns, groups.len())?;
                spill.write(region, what, &batch)
            })?;
            beside.push(state);
        }
        beside.extend(self.states_of_others(count)?);
        for (what, state) in beside.into_iter().enumerate() {
            let columns = [keys.as_slice(), &state].concat();
            for (region, rows) in regions.iter().enumerate() {
                let (what, batch) = batch(what, rows_of(&columns, rows)?, rows.len())?;
                spill.write(region, what, &batch)?;
            }
        }
        Ok(())
    }

    /// Takes in what was spilled of a bundle, or of an aggregate beside them.
    fn merge(&mut self, what: usize, batch: &RecordBatch) -> Result<()> {
        let (keys, state) = batch.columns().split_at(self.columns.len());
        self.keys.intern(keys, batch.num_rows())?;
        let (groups, count) = (self.keys.groups(), self.keys.count(false));
        match what.checked_sub(self.folded.len()) {
            None => self.folded[what].merge(state, groups, count),
            Some(other) => self.others[other].merge(state, groups, count),
        }
    }

    fn finish(
        &mut self,
        aggregation: &Aggregation,
        schema: &SchemaRef,
        batches: &mut Vec<RecordBatch>,
    ) -> Result<()> {
        let group_by = &aggregation.group_by;
        let count = self.keys.count(group_by.is_true_no_grouping());
        if count == 0 {
            return self.finish_nothing(aggregation, schema, batches);
        }
        let keys = self.keys.take()?;
        if !group_by.has_grouping_set() {
            let columns = self.columns_of(aggregation, vec![keys], count, &[None])?;
            return put(schema, columns, batches);
        }
        let all = keys_of_sets(group_by, &aggregation.input, &self.columns, &keys, count)?;
        let (mut keys, mut numbers) = (vec![], vec![]);
        for set in &self.sets {
            let mut numbered = Keys::new(aggregation.key_fields()?)?;
            numbered.intern(&all[*set], count)?;
            let groups = numbered.count(false);
            keys.push(numbered.take()?);
            numbers.push((numbered.groups().to_vec(), groups));
        }
        let coarser: Vec<_> = numbers
            .iter()
            .map(|(of, groups)| {
                let is_same = *groups == count && of.iter().copied().eq(0..count);
                (!is_same).then_some(Coarser {
                    of,
                    groups: *groups,
                })
            })
            .collect();
        let columns = self.columns_of(aggregation, keys, count, &coarser)?;
        put(schema, columns, batches)
    }

    /// Without rows there is one group, of each set that has no keys.
    fn finish_nothing(
        &mut self,
        aggregation: &Aggregation,
        schema: &SchemaRef,
        batches: &mut Vec<RecordBatch>,
    ) -> Result<()> {
        let group_by = &aggregation.group_by;
        let all = keys_of_sets(group_by, &aggregation.input, &[], &[], 1)?;
        let has_no_keys = |set: &usize| group_by.groups()[*set].iter().all(|is_null| *is_null);
        let sets = self.sets.iter().filter(|set| has_no_keys(set));
        let keys: Vec<_> = sets.map(|set| all[*set].clone()).collect();
        let same = vec![None; keys.len()];
        let columns = self.columns_of(aggregation, keys, 1, &same)?;
        put(schema, columns, batches)
    }

    fn states_of_others(&mut self, count: usize) -> Result<Vec<Vec<ArrayRef>>> {
        let states = self.others.iter_mut().map(|other| other.state(count));
        states.collect()
    }

    /// The columns between the nodes, for each set: its keys, and what each aggregate has of their groups. What is not
    /// coarser has the groups as they are.
    fn columns_of(
        &mut self,
        aggregation: &Aggregation,
        keys: Vec<Vec<ArrayRef>>,
        count: usize,
        sets: &[Option<Coarser>],
    ) -> Result<Vec<Vec<ArrayRef>>> {
        let states = self.states_of_others(count)?;
        let coarser: Vec<_> = sets.iter().copied().flatten().collect();
        // By coarser set, behind the groups as they are: for each call its columns.
        let mut of_kpis = vec![vec![vec![]; aggregation.kpis.len()]; 1 + coarser.len()];
        for folded in &mut self.folded {
            let partials = folded.partials(count, &coarser)?;
            for (of_kpis, partials) in of_kpis.iter_mut().zip(partials) {
                for (call, partial) in folded.calls().iter().zip(partials) {
                    of_kpis[*call] = partial;
                }
            }
        }
        let (same, mut of_coarser) = (of_kpis.remove(0), of_kpis.into_iter());
        let mut all = vec![];
        for (mut columns, set) in keys.into_iter().zip(sets) {
            let of_kpis = match set {
                Some(_) => of_coarser.next().unwrap_or_default(),
                None => same.clone(),
            };
            for place in &aggregation.columns {
                match (place, set) {
                    (ResultColumn::Kpi(kpi), _) => {
                        columns.extend(of_kpis[*kpi].iter().cloned());
                        if let Some(items) = aggregation.kpis[*kpi].items {
                            columns.extend(of_kpis[items].iter().cloned());
                        }
                    }
                    (ResultColumn::Other(other), None) => {
                        columns.extend(states[*other].iter().cloned())
                    }
                    (ResultColumn::Other(other), Some(Coarser { of, groups })) => {
                        let state = &states[*other];
                        columns.extend(self.others[*other].coarser(state, of, *groups)?);
                    }
                }
            }
            all.push(columns);
        }
        Ok(all)
    }
}

/// Adds a batch for each set.
fn put(schema: &SchemaRef, sets: Vec<Vec<ArrayRef>>, batches: &mut Vec<RecordBatch>) -> Result<()> {
    for columns in sets {
        batches.push(RecordBatch::try_new(schema.clone(), columns)?);
    }
    Ok(())
}

/// The keys without the number of a set.
fn key_fields(group_by: &PhysicalGroupBy, input: &SchemaRef) -> Result<Vec<FieldRef>> {
    let mut fields: Vec<_> = group_by
        .group_schema(input)?
        .fields()
        .iter()
        .cloned()
        .collect();
    fields.truncate(group_by.expr().len());
    Ok(fields)
}

/// The keys of groups as each of the sets has them, with its number.
fn keys_of_sets(
    group_by: &PhysicalGroupBy,
    input: &SchemaRef,
    present: &[usize],
    keys: &[ArrayRef],
    count: usize,
) -> Result<Vec<Vec<ArrayRef>>> {
    let fields = key_fields(group_by, input)?;
    // What a base does not have is NULL in all of its sets.
    let all: Vec<ArrayRef> = fields
        .iter()
        .enumerate()
        .map(
            |(key, field)| match present.iter().position(|at| *at == key) {
                Some(at) => keys[at].clone(),
                None => new_null_array(field.data_type(), count),
            },
        )
        .collect();
    let fields: Vec<_> = fields
        .iter()
        .map(|field| field.as_ref().clone().with_nullable(true))
        .collect();
    let exprs = group_by.expr().iter().enumerate().map(|(at, (_, name))| {
        let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new(name, at));
        (column, name.clone())
    });
    let sets = PhysicalGroupBy::new(
        exprs.collect(),
        group_by.null_expr().to_vec(),
        group_by.groups().to_vec(),
        true,
    );
    let options = RecordBatchOptions::new().with_row_count(Some(count));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), all, &options)?;
    evaluate_group_by(&sets, &batch)
}
