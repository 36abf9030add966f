//! The plain SQL of each form gives the function's number.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::prelude::{SessionConfig, SessionContext};
use kpi_sql::define::{Finish, Form, Kind, Kpi};
use kpi_sql::fold::facts::interval::IntervalMethod;
use kpi_sql::kpi::all;

use crate::laws::{column, orders};
use crate::support::{register_partitions, rows, session};

/// The types that amounts have in turn.
const MONEY: [DataType; 2] = [DataType::Decimal128(12, 2), DataType::Float64];

/// Five rows for each customer, one or two in a segment: some with one product and some with several.
fn table(money: &DataType) -> RecordBatch {
    let batch = orders(400, 4, 80);
    let fields = batch.schema();
    let columns = fields.fields().iter().zip(batch.columns());
    let columns = columns.map(|(field, column)| {
        let column = match field.name().starts_with("amount") {
            true => cast(column, money).expect("amounts cast"),
            false => column.clone(),
        };
        (field.name().clone(), column, true)
    });
    RecordBatch::try_from_iter_with_nullable(columns).expect("the columns are of one length")
}

/// A small table is not worth more than one.
fn one_partition() -> SessionContext {
    session(SessionConfig::new().with_target_partitions(1))
}

/// The call of a form on `t`, whose columns are named like its arguments. What is written out in the
/// call is written out in the formula as well.
fn call(kpi: &Kpi, form: &Form) -> String {
    let arguments = form.args.iter().map(|arg| match arg.kind.is_literal() {
        true => arg.column.to_string(),
        false => format!("\"{}\"", arg.name),
    });
    let arguments: Vec<_> = arguments.collect();
    format!("{}({})", kpi.name, arguments.join(", "))
}

async fn make_t(ctx: &SessionContext, form: &Form, condition: &str) {
    let columns = form.args.iter().enumerate();
    let columns = columns.filter(|(_, arg)| !arg.kind.is_literal());
    let columns: Vec<_> = columns
        .map(|(position, arg)| format!("{} AS \"{}\"", column(form, position), arg.name))
        .collect();
    let view = format!(
        "CREATE OR REPLACE VIEW t AS SELECT {} FROM orders WHERE {condition}",
        columns.join(", ")
    );
    ctx.sql(&view).await.expect("a view can be made");
}

/// The one value of a query, as a float.
async fn number(ctx: &SessionContext, sql: &str) -> Option<f64> {
    let frame = ctx.sql(sql).await;
    let frame = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = frame.collect().await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut values = batches.iter().filter(|batch| batch.num_rows() > 0);
    let (Some(batch), None) = (values.next(), values.next()) else {
        panic!("{sql}: one row expected");
    };
    assert_eq!((batch.num_rows(), batch.num_columns()), (1, 1), "{sql}");
    let value = cast(batch.column(0), &DataType::Float64).expect("values are numbers");
    let value = value.as_primitive::<Float64Type>();
    value.is_valid(0).then(|| value.value(0))
}

/// How far apart a function and its formula may be: a DECIMAL is cut after its last digit, so both may be
/// off by one there.
fn slack(form: &Form, money: &DataType) -> f64 {
    let has_money = form.args.iter().any(|arg| arg.kind == Kind::Amount);
    match has_money && money.is_decimal() {
        true => 1e-6,
        // A difference that is 0 on paper may be a rounding.
        false => 1e-9,
    }
}

fn are_equal(one: Option<f64>, other: Option<f64>, slack: f64) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => (one - other).abs() <= slack + 1e-9 * one.abs(),
        (one, other) => one == other,
    }
}

#[tokio::test]
async fn formula_sql_gives_the_number() {
    let mut failures = vec![];
    let (mut numbers, mut nulls) = (0, 0);
    for money in &MONEY {
        let ctx = one_partition();
        register_partitions(&ctx, "orders", vec![vec![table(money)]]);
        for kpi in all() {
            for form in kpi.forms {
                let has_money = form.args.iter().any(|arg| arg.kind == Kind::Amount);
                if !has_money && *money != MONEY[0] {
                    continue;
                }
                for condition in [
                    "true",
                    "segment = 0",
                    "segment = 1",
                    "segment IS NULL",
                    "n = 17",
                    "false",
                ] {
                    make_t(&ctx, form, condition).await;
                    let call = call(kpi, form);
                    let problem = match form.finish {
                        Finish::Mix(_) => lists_differ(&ctx, &call, form).await,
                        _ => {
                            let function = number(&ctx, &format!("SELECT {call} FROM t")).await;
                            let formula = number(&ctx, form.sql).await;
                            numbers += usize::from(function.is_some());
                            nulls += usize::from(function.is_none());
                            (!are_equal(function, formula, slack(form, money)))
                                .then(|| format!("{function:?} is not {formula:?}"))
                        }
                    };
                    failures.extend(problem.map(|problem| {
                        format!("{call}, {money}, {condition}: {problem}\n{}", form.sql)
                    }));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(
        numbers > 250 && nulls > 50,
        "{numbers} numbers, {nulls} NULLs"
    );
}

/// What a list is made of, beside the rows of its formula.
async fn lists_differ(ctx: &SessionContext, call: &str, form: &Form) -> Option<String> {
    let list = format!(
        "SELECT item['product'], item['customers'], item['share'] FROM (SELECT unnest({call}) AS item FROM t)"
    );
    let list = rows(ctx, &list).await.expect("a list can be unnested");
    let formula = rows(ctx, form.sql).await.expect("the formula runs");
    (list != formula).then(|| format!("{list:?} is not {formula:?}"))
}

/// What an interval method promises is what `_parts` holds: an interval where there are a few rows,
/// and none where none would be honest.
#[tokio::test]
async fn parts_hold_what_the_method_says() {
    let ctx = one_partition();
    register_partitions(&ctx, "orders", vec![vec![table(&MONEY[0])]]);
    let mut methods = vec![];
    for kpi in all() {
        for form in kpi.forms {
            make_t(&ctx, form, "true").await;
            let call = call(kpi, form).replacen('(', "_parts(", 1);
            let field = |field: &str| format!("SELECT {call}['{field}'] FROM t");
            let method = form.interval_method();
            let low = number(&ctx, &field("ci_low")).await;
            let high = number(&ctx, &field("ci_high")).await;
            let value = number(&ctx, &field("value")).await;
            // Random orders belong to several customers each.
            let is_unshared = !matches!(form.finish, Finish::DistinctPerEntity(_));
            let expected = method != IntervalMethod::None && is_unshared;
            assert_eq!(
                (low.is_some(), high.is_some()),
                (expected, expected),
                "{call}"
            );
            if expected {
                assert!(
                    low < high && low <= value && value <= high,
                    "{call}: {low:?} {value:?} {high:?}"
                );
            }
            let words = form.interval_in_words();
            for name in ["numerator", "denominator"] {
                let is_null = number(&ctx, &field(name)).await.is_none();
                let sentences = words.split(['.', ',', ';']);
                let mut said = sentences.filter(|words| words.ends_with("NULL"));
                let is_said = said.any(|words| words.contains(&format!("`{name}`")));
                assert_eq!(is_null, is_said, "{call}: {name}: {words}");
            }
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
    }
    assert_eq!(methods.len(), 5, "{methods:?}");
}
