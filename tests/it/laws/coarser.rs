//! What is known of an entity in several groups, put together, is what its rows in one group would have given.

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch};
use datafusion::common::hash_utils::{RandomState, create_hashes};
use kpi_sql::define::{Finish, Form, Kind, Kpi};
use kpi_sql::fold::facts::call::{Call, Items, UnboundCall, Variant};
use kpi_sql::fold::keys::coarser::Coarser;
use kpi_sql::fold::run::call_error::CallError;
use kpi_sql::fold::run::groups::{BoundCall, Groups};
use kpi_sql::fold::value::parts::Parts;
use kpi_sql::fold::value::summary::Summary;
use std::sync::Arc;

use super::{calls, column, orders, slices};

/// The group that each of seven becomes a part of.
const OF: [usize; 7] = [0, 1, 0, 2, 1, 2, 0];
const THREE: Coarser = Coarser { of: &OF, groups: 3 };
const ALL: Coarser = Coarser {
    of: &[0; 7],
    groups: 1,
};

fn args(form: &Form, batch: &RecordBatch) -> Vec<ArrayRef> {
    let rows = batch.num_rows();
    let args = (0..form.args.len()).map(|position| -> ArrayRef {
        match form.args[position].kind {
            Kind::AtLeast => Arc::new(Int64Array::from_value(3, rows)),
            Kind::Years => Arc::new(Float64Array::from_value(2.5, rows)),
            _ => {
                let column = batch.column_by_name(column(form, position));
                column.expect("the column is there").clone()
            }
        }
    });
    args.collect()
}

fn call(kpi: &'static Kpi, form: &'static Form, variant: Variant, args: &[ArrayRef]) -> Call {
    let literal = form.args.iter().find_map(|arg| match arg.kind {
        Kind::AtLeast => Some(3.0),
        Kind::Years => Some(2.5),
        _ => None,
    });
    let call = UnboundCall {
        kpi,
        variant,
        form,
        arg_types: args.iter().map(|arg| arg.data_type().clone()).collect(),
        items: Items::Here,
    };
    call.bind(literal).expect("the form has its literal")
}

/// The calls of a form twice: of all rows, and of those with a flag. Each row is in a group of these.
fn folded(
    kpi: &'static Kpi,
    form: &'static Form,
    variant: Variant,
    batch: &RecordBatch,
    of: Option<&[usize]>,
) -> Groups {
    folded_by(kpi, form, variant, batch, of, &|row| row % 7, false)
}

/// The same with the group of each row by a number of its own, and rows that may wait.
fn folded_by(
    kpi: &'static Kpi,
    form: &'static Form,
    variant: Variant,
    batch: &RecordBatch,
    of: Option<&[usize]>,
    group: &dyn Fn(usize) -> usize,
    waits: bool,
) -> Groups {
    let columns = args(form, batch);
    let call = call(kpi, form, variant, &columns);
    let shared = |filter| BoundCall {
        call: call.clone(),
        args: (0..columns.len()).collect(),
        filter,
    };
    let calls = match form.entity() {
        [] => vec![shared(None)],
        _ => vec![shared(None), shared(Some(columns.len()))],
    };
    let mut groups = Groups::of_all(calls).expect("the calls fit together");
    groups.grow(of.map_or(7, |of| of.iter().max().map_or(0, |most| most + 1)));
    if waits {
        groups.let_rows_wait();
    }
    let mut before = 0;
    for (number, rows) in slices(batch, 1, 700)[0].iter().enumerate() {
        let mut columns = args(form, rows);
        columns.push(rows.column_by_name("flag2").expect("it is there").clone());
        let fine = (0..rows.num_rows()).map(|row| group(before + row * (number + 3)));
        let groups_of: Vec<usize> = fine.map(|group| of.map_or(group, |of| of[group])).collect();
        let updated = groups.update(&columns, &groups_of, None);
        updated.expect("the rows fit the call");
        before += 7 * rows.num_rows();
    }
    groups
}

