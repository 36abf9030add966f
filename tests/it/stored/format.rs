//! The format stays what `docs/state-format.md` says, so that states of today can be read tomorrow.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use kpi_sql::define::{Finish, Form, Grain, Kind};
use kpi_sql::kpi::all;
use kpi_sql::state::State;

use crate::support::plain_session;

use super::state;

fn page() -> String {
    std::fs::read_to_string("docs/state-format.md").expect("the tests run in the package's folder")
}

/// The code blocks of the page in a language.
fn blocks<'a>(page: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    let blocks = page.split(&start).skip(1);
    blocks
        .map(|rest| rest.split("```").next().expect("a split has a first part"))
        .collect()
}

/// The bytes of the page's example: two hexadecimal digits each, up to the words that explain them.
fn example(page: &str) -> Vec<u8> {
    let lines = blocks(page, "text")[0].lines();
    let digits = lines.flat_map(|line| {
        let bytes = line.split("  ").next().unwrap_or_default();
        bytes
            .split_whitespace()
            .map(String::from)
            .collect::<Vec<_>>()
    });
    digits
        .map(|digits| u8::from_str_radix(&digits, 16).expect("two hexadecimal digits"))
        .collect()
}

#[tokio::test]
async fn the_example_is_what_the_query_gives() {
    let page = page();
    let sql = blocks(&page, "sql")[0];
    let bytes = state(&plain_session(), sql).await;
    let hex: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(bytes, example(&page), "{}", hex.join(" "));
}

#[test]
fn the_example_can_be_read() {
    let mut state = State::read(&example(&page())).expect("version 1 is read for ever");
    let value = state.value().expect("it has a value");
    let value = cast(&value, &DataType::Float64).expect("it is a number");
    assert_eq!(value.as_primitive::<Float64Type>().value(0), 50.0);
    let parts = state.parts().expect("it has parts");
    assert_eq!((parts.rows, parts.rows_ignored), (4, 1));
    assert_eq!((parts.numerator, parts.denominator), (Some(1.0), Some(2.0)));
}

/// Bytes per entity of each form, where an entity has two rows with two items, and everything is a BIGINT, a
/// DATE, a BOOLEAN or, if it is money, a DECIMAL.
pub async fn sizes() -> String {
    let ctx = plain_session();
    let mut table = String::from("| form | bytes |\n|---|---|\n");
    let mut row = |signature: String, size: &str| table += &format!("| `{signature}` | {size} |\n");
    for kpi in all() {
        for form in kpi.forms {
            let Grain::Entity { .. } = form.grain else {
                let size = match form.finish {
                    Finish::MedianDays => "24 for each different number of days",
                    _ => "none, whatever the number of rows",
                };
                row(kpi.signature(form), size);
                continue;
            };
            let mut lengths = vec![];
            for entities in [1_000, 2_000] {
                let sql = format!(
                    "SELECT {}_state({}) FROM (SELECT value AS v FROM range(0, {}))",
                    kpi.name,
                    arguments(form),
                    2 * entities
                );
                lengths.push(state(&ctx, &sql).await.len());
            }
            let per_entity = (lengths[1] - lengths[0]) as f64 / 1_000.0;
            row(kpi.signature(form), &per_entity.ceil().to_string());
        }
    }
    table
}

fn arguments(form: &Form) -> String {
    let mut entities = 0;
    let arguments = form.args.iter().map(|arg| match arg.kind {
        Kind::Entity => {
            entities += 1;
            // Of a pair, the second half is a product.
            if entities == 1 { "v / 2" } else { "v % 2" }
        }
        Kind::Item | Kind::Tier | Kind::Score => "v % 2",
        Kind::Flag => "v % 3 = 0",
        Kind::Time | Kind::Date => "DATE '2026-01-01' + CAST(v % 2 AS INT)",
        Kind::Amount => "CAST(v AS DECIMAL(12, 2))",
        Kind::AtLeast => "3",
        Kind::Years => "2.5",
    });
    arguments.collect::<Vec<_>>().join(", ")
}
