//! Laws of `_parts`, for every form: it agrees with the value, with counts in plain SQL, and with itself.

use datafusion::arrow::array::{Array, AsArray, StructArray};
use datafusion::arrow::datatypes::{Float64Type, Int64Type};
use datafusion::prelude::SessionContext;
use kpi_sql::define::{Finish, Form, Grain, RowFold};

use super::{calls, column, orders, shows_items, shuffled, slices};
use crate::support::{plain_session, register_partitions, session, settings};

const CONDITION: &str = "amount > 100 OR (flag AND tier < 5)";

/// The numbers of one STRUCT.
#[derive(Debug, Clone, PartialEq)]
struct Figures {
    kpi: String,
    value: Option<f64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    std_error: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    rows: i64,
    rows_ignored: i64,
}

impl Figures {
    fn of(parts: &StructArray, row: usize) -> Self {
        let column = |name: &str| parts.column_by_name(name).expect("parts have this field");
        let number = |name: &str| {
            let numbers = column(name).as_primitive::<Float64Type>();
            numbers.is_valid(row).then(|| numbers.value(row))
        };
        let count = |name: &str| column(name).as_primitive::<Int64Type>().value(row);
        Figures {
            kpi: column("kpi").as_string::<i32>().value(row).to_string(),
            value: number("value"),
            numerator: number("numerator"),
            denominator: number("denominator"),
            std_error: number("std_error"),
            ci_low: number("ci_low"),
            ci_high: number("ci_high"),
            rows: count("rows"),
            rows_ignored: count("rows_ignored"),
        }
    }

    fn numbers(&self) -> [Option<f64>; 6] {
        [
            self.value,
            self.numerator,
            self.denominator,
            self.std_error,
            self.ci_low,
            self.ci_high,
        ]
    }

    /// The same counts, and the same numbers but for the rounding of sums in another order.
    fn agree(&self, other: &Figures) -> bool {
        let close = |(one, other): (&Option<f64>, &Option<f64>)| match (one, other) {
            (Some(one), Some(other)) => (one - other).abs() <= 1e-9 * one.abs().max(1.0),
            (one, other) => one == other,
        };
        let numbers = self.numbers();
        (self.rows, self.rows_ignored) == (other.rows, other.rows_ignored)
            && numbers.iter().zip(&other.numbers()).all(close)
    }
}

/// What one row of an answer says: the value, the parts, how many rows there are, and how many of them
/// count for nothing.
#[derive(Debug, Clone)]
struct Told {
    value: Option<f64>,
    parts: Figures,
    rows: i64,
    ignored: i64,
}

/// Runs a query with a value, parts and two counts side by side, once or several times.
async fn told(ctx: &SessionContext, sql: &str) -> Vec<Told> {
    let frame = ctx.sql(sql).await;
    let batches = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = batches.collect().await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut told = vec![];
    for batch in &batches {
        for row in 0..batch.num_rows() {
            for columns in batch.columns().chunks(4) {
                let value = columns[0].as_primitive::<Float64Type>();
                let count = |column: usize| columns[column].as_primitive::<Int64Type>().value(row);
                told.push(Told {
                    value: value.is_valid(row).then(|| value.value(row)),
                    parts: Figures::of(columns[1].as_struct(), row),
                    rows: count(2),
                    ignored: count(3),
                });
            }
        }
    }
    told
}

/// When a row is ignored whole, in SQL: the entity is NULL, or else what is judged.
fn ignored(form: &Form) -> String {
    let nulls = |arguments: &[usize]| {
        let nulls = arguments
            .iter()
            .map(|i| format!("{} IS NULL", column(form, *i)));
        nulls.collect::<Vec<_>>().join(" OR ")
    };
    match form.grain {
        Grain::Entity { entity, needs, .. } => nulls(&[entity, needs].concat()),
        Grain::Row(RowFold::Flag(judged)) => nulls(&[judged]),
        Grain::Row(RowFold::NetScore { score, .. } | RowFold::ScoreAtLeast { score, .. }) => {
            nulls(&[score])
        }
        // Or it ends before it starts.
        Grain::Row(RowFold::TimeBetween { from, to }) => format!(
            "{} OR {} < {}",
            nulls(&[from, to]),
            column(form, to),
            column(form, from)
        ),
        Grain::Row(RowFold::Exists) => nulls(&[form.finish.totals()[0].amount]),
    }
}