#[test]
fn entities_of_several_groups_are_put_together() {
    let batch = orders(6_000, 5, 300);
    for (kpi, form, text) in calls() {
        let mut fine = folded(kpi, form, Variant::Value, &batch, None);
        let mut coarse = folded(kpi, form, Variant::Value, &batch, Some(&OF));
        let mut made = fine.coarser(&THREE).expect("they can be put together");
        // Items have no order there.
        if !matches!(form.finish, Finish::Mix(_) | Finish::DistinctPerEntity(_)) {
            let (made, coarse) = (made.summaries(3), coarse.summaries(3));
            assert_eq!(
                made.expect("a summary"),
                coarse.expect("a summary"),
                "{text}"
            );
        }
        let made = fine.coarser(&THREE).and_then(|mut made| made.values(3));
        let coarse = folded(kpi, form, Variant::Value, &batch, Some(&OF)).values(3);
        assert_eq!(&made.expect("values"), &coarse.expect("values"), "{text}");
        // And once more: all in one.
        let mut all = fine.coarser(&THREE).expect("three groups");
        let all = all
            .coarser(&Coarser {
                of: &[0; 3],
                groups: 1,
            })
            .and_then(|mut all| all.values(1));
        let one = folded(kpi, form, Variant::Value, &batch, Some(&[0; 7])).values(1);
        assert_eq!(&all.expect("a value"), &one.expect("a value"), "{text}");
    }
}

/// Entities of one group alone, or of all.
#[test]
fn sets_are_made_of_their_groups() {
    let batch = orders(6_000, 5, 300);
    let alone = |_: usize| 3;
    let all = |row: usize| row % 7;
    let groups_of_rows: [&dyn Fn(usize) -> usize; 2] = [&alone, &all];
    for (kpi, form, text) in calls() {
        for group in groups_of_rows {
            for waits in [false, true] {
                for variant in [Variant::Value, Variant::Parts] {
                    let folded = |of| folded_by(kpi, form, variant, &batch, of, group, waits);
                    let mut fine = folded(None);
                    let made = fine.summaries_of_all(&[THREE, ALL]).expect("summaries");
                    for (of, groups, made) in [
                        (None, 7, 0),
                        (Some(&OF[..]), 3, 1),
                        (Some(&[0; 7][..]), 1, 2),
                    ]
                    .map(|(of, groups, at)| (of, groups, &made[at]))
                    {
                        let mut whole = folded(of);
                        let whole = whole.summaries(groups).expect("summaries");
                        let parts = |of_calls: &[Vec<ArrayRef>]| {
                            let all: Vec<usize> = (0..groups).collect();
                            let parts = of_calls.iter().flat_map(|columns| {
                                let mut summary =
                                    Summary::new(fine.call().clone()).expect("a summary");
                                summary.grow(groups);
                                summary.merge(columns, &all).expect("its own columns");
                                match variant {
                                    Variant::Parts => summary
                                        .parts(groups)
                                        .expect("parts")
                                        .into_iter()
                                        .map(digits)
                                        .collect(),
                                    _ => vec![format!(
                                        "{:?}",
                                        summary.values(groups).expect("values")
                                    )],
                                }
                            });
                            parts.collect::<Vec<_>>()
                        };
                        assert_eq!(parts(made), parts(&whole), "{text}, rows wait: {waits}");
                    }
                }
            }
        }
    }
}

