//! Calls that are folded together, because they judge the same entities.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;

use super::aggregation::KpiCall;
use super::spill::{REGIONS, regions};
use crate::engine::remarks::Remarks;
use crate::engine::remarks::watch::Watch;
use crate::fold::defer::block_file::BlockFile;
use crate::fold::facts::call::Variant;
use crate::fold::keys::coarser::Coarser;
use crate::fold::run::call_error::CallError;
use crate::fold::run::groups::{BoundCall, Groups};

/// Which calls, and what they need of rows.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Positions among all calls of KPIs.
    pub calls: Vec<usize>,
    /// What names the entity; none, if rows are judged.
    pub entity: Vec<Arc<dyn PhysicalExpr>>,
    /// Which of the kinds of entities; the first also has what judges rows.
    pub kind: usize,
    /// The arguments and filters of all calls, each once.
    pub columns: Vec<Arc<dyn PhysicalExpr>>,
    shared: Vec<BoundCall>,
}

/// The calls of each entity, and each call of rows.
pub fn bundles(kpis: &[KpiCall]) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> = vec![];
    for (position, kpi) in kpis.iter().enumerate() {
        let entity = kpi.entity();
        let known = bundles
            .iter_mut()
            .find(|bundle| !entity.is_empty() && bundle.entity == entity);
        let bundle = match known {
            Some(bundle) => bundle,
            None => {
                let kinds = bundles.iter().filter(|bundle| !bundle.entity.is_empty());
                let kind = match entity.is_empty() {
                    true => 0,
                    false => kinds.count(),
                };
                bundles.push(Bundle {
                    calls: vec![],
                    entity,
                    kind,
                    columns: vec![],
                    shared: vec![],
                });
                bundles.last_mut().expect("it was just pushed")
            }
        };
        bundle.add(position, kpi);
    }
    bundles
}

impl Bundle {
    fn add(&mut self, position: usize, kpi: &KpiCall) {
        let args = kpi.args.iter().map(|arg| self.place(arg)).collect();
        let filter = kpi.filter.as_ref().map(|filter| self.place(filter));
        self.calls.push(position);
        self.shared.push(BoundCall {
            call: kpi.call.clone(),
            args,
            filter,
        });
    }

    fn place(&mut self, expr: &Arc<dyn PhysicalExpr>) -> usize {
        let known = self.columns.iter().position(|known| known == expr);
        known.unwrap_or_else(|| {
            self.columns.push(expr.clone());
            self.columns.len() - 1
        })
    }
}

/// The groups of the calls of a bundle.
pub struct Folded {
    bundle: Bundle,
    kpis: Arc<Vec<KpiCall>>,
    groups: Groups,
    watch: Watch,
}

impl Folded {
    /// No groups yet.
    ///
    /// Rows may wait, and be folded together with others of their customers, where memory is plenty. Of what is watched
    /// there are remarks.
    pub fn new(
        bundle: Bundle,
        kpis: Arc<Vec<KpiCall>>,
        rows_wait: bool,
        watched: bool,
    ) -> Result<Self> {
        let groups = Groups::of_all(bundle.shared.clone());
        let mut groups = groups.map_err(|error| error_of(&bundle, &kpis, error))?;
        if rows_wait {
            groups.let_rows_wait();
        }
        let remarks = bundle.calls.iter().map(|call| &kpis[*call].remarks);
        let remarks = remarks.clone().find(|remarks| remarks.are_kept());
        let remarks = remarks.filter(|_| watched);
        let mut watch = Watch::new(remarks.cloned().unwrap_or_else(Remarks::default));
        for (call, shared) in bundle.calls.iter().zip(&bundle.shared) {
            let BoundCall {
                call: of,
                args,
                filter,
            } = shared;
            let kpi = &kpis[*call];
            // SQL's own count says what it says.
            if watched && kpi.remarks.are_kept() {
                watch.call(of, &kpi.name, args, *filter, &bundle.columns);
            }
        }
        Ok(Folded {
            bundle,
            kpis,
            groups,
            watch,
        })
    }

    fn said<T>(&self, result: std::result::Result<T, CallError>) -> Result<T> {
        result.map_err(|error| error_of(&self.bundle, &self.kpis, error))
    }

