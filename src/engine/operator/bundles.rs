//! Calls that are folded together, because they judge the same entities.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;

use super::aggregation::KpiCall;
use super::spill::{REGIONS, regions};
use crate::engine::remarks::Remarks;
use crate::engine::remarks::watch::Watch;
use crate::fold::call::Answer;
use crate::fold::groups::{CallError, Groups, Shared};

/// Which calls, and what they need of rows.
#[derive(Debug, Clone)]
pub struct Bundle {
    /// Positions among all calls of KPIs.
    pub calls: Vec<usize>,
    /// What names the entity; none, if rows are judged.
    pub entity: Vec<Arc<dyn PhysicalExpr>>,
    /// The arguments and filters of all calls, each once.
    pub columns: Vec<Arc<dyn PhysicalExpr>>,
    shared: Vec<Shared>,
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
                bundles.push(Bundle {
                    calls: vec![],
                    entity,
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
        self.shared.push(Shared {
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
    /// Rows may wait, and be folded together with others of their customers, where memory is plenty.
    pub fn new(bundle: Bundle, kpis: Arc<Vec<KpiCall>>, rows_wait: bool) -> Result<Self> {
        let groups = Groups::of_all(bundle.shared.clone());
        let mut groups = groups.map_err(|error| error_of(&bundle, &kpis, error))?;
        if rows_wait {
            groups.let_rows_wait();
        }
        let remarks = bundle.calls.iter().map(|call| &kpis[*call].remarks);
        let remarks = remarks.clone().find(|remarks| remarks.are_kept());
        let mut watch = Watch::new(remarks.cloned().unwrap_or_else(Remarks::default));
        for (call, shared) in bundle.calls.iter().zip(&bundle.shared) {
            let Shared {
                call: of,
                args,
                filter,
            } = shared;
            let kpi = &kpis[*call];
            // SQL's own count says what it says.
            if kpi.remarks.are_kept() {
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

    /// Takes in rows of partial states of all calls together; see [`Folded::pieces`].
    pub fn merge(&mut self, state: &[ArrayRef], groups: &[usize], count: usize) -> Result<()> {
        self.groups.grow(count);
        let merged = self.groups.merge(state, groups);
        self.said(merged)
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

    /// What the groups amount to: for each call its columns. `of` puts them together in so many others.
    pub fn partials(
        &mut self,
        of: Option<(&[usize], usize)>,
        count: usize,
    ) -> Result<Vec<Vec<ArrayRef>>> {
        self.watch.tell();
        self.groups.grow(count);
        let Some((of, count)) = of else {
            let columns = columns(&mut self.groups, count);
            return self.said(columns);
        };
        let coarser = self.groups.coarser(of, count);
        let mut coarser = self.said(coarser)?;
        let columns = columns(&mut coarser, count);
        self.said(columns)
    }

    /// The positions of the calls among all.
    pub fn calls(&self) -> &[usize] {
        &self.bundle.calls
    }

    /// What names the entity.
    pub fn entity(&self) -> &[Arc<dyn PhysicalExpr>] {
        &self.bundle.entity
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

/// For each call the columns of the first groups: its partial state, if a state is asked for, or its summary.
fn columns(
    groups: &mut Groups,
    first: usize,
) -> std::result::Result<Vec<Vec<ArrayRef>>, CallError> {
    let answers: Vec<Answer> = groups.answers().collect();
    let is_state = |answer: &Answer| *answer == Answer::State;
    let states = match answers.iter().any(is_state) {
        true => groups.states(first)?,
        false => vec![],
    };
    let mut columns = match answers.iter().all(is_state) {
        true => states.clone(),
        false => groups.summaries(first)?,
    };
    for (call, state) in states.into_iter().enumerate() {
        if answers[call] == Answer::State {
            columns[call] = state;
        }
    }
    Ok(columns)
}

fn error_of(
    bundle: &Bundle,
    kpis: &[KpiCall],
    CallError { call, error }: CallError,
) -> DataFusionError {
    kpis[bundle.calls[call]].function.error(error)
}
