//! Random calls of KPIs: refused when they are planned, or the same on every plan.

use kpi_sql::kpi::all;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Gave, ask, for_a_while, one_of};

const TABLE: &str = "(SELECT value AS n, value % 3 AS k, 'c' || (value % 7) AS customer, value % 5 AS product, \
    value % 2 = 0 AS flag, value % 11 AS score, DATE '2026-01-01' + CAST(value % 20 AS INT) AS day, \
    CAST(value AS DECIMAL(12, 2)) / 4 AS amount, value * 0.25e0 AS x, \
    CASE WHEN value % 6 > 0 THEN 'p' || (value % 4) END AS code, NULL AS nothing FROM generate_series(1, 90) AS t(value))";

const COLUMNS: &[&str] = &[
    "customer",
    "product",
    "flag",
    "score",
    "day",
    "amount",
    "x",
    "code",
    "nothing",
    "n",
    "k",
    "3",
    "2.5",
    "NULL",
    "true",
    "'text'",
    "product = 2",
    "CAST(day AS TIMESTAMP)",
    "CAST('NaN' AS DOUBLE)",
    "nullif(x, 1.0)",
    "k + 0.5",
    "CAST(customer AS BYTEA)",
    "arrow_cast(code, 'Dictionary(Int32, Utf8)')",
];

fn call(rng: &mut ChaCha8Rng) -> String {
    let kpis: Vec<_> = all().collect();
    let kpi = one_of(rng, &kpis);
    let form = one_of(rng, kpi.forms);
    let mut args: Vec<String> = form
        .args
        .iter()
        .map(|arg| {
            use kpi_sql::define::Kind::*;
            let fitting: &[&str] = match arg.kind {
                Entity => &["customer", "code", "k", "customer"],
                Item => &["product", "code", "n % 4"],
                Flag => &["flag", "product = 2", "n > 40"],
                Time | Date => &["day", "CAST(day AS TIMESTAMP)"],
                Tier => &["product", "x", "amount"],
                Amount => &["amount", "x", "n"],
                Score => &["score", "n % 5 + 1"],
                AtLeast => &["2", "3"],
                Years => &["2.5", "1"],
            };
            one_of(rng, fitting).to_string()
        })
        .collect();
    if rng.random_bool(0.3) {
        let arg = rng.random_range(0..args.len());
        args[arg] = one_of(rng, COLUMNS).to_string();
    }
    let form = *one_of(rng, &["", "", "_parts"]);
    let value = if form.is_empty() { "" } else { "['value']" };
    let filter = *one_of(
        rng,
        &["", "", " FILTER (WHERE n > 10)", " FILTER (WHERE flag)"],
    );
    // A field of a STRUCT is taken of a call with its FILTER.
    match value {
        "" => format!("{}({}){filter}", kpi.name, args.join(", ")),
        _ => format!("({}{form}({}){filter}){value}", kpi.name, args.join(", ")),
    }
}

#[test]
fn a_call_is_refused_or_the_same_on_every_plan() {
    let mut compared = 0;
    for_a_while(|rng| {
        let calls: Vec<_> = (0..rng.random_range(1..4))
            .enumerate()
            .map(|(i, _)| format!("{} AS v{i}", call(rng)))
            .collect();
        let keys = *one_of(
            rng,
            &[
                "",
                "GROUP BY k",
                "GROUP BY ROLLUP (k)",
                "GROUP BY k, flag",
                "GROUP BY CUBE (k, flag)",
            ],
        );
        let order = match keys {
            "" => "",
            "GROUP BY k" | "GROUP BY ROLLUP (k)" => "ORDER BY k",
            _ => "ORDER BY k, flag",
        };
        let shown = match keys {
            "" => "",
            "GROUP BY k" | "GROUP BY ROLLUP (k)" => "k, ",
            _ => "k, flag, ",
        };
        let query = format!(
            "SELECT {shown}{} FROM {TABLE} AS t {keys} {order}",
            calls.join(", ")
        );
        let usual = ask(&[], &query);
        for settings in [
            "SET kpi.operator = 'off'; ",
            "SET datafusion.execution.target_partitions = 1; SET datafusion.execution.batch_size = 7; ",
        ] {
            let other = ask(&[], &format!("{settings}{query}"));
            match (&usual, &other) {
                (Gave::Rows(usual, _), Gave::Rows(other, _)) => {
                    assert!(agree(usual, other), "{settings}{query}\n{usual}\n{other}");
                    compared += 1;
                }
                (Gave::Error(_), Gave::Error(_)) => {}
                _ => panic!("{settings}{query}\n{usual:?}\n{other:?}"),
            }
        }
    });
    assert!(compared > 0, "every call was refused");
}

/// Floats may differ in their last digits.
fn agree(a: &str, b: &str) -> bool {
    let cells = |csv: &str| -> Vec<String> { csv.split(['\n', ',']).map(str::to_string).collect() };
    let (a, b) = (cells(a), cells(b));
    a.len() == b.len()
        && a.iter().zip(&b).all(|(a, b)| {
            a == b
                || matches!((a.parse::<f64>(), b.parse::<f64>()),
                    (Ok(a), Ok(b)) if (a - b).abs() <= 1e-9 * a.abs().max(b.abs()) || (a.is_nan() && b.is_nan()))
        })
}