/// A value, its parts and the counts: over the rows for which a condition holds, or over all.
fn side_by_side(form: &Form, call: &str, only: Option<&str>, over: &str) -> String {
    let parts = call.replacen('(', "_parts(", 1);
    // A list is not a number.
    let number = if shows_items(form) {
        "sum(CAST(NULL AS DOUBLE))"
    } else {
        call
    };
    let columns = format!(
        "CAST({number} FILTER (WHERE {{only}}){over} AS DOUBLE), {parts} FILTER (WHERE {{only}}){over}, count(*) FILTER (WHERE {{only}}){over}, count(*) FILTER (WHERE ({{only}}) AND ({})){over}",
        ignored(form)
    );
    match only {
        Some(only) => columns.replace("{only}", only),
        None => columns
            .replace("({only}) AND ", "")
            .replace(" FILTER (WHERE {only})", ""),
    }
}

/// Every form by segment, over all rows and over some.
fn by_segment(form: &Form, call: &str) -> String {
    format!(
        "SELECT {}, {} FROM orders GROUP BY segment ORDER BY segment",
        side_by_side(form, call, None, ""),
        side_by_side(form, call, Some(CONDITION), "")
    )
}

#[tokio::test]
async fn parts_agree_with_values_and_counts_under_every_setting() {
    let batch = orders(600, 4, 40);
    let plain = plain_session();
    register_partitions(&plain, "orders", slices(&batch, 1, 8192));
    let sessions = settings().into_iter().map(|(setting, config)| {
        let ctx = session(config);
        let partitions = slices(&shuffled(&batch, 2), 3, 50);
        register_partitions(&ctx, "orders", partitions);
        (setting, ctx)
    });
    let sessions: Vec<_> = sessions.collect();
    for (kpi, form, call) in calls() {
        let sql = by_segment(form, &call);
        let expected = told(&plain, &sql).await;
        assert_eq!(expected.len(), 10, "five segments with two answers: {sql}");
        assert!(expected.iter().any(|told| told.ignored > 0), "{sql}");
        for (setting, ctx) in &sessions {
            let got = told(ctx, &sql).await;
            assert_eq!(got.len(), expected.len());
            for (got, expected) in got.iter().zip(&expected) {
                assert_eq!(got.parts.kpi, kpi.name);
                assert_eq!(got.parts.value, got.value, "{setting}: {sql}");
                assert_eq!(got.parts.rows, got.rows, "{setting}: {sql}");
                assert_eq!(got.parts.rows_ignored, got.ignored, "{setting}: {sql}");
                assert!(
                    got.parts.agree(&expected.parts),
                    "{setting}: {sql}\n{got:?}\n{expected:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn parts_over_a_window_are_those_of_its_rows() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(90, 2, 20), 3, 20));
    for (_, form, call) in calls() {
        let groups = told(&ctx, &by_segment(form, &call)).await;
        for over in [
            " OVER (PARTITION BY segment)",
            " OVER (PARTITION BY segment ORDER BY n)",
            " OVER (PARTITION BY segment ORDER BY n ROWS BETWEEN 1000 PRECEDING AND CURRENT ROW)",
        ] {
            let columns = [None, Some(CONDITION)].map(|only| side_by_side(form, &call, only, over));
            let names = (0..8)
                .map(|i| format!("c{i}"))
                .collect::<Vec<_>>()
                .join(", ");
            let sql = format!(
                "SELECT {names} FROM (SELECT segment, row_number() OVER (PARTITION BY segment ORDER BY n DESC), {}, {} FROM orders) AS w(segment, last, {names}) WHERE last = 1 ORDER BY segment",
                columns[0], columns[1]
            );
            let windows = told(&ctx, &sql).await;
            assert_eq!(windows.len(), groups.len(), "{sql}");
            for (window, group) in windows.iter().zip(&groups) {
                assert_eq!(window.parts.value, window.value, "{sql}");
                assert!(
                    window.parts.agree(&group.parts),
                    "{sql}\n{window:?}\n{group:?}"
                );
            }
        }
    }
}

/// What a value is of its numerator and denominator; `None` where these say something else, or nothing.
fn factor(form: &Form) -> Option<f64> {
    match form.finish {
        Finish::Percent
        | Finish::SumShare(_, _)
        | Finish::OutsideBasketShare(_)
        | Finish::Retention { .. } => Some(100.0),
        Finish::Mean
        | Finish::MeanDays
        | Finish::MeanYears
        | Finish::MeanAmount(_)
        | Finish::SumPerEntity(_)
        | Finish::DistinctPerEntity(_)
        | Finish::Lift => Some(1.0),
        Finish::PercentDifference
        | Finish::MedianDays
        | Finish::Count
        | Finish::Sum(_)
        | Finish::OutsideBasket(_)
        | Finish::LifetimeValue { .. }
        | Finish::Mix(_) => None,
    }
}

/// Whether a value is the mean of what rows or entities have.
fn is_mean(form: &Form) -> bool {
    factor(form) == Some(1.0) && form.finish != Finish::Lift
}

/// Whether a form ever gives an interval: a mean does, and a percentage of what was counted.
fn has_interval(form: &Form) -> bool {
    is_mean(form) || counts(form)
}

fn counts(form: &Form) -> bool {
    matches!(form.finish, Finish::Percent | Finish::PercentDifference)
}

#[tokio::test]
async fn parts_fit_together() {
    let ctx = plain_session();
    // Many small groups, so that there are some with one entity, none, or all alike.
    register_partitions(&ctx, "orders", slices(&orders(900, 150, 40), 3, 50));
    for (_, form, call) in calls() {
        let sql = by_segment(form, &call);
        let told = told(&ctx, &sql).await;
        let mut with = 0;
        for Told { parts, .. } in &told {
            if let (Some(factor), Some(value)) = (factor(form), parts.value) {
                let (n, of) = (parts.numerator, parts.denominator);
                let quotient = factor * n.expect("it has one") / of.expect("it has one");
                // A DECIMAL of two digits after the point has a mean of six, and what follows is cut off.
                let cut_off = match form.finish {
                    Finish::MeanAmount(_) | Finish::SumPerEntity(_) => 1e-6,
                    _ => 1e-12 * value.abs(),
                };
                assert!((quotient - value).abs() <= cut_off, "{sql}: {parts:?}");
            }
            if factor(form).is_none() {
                assert_eq!(parts.numerator, None, "{sql}: {parts:?}");
            }
            // One customer does not tell how customers scatter.
            if is_mean(form) && parts.denominator < Some(2.0) {
                assert_eq!((parts.std_error, parts.ci_low), (None, None), "{sql}");
            }
            assert_eq!(parts.ci_low.is_some(), parts.ci_high.is_some(), "{sql}");
            let (Some(low), Some(high)) = (parts.ci_low, parts.ci_high) else {
                continue;
            };
            with += 1;
            assert!(has_interval(form), "{sql}: {parts:?}");
            let value = parts.value.expect("an interval is around a value");
            assert!(
                low <= value && value <= high && low < high,
                "{sql}: {parts:?}"
            );
            let std_error = parts.std_error.expect("who has an interval has an error");
            assert!(
                std_error > 0.0 || (counts(form) && std_error == 0.0),
                "{sql}"
            );
        }
        assert_eq!(with > 0, has_interval(form), "{sql}");
    }
}

#[tokio::test]
async fn parts_of_no_rows_are_empty() {
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&orders(10, 4, 40), 1, 50));
    for (kpi, form, call) in calls() {
        for (from, only) in [("orders WHERE false", None), ("orders", Some("NULL"))] {
            let columns = side_by_side(form, &call, only, "");
            let sql = format!("SELECT {columns} FROM {from}");
            let told = told(&ctx, &sql).await;
            let [Told { parts, .. }] = told.as_slice() else {
                panic!("{sql}: {told:?}");
            };
            assert_eq!(parts.kpi, kpi.name);
            let count = matches!(form.finish, Finish::Count).then_some(0.0);
            assert_eq!(parts.value, count, "{sql}");
            assert_eq!((parts.rows, parts.rows_ignored), (0, 0), "{sql}");
            let of_scatter = [parts.std_error, parts.ci_low, parts.ci_high];
            assert_eq!(of_scatter, [None; 3], "{sql}");
            for sum in [parts.numerator, parts.denominator].into_iter().flatten() {
                assert_eq!(sum, 0.0, "{sql}: {parts:?}");
            }
        }
    }
}
