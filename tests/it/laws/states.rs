//! Partial states: split, merged, emitted in pieces, and of the size that they say.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, RecordBatch, UInt64Array};
use datafusion::arrow::compute::take_record_batch;
use datafusion::logical_expr::{AggregateUDF, EmitTo};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::aggregate::{AggregateExprBuilder, AggregateFunctionExpr};
use datafusion::physical_expr::expressions::{col, lit};
use kpi_sql::define::{Form, Grain, Kind, Kpi};
use kpi_sql::engine::aggregate::function::KpiFunction;
use kpi_sql::engine::aggregate::udaf::KpiUdaf;
use kpi_sql::fold::facts::call::Variant;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{calls, column, orders};

/// A physical aggregate of a form, for laws about its partial states.
fn physical(kpi: &'static Kpi, form: &Form, batch: &RecordBatch) -> AggregateFunctionExpr {
    let argument = |position: usize| match form.args[position].kind {
        Kind::AtLeast => lit(3_i64),
        Kind::Years => lit(2.5),
        _ => col(column(form, position), &batch.schema()).expect("the column is there"),
    };
    let arguments: Vec<Arc<dyn PhysicalExpr>> = (0..form.args.len()).map(argument).collect();
    let udaf = AggregateUDF::new_from_impl(KpiUdaf::new(KpiFunction {
        kpi,
        variant: Variant::Value,
    }));
    AggregateExprBuilder::new(Arc::new(udaf), arguments)
        .schema(batch.schema())
        .alias("value")
        .build()
        .expect("the call is right")
}

fn arguments(aggregate: &AggregateFunctionExpr, batch: &RecordBatch) -> Vec<ArrayRef> {
    let evaluate = |expr: &Arc<dyn PhysicalExpr>| {
        let value = expr.evaluate(batch).expect("columns and literals evaluate");
        value
            .into_array(batch.num_rows())
            .expect("it has that many rows")
    };
    aggregate.expressions().iter().map(evaluate).collect()
}

/// Rows split at random into parts, whose states are taken in pieces, merged in any order, taken
/// again and merged again: the values stay.
#[test]
fn states_can_be_split_and_merged() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let batch = orders(500, 1, 30);
    let groups: Vec<usize> = (0..batch.num_rows())
        .map(|_| rng.random_range(0..7))
        .collect();
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let mut whole = aggregate.create_groups_accumulator().expect("supported");
        whole
            .update_batch(&arguments(&aggregate, &batch), &groups, None, 7)
            .expect("good rows");
        let expected = whole.evaluate(EmitTo::All).expect("values");
        for split in 1..6 {
            let parts: Vec<Vec<u64>> = {
                let mut parts = vec![vec![]; split];
                for row in 0..batch.num_rows() as u64 {
                    parts[rng.random_range(0..split)].push(row);
                }
                parts
            };
            let mut merged = aggregate.create_groups_accumulator().expect("supported");
            for part in parts {
                let indices = UInt64Array::from(part.clone());
                let rows = take_record_batch(&batch, &indices).expect("the rows exist");
                let part_groups: Vec<usize> =
                    part.iter().map(|row| groups[*row as usize]).collect();
                let mut accumulator = aggregate.create_groups_accumulator().expect("supported");
                accumulator
                    .update_batch(&arguments(&aggregate, &rows), &part_groups, None, 7)
                    .expect("good rows");
                // Out in three pieces: groups 0 to 1, 2 to 4, and the rest.
                let mut first = 0;
                for emit in [EmitTo::First(2), EmitTo::First(3), EmitTo::All] {
                    let state = accumulator.state(emit).expect("a state");
                    assert_types(&aggregate, &state);
                    let ids: Vec<usize> = (first..first + state[0].len()).collect();
                    first += state[0].len();
                    merged
                        .merge_batch(&state, &ids, 7)
                        .expect("a state of ours");
                    // More rows may come after a state was taken; an empty batch changes nothing.
                    accumulator
                        .update_batch(
                            &arguments(&aggregate, &rows.slice(0, 0)),
                            &[],
                            None,
                            7 - first,
                        )
                        .expect("no rows");
                }
            }
            // State after merge, merged once more; then evaluated in pieces.
            let state = merged.state(EmitTo::All).expect("a state");
            let mut last = aggregate.create_groups_accumulator().expect("supported");
            last.merge_batch(&state, &[0, 1, 2, 3, 4, 5, 6], 7)
                .expect("a state of ours");
            let pieces = [EmitTo::First(1), EmitTo::First(4), EmitTo::All]
                .map(|emit| last.evaluate(emit).expect("values"));
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            let values = datafusion::arrow::compute::concat(&pieces).expect("one type");
            assert_eq!(&values, &expected, "{call} in {split} parts");
        }
    }
}

fn assert_types(aggregate: &AggregateFunctionExpr, state: &[ArrayRef]) {
    let fields = aggregate.state_fields().expect("fields");
    let types: Vec<_> = fields.iter().map(|field| field.data_type()).collect();
    let got: Vec<_> = state.iter().map(|array| array.data_type()).collect();
    assert_eq!(got, types);
}

/// What a state conversion gives is what a state of one-row groups gives.
#[test]
fn rows_convert_to_states() {
    let batch = orders(300, 1, 20);
    let groups: Vec<usize> = (0..300).map(|row| row % 5).collect();
    let condition = BooleanArray::from_iter((0..300).map(|row| match row % 4 {
        0 => Some(false),
        1 => None,
        _ => Some(true),
    }));
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let values = arguments(&aggregate, &batch);
        for condition in [None, Some(&condition)] {
            let mut direct = aggregate.create_groups_accumulator().expect("supported");
            direct
                .update_batch(&values, &groups, condition, 5)
                .expect("good rows");
            let mut converted = aggregate.create_groups_accumulator().expect("supported");
            let state = converted
                .convert_to_state(&values, condition)
                .expect("a state");
            assert_types(&aggregate, &state);
            // A slice of the state, too: its offsets do not start at 0.
            for (from, length) in [(0, 100), (100, 200)] {
                let part: Vec<_> = state
                    .iter()
                    .map(|array| array.slice(from, length))
                    .collect();
                converted
                    .merge_batch(&part, &groups[from..from + length], 5)
                    .expect("a state of ours");
            }
            let expected = direct.evaluate(EmitTo::All).expect("values");
            let got = converted.evaluate(EmitTo::All).expect("values");
            assert_eq!(&got, &expected, "{call}");
        }
    }
}

/// The size that is told to the memory pool grows with the entities, and shrinks when they leave.
#[test]
fn sizes_follow_the_entities() {
    let batch = orders(60_000, 1, 50_000);
    let groups: Vec<usize> = (0..batch.num_rows()).map(|row| row % 100).collect();
    for (kpi, form, call) in calls() {
        let aggregate = physical(kpi, form, &batch);
        let mut accumulator = aggregate.create_groups_accumulator().expect("supported");
        let empty = accumulator.size();
        accumulator
            .update_batch(&arguments(&aggregate, &batch), &groups, None, 100)
            .expect("good rows");
        let full = accumulator.size();
        let entities = matches!(form.grain, Grain::Entity { .. });
        let least = if entities { 40_000 * 16 } else { 100 * 8 };
        assert!(full - empty > least, "{call}: {empty} to {full}");
        accumulator.evaluate(EmitTo::All).expect("values");
        assert!(
            accumulator.size() < full / 4,
            "{call}: {}",
            accumulator.size()
        );
    }
}
