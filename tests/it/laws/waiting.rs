//! Rows that wait, in memory and on the disk, give what rows give that are folded as they come.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::error::Result;
use datafusion::execution::disk_manager::{DiskManager, DiskManagerBuilder};
use datafusion::logical_expr::{AggregateUDF, EmitTo, GroupsAccumulator};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::{col, lit};
use kpi_sql::define::{Form, Grain, Kind, Kpi};
use kpi_sql::engine::aggregate::function::Function;
use kpi_sql::engine::rewrite::overflow::overflow;
use kpi_sql::engine::rewrite::together::{KpiTogether, SharedCall, Waits};
use kpi_sql::fold::Overflow;
use kpi_sql::fold::call::Answer;

use super::{calls, column, orders, shows_items, slices};

/// Calls with one table of arguments.
struct Together {
    calls: Vec<SharedCall>,
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    batch: RecordBatch,
}

impl Together {
    fn of(forms: &[(&'static Kpi, &'static Form, Option<&str>)], batch: &RecordBatch) -> Self {
        let schema = batch.schema();
        let mut arguments: Vec<Arc<dyn PhysicalExpr>> = vec![];
        let mut add = |argument| {
            arguments.push(argument);
            arguments.len() - 1
        };
        let column_of = |name| col(name, &schema).expect("the column is there");
        let calls = forms.iter().map(|(kpi, form, filter)| SharedCall {
            function: Function {
                kpi,
                answer: Answer::Value,
            },
            args: (0..form.args.len())
                .map(|position| match form.args[position].kind {
                    Kind::AtLeast => add(lit(3_i64)),
                    Kind::Years => add(lit(2.5)),
                    _ => add(column_of(column(form, position))),
                })
                .collect(),
            filter: filter.map(|filter| add(column_of(filter))),
        });
        Together {
            calls: calls.collect(),
            arguments,
            batch: batch.clone(),
        }
    }

    fn accumulator(&self, waits: Waits) -> Box<dyn GroupsAccumulator> {
        let together = KpiTogether::new(self.calls.clone()).with_rows_waiting(waits);
        let function = Arc::new(AggregateUDF::from(together));
        let aggregate = AggregateExprBuilder::new(function, self.arguments.clone())
            .schema(self.batch.schema())
            .alias("together")
            .build();
        let aggregate = aggregate.expect("the calls are right");
        aggregate.create_groups_accumulator().expect("supported")
    }

    /// An accumulator that has seen all rows.
    fn fed(&self, waits: Waits) -> Result<Box<dyn GroupsAccumulator>> {
        let mut groups = self.accumulator(waits);
        for (number, rows) in slices(&self.batch, 1, 700)[0].iter().enumerate() {
            // The last groups come late.
            let of: Vec<usize> = (0..rows.num_rows())
                .map(|row| row * (number + 1) % 11)
                .collect();
            groups.update_batch(&self.columns(rows), &of, None, 11)?;
        }
        Ok(groups)
    }

    /// The arguments of some rows.
    fn columns(&self, rows: &RecordBatch) -> Vec<ArrayRef> {
        let columns = self.arguments.iter().map(|argument| {
            let value = argument.evaluate(rows).expect("columns and literals");
            value.into_array(rows.num_rows()).expect("so many rows")
        });
        columns.collect()
    }

    fn answer(&self, waits: Waits) -> ArrayRef {
        let answer = self
            .fed(waits)
            .and_then(|mut groups| groups.evaluate(EmitTo::All));
        answer.expect("an answer")
    }
}

fn rate() -> (&'static Kpi, &'static Form) {
    let mut all = calls().into_iter();
    let rate = all.find(|(kpi, ..)| kpi.name == "cross_sell_rate");
    let (kpi, form, _) = rate.expect("it exists");
    (kpi, form)
}

fn rate_of(batch: &RecordBatch) -> Together {
    let (kpi, form) = rate();
    Together::of(&[(kpi, form, None)], batch)
}

fn disk() -> Arc<DiskManager> {
    Arc::new(DiskManagerBuilder::default().build().expect("a disk"))
}

/// Room for no row, so that all full blocks are written.
fn no_memory(disk: &Arc<DiskManager>) -> Overflow {
    Overflow {
        memory: 0,
        ..overflow(1 << 30, 1, disk).expect("there is a disk")
    }
}