#[test]
fn parts_and_states_are_put_together() {
    let batch = orders(6_000, 5, 300);
    for (kpi, form, text) in calls() {
        let mut fine = folded(kpi, form, Variant::Parts, &batch, None);
        let mut made = fine.coarser(&THREE).expect("they can be put together");
        let mut coarse = folded(kpi, form, Variant::Parts, &batch, Some(&OF));
        let (made, coarse) = (made.parts(3), coarse.parts(3));
        for (made, coarse) in made.expect("parts").into_iter().zip(coarse.expect("parts")) {
            assert_same(made, coarse, &text);
        }
        let mut fine = folded(kpi, form, Variant::State, &batch, None);
        let mut made = fine.coarser(&THREE).expect("they can be put together");
        let mut merged = Groups::new(made.call().clone()).expect("a call");
        merged.grow(3);
        let state = made.states(3).expect("a state").swap_remove(0);
        merged
            .merge(&state, &[0, 1, 2])
            .expect("a state of the call");
        let coarse = folded(kpi, form, Variant::State, &batch, Some(&OF)).values(3);
        let merged = merged.values(3).expect("values");
        assert_eq!(&merged, &coarse.expect("values"), "{text}");
    }
}

/// Pieces of the groups, merged anew, are the groups.
#[test]
fn groups_in_pieces_are_the_groups() {
    let batch = orders(6_000, 5, 300);
    for (kpi, form, text) in calls() {
        let mut whole = folded(kpi, form, Variant::Parts, &batch, None);
        let mut merged = folded(kpi, form, Variant::Parts, &batch.slice(0, 0), None);
        let region_of = |names: &[ArrayRef]| Ok((0..names[0].len()).map(|i| i * i % 5).collect());
        let pieces = whole.each_piece(5, region_of, |region, groups, state| {
            assert!(region < 5);
            merged.merge(&state, groups)
        });
        let pieces: Result<(), CallError> = pieces;
        pieces.expect("pieces");
        let beside = whole.beside();
        let all: Vec<usize> = (0..7).collect();
        merged
            .merge(&beside, &all)
            .expect("what is beside entities");
        let (merged, whole) = (merged.parts(7), whole.parts(7));
        for (merged, whole) in merged
            .expect("parts")
            .into_iter()
            .zip(whole.expect("parts"))
        {
            assert_same(merged, whole, &text);
        }
    }
}

fn assert_same(one: Parts, other: Parts, text: &str) {
    assert_eq!(digits(one), digits(other), "{text}");
}

/// Standard errors are sums of floats, whose last digits depend on the order.
fn digits(parts: Parts) -> String {
    let number = |number: Option<f64>| number.map(|number| format!("{number:.11e}"));
    let Parts {
        value,
        numerator,
        denominator,
        std_error,
        ci_low,
        ci_high,
        rows,
        rows_ignored,
    } = parts;
    let numbers = [value, numerator, denominator, std_error, ci_low, ci_high];
    format!("{:?}", (numbers.map(number), rows, rows_ignored))
}

/// Rows that wait when memory is refused are folded and spilled a part of the regions at a time.
#[test]
fn what_waits_is_spilled_in_parts() {
    let batch = orders(6_000, 5, 300);
    for (kpi, form, text) in calls() {
        let group = |row: usize| row % 7;
        let fold = |waits| folded_by(kpi, form, Variant::Value, &batch, None, &group, waits);
        let mut waiting = fold(true);
        let mut back = folded_by(
            kpi,
            form,
            Variant::Value,
            &batch.slice(0, 0),
            None,
            &group,
            false,
        );
        let region_of = |names: &[ArrayRef]| {
            let mut hashes = vec![0; names.first().map_or(0, |names| names.len())];
            if !names.is_empty() {
                create_hashes(names, &RandomState::with_seed(1), &mut hashes)
                    .expect("names can be hashed");
            }
            Ok::<_, CallError>(hashes.iter().map(|hash| (hash % 4) as usize).collect())
        };
        let spilled =
            waiting.each_piece(4, region_of, |_, groups, state| back.merge(&state, groups));
        spilled.expect("it can be spilled");
        let all: Vec<usize> = (0..7).collect();
        back.merge(&waiting.beside(), &all).expect("it comes back");
        assert_eq!(
            &back.values(7).expect("values"),
            &fold(false).values(7).expect("values"),
            "{text}"
        );
    }
}
