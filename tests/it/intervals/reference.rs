//! Every case of `reference.csv`, whose figures scipy and statsmodels have worked out. `make_reference.py`
//! says with which function, and writes it anew.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::prelude::SessionContext;

use crate::support::plain_session;

/// The columns of the file that are fields of the STRUCT of a query, where that has them.
const FIGURES: [&str; 6] = [
    "value",
    "std_error",
    "ci_low",
    "ci_high",
    "difference",
    "p_value",
];

type Record = BTreeMap<String, String>;

fn cases() -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_path("tests/it/intervals/reference.csv")
        .expect("the file is there");
    let records = reader.deserialize().collect::<Result<_, _>>();
    records.expect("every line is of one shape")
}

/// The numbers of the one STRUCT of a query, by name.
async fn figures(ctx: &SessionContext, sql: &str) -> BTreeMap<String, Option<f64>> {
    let frame = ctx.sql(sql).await;
    let batches = frame.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let batches = batches.collect().await;
    let batches = batches.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let fields = batches[0].column(0).as_struct();
    let numbers = fields.column_names().into_iter().zip(fields.columns());
    numbers
        .filter_map(|(name, column)| Some((name, column.as_primitive_opt::<Float64Type>()?)))
        .map(|(name, column)| {
            let figure = column.is_valid(0).then(|| column.value(0));
            (name.to_string(), figure)
        })
        .collect()
}

/// Within 1e-9 of the larger one.
fn agree(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

#[tokio::test]
async fn intervals_and_p_values_are_those_of_other_libraries() {
    let ctx = plain_session();
    let mut compared = 0;
    for case in cases() {
        let got = figures(&ctx, &case["query"]).await;
        for name in FIGURES {
            let expected = match case[name].as_str() {
                "" => None,
                figure => Some(figure.parse::<f64>().expect("figures are numbers")),
            };
            let Some(got) = got.get(name).copied() else {
                assert_eq!(expected, None, "{}: no {name}", case["case"]);
                continue;
            };
            let same = match (got, expected) {
                (Some(got), Some(expected)) => agree(got, expected),
                (got, expected) => got == expected,
            };
            assert!(
                same,
                "{}: {name} is {got:?}; {} gives {expected:?}\n{}",
                case["case"], case["made_with"], case["query"]
            );
            compared += usize::from(got.is_some());
        }
    }
    assert!(compared > 250, "only {compared} figures were compared");
}