#[test]
fn rows_wait_in_memory_and_on_the_disk() {
    let batch = orders(9_000, 3, 400);
    let mut on_disk = 0;
    let (rate, rate_form) = rate();
    for (kpi, form, call) in calls() {
        // A list of items has no order before it is finished.
        if !matches!(form.grain, Grain::Entity { .. }) || shows_items(form) {
            continue;
        }
        let mut sets = vec![vec![(kpi, form, None)], vec![(kpi, form, Some("flag2"))]];
        if form.entity().len() == 1 && column(form, form.entity()[0]) == "buyer" {
            sets.push(vec![
                (kpi, form, Some("flag2")),
                (rate, rate_form, None),
                (kpi, form, None),
            ]);
        }
        for set in sets {
            let together = Together::of(&set, &batch);
            let expected = together.answer(Waits::No);
            assert!(*together.answer(Waits::InMemory) == *expected, "{call}");
            let disk = disk();
            let waiting = together.fed(Waits::With(no_memory(&disk)));
            let mut waiting = waiting.expect("good rows");
            on_disk += usize::from(disk.used_disk_space() > 0);
            let answer = waiting.evaluate(EmitTo::All).expect("an answer");
            assert!(*answer == *expected, "{call}");
            drop(waiting);
            assert_eq!(disk.used_disk_space(), 0);
        }
    }
    assert!(on_disk > 50, "{on_disk}");
}

/// What waits in memory can still be handed on as a state; what waits on the disk was too much for that.
#[test]
fn a_state_needs_its_rows_in_memory() {
    let batch = orders(9_000, 3, 400);
    let together = rate_of(&batch);
    let disk = disk();
    let plenty = overflow(1 << 30, 1, &disk).expect("there is a disk");
    let state = |waits| {
        together
            .fed(waits)
            .and_then(|mut groups| groups.state(EmitTo::All))
    };
    for waits in [Waits::InMemory, Waits::With(plenty)] {
        // In another order, but merged it gives the same answer.
        let state = state(waits).expect("a state");
        let mut merged = together.accumulator(Waits::No);
        let groups: Vec<usize> = (0..state[0].len()).collect();
        let merge = merged.merge_batch(&state, &groups, groups.len());
        merge.expect("a state of these calls");
        let answer = merged.evaluate(EmitTo::All).expect("an answer");
        assert!(answer == together.answer(Waits::No));
    }
    let error = state(Waits::With(no_memory(&disk))).expect_err("the rows are on the disk");
    let words = "cross_sell_rate: too little memory for the groups, of which the rows are on the disk: SET kpi.buckets = 16384";
    assert!(error.to_string().contains(words), "{error}");
}

/// Groups of which there are many are small, and are spilled themselves if need be.
#[test]
fn rows_of_many_groups_do_not_wait_on_the_disk() {
    let batch = orders(9_000, 3, 400);
    let together = rate_of(&batch);
    let columns = together.columns(&batch);
    // Sixteen batches are more than a megabyte of rows, and the first eight have 72,000 groups.
    let fed = |waits, groups: usize| {
        let mut accumulator = together.accumulator(waits);
        for number in 0..16 {
            let of: Vec<usize> = (0..9_000)
                .map(|row| (number % 8 * 9_000 + row) % groups)
                .collect();
            let known = groups.min((number + 1) * 9_000);
            let fed = accumulator.update_batch(&columns, &of, None, known);
            fed.expect("good rows");
        }
        accumulator
    };
    for (groups, are_many) in [(72_000, true), (5_000, false)] {
        let disk = disk();
        let room = Overflow {
            memory: 1_000_000,
            ..no_memory(&disk)
        };
        let mut waiting = fed(Waits::With(room), groups);
        assert_eq!(disk.used_disk_space() == 0, are_many, "{groups}");
        let answer = waiting.evaluate(EmitTo::All).expect("an answer");
        let expected = fed(Waits::No, groups).evaluate(EmitTo::All);
        assert!(*answer == *expected.expect("an answer"));
    }
}

/// The limit of the disk holds for rows as for everything else.
#[test]
fn a_full_disk_is_an_error() {
    let full = DiskManagerBuilder::default().with_max_temp_directory_size(10_000);
    let disk = Arc::new(full.build().expect("a disk"));
    let batch = orders(9_000, 3, 400);
    let together = rate_of(&batch);
    let error = together.fed(Waits::With(no_memory(&disk)));
    let error = error.err().expect("there is no room").to_string();
    let words = "The used disk space during the spilling process has exceeded the allowable limit";
    assert!(error.contains(words), "{error}");
}
