//! How long the folds take, without reading files and without SQL: `cargo bench --bench folds`.
//!
//! They are driven as DataFusion drives them, batch by batch through a `GroupsAccumulator`. A word after the
//! command picks benchmarks by name: `cargo bench --bench folds -- merge`.

mod call;
mod columns;

use divan::Bencher;
use divan::counter::ItemsCount;

use call::{Batch, Call};
use columns::Ids;

/// As many rows as DataFusion puts into a batch.
const BATCH: usize = 8192;
const BATCHES: usize = 64;
const GROUPS: usize = 5;

fn main() {
    divan::main();
}

fn kpis() -> impl Iterator<Item = &'static str> {
    kpi_sql::kpi::all().map(|kpi| kpi.name)
}

/// Every KPI in its first form, from rows to values: ten rows per customer.
#[divan::bench(args = kpis())]
fn kpi(bencher: Bencher, name: &str) {
    let call = Call::new(name, Ids::integers(BATCHES * BATCH / 10));
    let batches = call.batches();
    bencher
        .counter(ItemsCount::new(BATCHES * BATCH))
        .with_inputs(|| call.accumulator())
        .bench_local_values(|mut accumulator| {
            call::update(accumulator.as_mut(), &batches);
            call::evaluate(accumulator.as_mut())
        });
}

/// The phases of one KPI, with customers who have many rows and with customers who have two each.
mod cross_sell_rate {
    use super::*;

    const KPI: &str = "cross_sell_rate";
    const FEW: usize = 1_000;
    const MANY: usize = BATCHES * BATCH / 2;
    const CUSTOMERS: [Ids; 4] = [
        Ids::integers(FEW),
        Ids::integers(MANY),
        Ids::texts(FEW),
        Ids::texts(MANY),
    ];
    /// How many accumulators share the rows before they are merged.
    const PARTS: usize = 8;

    #[divan::bench(args = CUSTOMERS)]
    fn update(bencher: Bencher, ids: Ids) {
        let call = Call::new(KPI, ids);
        let batches = call.batches();
        bencher
            .counter(ItemsCount::new(BATCHES * BATCH))
            .with_inputs(|| call.accumulator())
            .bench_local_values(|mut accumulator| {
                call::update(accumulator.as_mut(), &batches);
                accumulator
            });
    }

    #[divan::bench(args = CUSTOMERS)]
    fn state(bencher: Bencher, ids: Ids) {
        let call = Call::new(KPI, ids);
        let batches = call.batches();
        bencher
            .counter(ItemsCount::new(ids.distinct))
            .with_inputs(|| call.folded(&batches))
            .bench_local_values(|mut accumulator| call::state(accumulator.as_mut()));
    }

    #[divan::bench(args = CUSTOMERS)]
    fn merge(bencher: Bencher, ids: Ids) {
        let call = Call::new(KPI, ids);
        let batches = call.batches();
        let parts = batches.chunks(BATCHES / PARTS);
        let states: Vec<_> = parts
            .map(|part: &[Batch]| call::state(call.folded(part).as_mut()))
            .collect();
        bencher
            .counter(ItemsCount::new(ids.distinct))
            .with_inputs(|| call.accumulator())
            .bench_local_values(|mut accumulator| {
                call::merge(accumulator.as_mut(), &states);
                accumulator
            });
    }

    #[divan::bench(args = CUSTOMERS)]
    fn evaluate(bencher: Bencher, ids: Ids) {
        let call = Call::new(KPI, ids);
        let batches = call.batches();
        bencher
            .counter(ItemsCount::new(ids.distinct))
            .with_inputs(|| call.folded(&batches))
            .bench_local_values(|mut accumulator| call::evaluate(accumulator.as_mut()));
    }
}