    /// Takes in rows, each of one of so many groups.
    pub fn update(&mut self, batch: &RecordBatch, groups: &[usize], count: usize) -> Result<()> {
        let columns = self.bundle.columns.iter().map(|column| {
            let value = column.evaluate(batch)?;
            value.into_array(batch.num_rows())
        });
        let columns = columns.collect::<Result<Vec<ArrayRef>>>()?;
        self.watch.look(&columns, None);
        self.groups.grow(count);
        let updated = self.groups.update(&columns, groups, None);
        self.said(updated)
    }

    /// Takes in rows of partial states of all calls together; see [`Folded::spill`].
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.groups.grow(count);
        let merged = self.groups.merge(state, groups);
        self.said(merged)
    }

    /// Sends rows that wait to a file, as far as there are any. Gives how many bytes are free now.
    pub fn spill_waiting(
        &mut self,
        file: impl FnOnce() -> Result<Option<Box<dyn BlockFile>>>,
    ) -> Result<usize> {
        self.groups.spill_waiting(file)
    }

    /// Hands all groups on in pieces: those of entities, each with its region and its groups. Afterwards, what is known of
    /// groups as a whole.
    pub fn spill(
        &mut self,
        count: usize,
        mut each: impl FnMut(usize, &[usize], Vec<ArrayRef>) -> Result<()>,
    ) -> Result<Vec<ArrayRef>> {
        self.watch.tell();
        self.groups.grow(count);
        let (bundle, kpis) = (&self.bundle, &self.kpis);
        let region_of = |names: &[ArrayRef]| regions(names).map_err(Failed::Spill);
        let spilled = self
            .groups
            .each_piece(REGIONS, region_of, |region, groups, state| {
                each(region, groups, state).map_err(Failed::Spill)
            });
        spilled.map_err(|failed| match failed {
            Failed::Spill(error) => error,
            Failed::Call(error) => error_of(bundle, kpis, error),
        })?;
        Ok(self.groups.beside())
    }

    /// What the groups amount to, and after them each of the coarser ones: for each call its columns.
    pub fn partials(
        &mut self,
        count: usize,
        coarser: &[Coarser],
    ) -> Result<Vec<Vec<Vec<ArrayRef>>>> {
        self.watch.tell();
        self.groups.grow(count);
        let partials = partials(&mut self.groups, coarser);
        self.said(partials)
    }

    /// The positions of the calls among all.
    pub fn calls(&self) -> &[usize] {
        &self.bundle.calls
    }

    /// Which of the kinds of entities it is about.
    pub fn kind(&self) -> usize {
        self.bundle.kind
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.groups.size()
    }
}

/// What can go wrong while groups are spilled.
enum Failed {
    Call(CallError),
    Spill(DataFusionError),
}

impl From<CallError> for Failed {
    fn from(error: CallError) -> Self {
        Failed::Call(error)
    }
}

type PartialColumns = Vec<Vec<ArrayRef>>;

/// For all groups and each of the coarser ones the columns of each call: its partial state, if a state is asked for, or its
/// summary.
fn partials(
    groups: &mut Groups,
    coarser: &[Coarser],
) -> std::result::Result<Vec<PartialColumns>, CallError> {
    let variants = groups.variants();
    let is_state = |variant: &Variant| *variant == Variant::State;
    if !variants.iter().any(is_state) {
        return groups.summaries_of_all(coarser);
    }
    let mut partials = vec![with_states(groups, &variants)?];
    for coarser in coarser {
        partials.push(with_states(&mut groups.coarser(coarser)?, &variants)?);
    }
    Ok(partials)
}

fn with_states(
    groups: &mut Groups,
    variants: &[Variant],
) -> std::result::Result<PartialColumns, CallError> {
    let first = groups.count();
    let states = groups.states(first)?;
    if variants.iter().all(|variant| *variant == Variant::State) {
        return Ok(states);
    }
    let summaries = groups.summaries(first)?.into_iter();
    let columns = summaries.zip(states).zip(variants);
    let columns = columns.map(|((summary, state), variant)| match variant {
        Variant::State => state,
        Variant::Value | Variant::Parts => summary,
    });
    Ok(columns.collect())
}

fn error_of(
    bundle: &Bundle,
    kpis: &[KpiCall],
    CallError { call, error }: CallError,
) -> DataFusionError {
    kpis[bundle.calls[call]].function.error(error)
}
