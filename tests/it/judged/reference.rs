//! Every figure of the shared reference values, which statsmodels, scipy and numpy have worked out on real data.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datafusion::prelude::SessionContext;

use crate::reference::shared_data;
use crate::support::{plain_session, rows};

type Record = BTreeMap<String, String>;

fn records(file: &str) -> Option<Vec<Record>> {
    let path: PathBuf = shared_data()?.join("kpis-2").join(file);
    let mut reader = csv::Reader::from_path(&path).expect("the file is there");
    let records = reader.deserialize().collect::<Result<Vec<Record>, _>>();
    Some(records.expect("every line is of one shape"))
}

/// The records of each case, in the order of the file.
fn cases(records: Vec<Record>, key: impl Fn(&Record) -> String) -> BTreeMap<String, Vec<Record>> {
    let mut cases: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for record in records {
        cases.entry(key(&record)).or_default().push(record);
    }
    cases
}

/// A figure in SQL.
fn sql(figure: &str) -> String {
    match figure {
        "" => "NULL".to_string(),
        number => format!("CAST({number} AS DOUBLE)"),
    }
}

/// Parts in SQL, as a _parts function gives them.
fn parts(
    kpi: &str,
    value: &str,
    numerator: &str,
    n: &str,
    std_error: &str,
    interval: [&str; 2],
) -> String {
    let [low, high] = interval;
    format!(
        "named_struct('kpi', '{kpi}', 'value', {value}, 'numerator', {numerator}, 'denominator', {n}, 'std_error', {std_error}, \
         'ci_low', {low}, 'ci_high', {high}, 'rows', 0, 'rows_ignored', 0)"
    )
}

/// Whether a cell has this figure, within 1e-9 of it.
#[track_caller]
fn assert_same(got: &str, expected: &str, what: &str) {
    let same = match (got.parse::<f64>(), expected.parse::<f64>()) {
        // The cells have nine digits after the point.
        (Ok(got), Ok(expected)) => {
            (got - expected).abs() <= 1e-9 * got.abs().max(expected.abs()) + 1e-9
        }
        _ => {
            got.to_lowercase() == expected.to_lowercase() || (got == "NULL" && expected.is_empty())
        }
    };
    assert!(same, "{what}: {got} is not {expected:?}");
}

async fn query(ctx: &SessionContext, sql: &str) -> Vec<Vec<String>> {
    let answer = rows(ctx, sql).await;
    answer.unwrap_or_else(|error| panic!("{sql}: {error}"))
}

#[tokio::test]
async fn decompositions() {
    let Some(all) = records("kpi_decompose.csv") else {
        return;
    };
    let ctx = plain_session();
    let mut compared = 0;
    for (case, of) in cases(all, |record| record["case"].clone()) {
        let is_mean =
            of[0]["rate_ci_low"].is_empty() || case.contains("average") || case.contains("arpa");
        // Standard errors of means are not in the file, so those of percentages are compared here, and means without an interval.
        let kpi = if is_mean { "arpa" } else { "csat" };
        let side = |record: &Record, which: &str| {
            let (value, n) = (
                &record[&format!("value_{which}")],
                &record[&format!("n_{which}")],
            );
            let std_error = match (is_mean, value.parse::<f64>()) {
                (false, Ok(percent)) => {
                    let (p, n) = (percent / 100.0, n.parse::<f64>().expect("a number"));
                    (100.0 * (p * (1.0 - p) / n).sqrt()).to_string()
                }
                _ => String::new(),
            };
            parts(kpi, &sql(value), "0", n, &sql(&std_error), ["NULL", "NULL"])
        };
        let values = of.iter().map(|record| {
            format!(
                "('{}', {}, {})",
                record["segment"],
                side(record, "before"),
                side(record, "after")
            )
        });
        let table = values.collect::<Vec<_>>().join(", ");
        let decomposed =
            format!("SELECT kpi_decompose(s, b, a) AS d FROM (VALUES {table}) AS t(s, b, a)");
        let total = query(
            &ctx,
            &format!(
                "SELECT d['before'], d['after'], d['change'], d['rate_effect'], d['mix_effect'], d['is_simpson'], d['rate_ci_low'], d['rate_ci_high']
                 FROM ({decomposed})"
            ),
        )
        .await;
        let names = [
            "before",
            "after",
            "change",
            "total_rate_effect",
            "total_mix_effect",
            "is_simpson",
            "rate_ci_low",
            "rate_ci_high",
        ];
        for (got, name) in total[0].iter().zip(names) {
            if is_mean && name.starts_with("rate_ci") {
                assert_eq!(got, "NULL", "{case}");
                continue;
            }
            assert_same(got, &of[0][name], &format!("{case}: {name}"));
            compared += 1;
        }
        let segments = query(
            &ctx,
            &format!(
                "SELECT s['segment'], s['value_before'], s['value_after'], s['weight_before'], s['weight_after'], s['rate_effect'], s['mix_effect'], s['total_effect']
                 FROM (SELECT unnest(d['segments']) AS s FROM ({decomposed}))"
            ),
        )
        .await;
        assert_eq!(segments.len(), of.len(), "{case}");
        let names = [
            "segment",
            "value_before",
            "value_after",
            "weight_before",
            "weight_after",
            "rate_effect",
            "mix_effect",
            "total_effect",
        ];
        for (got, record) in segments.iter().zip(&of) {
            for (got, name) in got.iter().zip(names) {
                assert_same(
                    got,
                    &record[name],
                    &format!("{case}, {}: {name}", record["segment"]),
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 150, "only {compared} figures were compared");
}

/// Means from their data, with their standard errors.
#[tokio::test]
async fn decompositions_of_means() {
    let (Some(all), Some(data)) = (records("kpi_decompose.csv"), shared_data()) else {
        return;
    };
    let ctx = plain_session();
    let of = cases(all, |record| record["case"].clone());
    for (case, table, segment, entity, months) in [
        (
            "jaffle_shop average_purchase_value by store, 2019-03 and 2020-03",
            "jaffle_shop",
            "store",
            "order_id",
            ["2019-03", "2020-03"],
        ),
        (
            "ravenstack arpa of new subscriptions by industry, 2024-06 and 2024-12",
            "ravenstack",
            "industry",
            "customer_id",
            ["2024-06", "2024-12"],
        ),
    ] {
        let path = data.join(table).join("derived/fact.parquet");
        let path = path.to_str().expect("the path is UTF-8").to_string();
        ctx.register_parquet(table, path, Default::default())
            .await
            .expect("it is read");
        let [before, after] = months.map(|month| {
            format!("arpa_parts({entity}, CAST(amount AS DOUBLE)) FILTER (WHERE month = '{month}')")
        });
        let names = [
            "before",
            "after",
            "change",
            "total_rate_effect",
            "total_mix_effect",
            "rate_ci_low",
            "rate_ci_high",
            "is_simpson",
        ];
        let got = query(
            &ctx,
            &format!(
                "SELECT d['before'], d['after'], d['change'], d['rate_effect'], d['mix_effect'], d['rate_ci_low'], d['rate_ci_high'], d['is_simpson']
                 FROM (SELECT kpi_decompose(s, b, a) AS d FROM (SELECT {segment} AS s, {before} AS b, {after} AS a FROM {table} GROUP BY {segment}))"
            ),
        )
        .await;
        let record = &of
            .get(case)
            .unwrap_or_else(|| panic!("there is no case {case}"))[0];
        for (got, name) in got[0].iter().zip(names) {
            assert_ne!(got, "NULL", "{case}: {name}");
            assert_same(got, &record[name], &format!("{case}: {name}"));
        }
    }
}

#[tokio::test]
async fn segments_beside_the_rest() {
    let Some(all) = records("kpi_vs_rest.csv") else {
        return;
    };
    let ctx = plain_session();
    let mut compared = 0;
    for (case, of) in cases(all, |record| record["case"].clone()) {
        // Means need a standard error, which is not in the file: they are compared from their data below.
        if case.contains("arpa") {
            continue;
        }
        let values = of.iter().map(|record| {
            let (value, n) = (&record["value"], &record["n"]);
            let n_number: f64 = n.parse().expect("a number");
            let successes = (value.parse::<f64>().expect("a number") / 100.0 * n_number).round();
            let parts = parts(
                "csat",
                &sql(value),
                &successes.to_string(),
                n,
                "NULL",
                ["NULL", "NULL"],
            );
            format!("('{}', {parts})", record["segment"].replace('\'', "''"))
        });
        let table = values.collect::<Vec<_>>().join(", ");
        let got = query(
            &ctx,
            &format!(
                "SELECT r['segment'], r['n'], r['value'], r['rest_n'], r['rest'], r['difference'], r['ci_low'], r['ci_high'],
                        r['p_value'], r['p_adjusted'], r['p_value'] * 1e30, r['p_adjusted'] * 1e30
                 FROM (SELECT unnest(kpi_vs_rest(s, p)) AS r FROM (VALUES {table}) AS t(s, p)) ORDER BY 1"
            ),
        )
        .await;
        compared += beside(&case, &got, of);
    }
    assert!(compared > 200, "only {compared} figures were compared");
}

fn beside(case: &str, got: &[Vec<String>], mut of: Vec<Record>) -> usize {
    let names = [
        "segment",
        "n",
        "value",
        "rest_n",
        "rest",
        "difference",
        "ci_low",
        "ci_high",
        "p_value",
        "p_adjusted",
    ];
    of.sort_by(|one, other| one["segment"].cmp(&other["segment"]));
    assert_eq!(got.len(), of.len(), "{case}");
    let mut compared = 0;
    for (got, record) in got.iter().zip(&of) {
        for (got, name) in got.iter().zip(names) {
            assert_same(
                got,
                &record[name],
                &format!("{case}, {}: {name}", record["segment"]),
            );
            compared += 1;
        }
        // Very small ones as well.
        for (got, name) in got[10..].iter().zip(["p_value", "p_adjusted"]) {
            if let (Ok(got), Ok(expected)) = (got.parse::<f64>(), record[name].parse::<f64>()) {
                let same = (got / 1e30 - expected).abs() <= 1e-9 * expected || expected < 1e-30;
                assert!(
                    same,
                    "{case}, {}: {name} {got} is not {expected}",
                    record["segment"]
                );
            }
        }
    }
    compared
}

/// Means from their data, as the reference has them.
#[tokio::test]
async fn means_beside_the_rest() {
    let (Some(all), Some(data)) = (records("kpi_vs_rest.csv"), shared_data()) else {
        return;
    };
    let ctx = plain_session();
    let mut of = cases(all, |record| record["case"].clone());
    let mut compared = 0;
    for (case, table, segment) in [
        ("northwind arpa by country", "northwind", "country"),
        ("ravenstack arpa by industry", "ravenstack", "industry"),
    ] {
        let of = of
            .remove(case)
            .unwrap_or_else(|| panic!("there is no case {case}"));
        let path = data.join(table).join("derived/fact.parquet");
        let path = path.to_str().expect("the path is UTF-8").to_string();
        ctx.register_parquet(table, path, Default::default())
            .await
            .expect("it is read");
        let got = query(
            &ctx,
            &format!(
                "SELECT r['segment'], r['n'], r['value'], r['rest_n'], r['rest'], r['difference'], r['ci_low'], r['ci_high'],
                        r['p_value'], r['p_adjusted'], r['p_value'] * 1e30, r['p_adjusted'] * 1e30
                 FROM (SELECT unnest(kpi_vs_rest(segment, parts)) AS r FROM (
                   SELECT segment, arpa_parts(customer_id, amount) AS parts
                   FROM (SELECT customer_id, max({segment}) AS segment, sum(amount) AS amount FROM {table} GROUP BY customer_id) GROUP BY segment)) ORDER BY 1"
            ),
        )
        .await;
        compared += beside(case, &got, of);
    }
    assert!(compared > 100, "only {compared} figures were compared");
}

#[tokio::test]
async fn adjusted_p_values() {
    let Some(all) = records("p_adjust.csv") else {
        return;
    };
    let ctx = plain_session();
    assert!(all.len() >= 16, "{}", all.len());
    for record in &all {
        let p_values = record["p_values"].replace("None", "NULL");
        let of = format!(
            "SELECT unnest(p_adjust({p_values}, '{}'))",
            record["method"]
        );
        let got = query(&ctx, &of).await;
        let expected = record["adjusted"].trim_matches(['[', ']']).split(", ");
        let expected: Vec<&str> = expected
            .map(|cell| if cell == "None" { "" } else { cell })
            .collect();
        assert_eq!(got.len(), expected.len(), "{of}");
        for (got, expected) in got.iter().zip(expected) {
            assert_same(&got[0], expected, &of);
        }
    }
}

#[tokio::test]
async fn targets() {
    let Some(all) = records("kpi_target.csv") else {
        return;
    };
    let ctx = plain_session();
    assert!(all.len() >= 9, "{}", all.len());
    for record in &all {
        let has_interval = !record["ci_low"].is_empty();
        let kpi = match (record["direction"].as_str(), has_interval) {
            ("higher", true) => "csat",
            ("lower", true) => "churn_rate",
            // These never have an interval, so that the value alone tells.
            ("higher", false) => "nrr",
            ("lower", false) => "median_sales_cycle_length",
            _ => match kpi_sql::kpi::all()
                .find(|kpi| kpi.direction == kpi_sql::define::Direction::Neither)
            {
                Some(kpi) => kpi.name,
                None => panic!("every KPI has a direction"),
            },
        };
        let interval = [sql(&record["ci_low"]), sql(&record["ci_high"])];
        let parts = parts(
            kpi,
            &sql(&record["value"]),
            "1",
            "2",
            "NULL",
            [&interval[0], &interval[1]],
        );
        let call = format!(
            "kpi_target({parts}, {}, {})",
            sql(&record["target"]),
            sql(&record["baseline"])
        );
        let got = query(&ctx, &format!("SELECT t['gap'], t['attainment'], t['progress'], t['verdict'] FROM (SELECT {call} AS t)")).await;
        for (got, name) in got[0]
            .iter()
            .zip(["gap", "attainment", "progress", "verdict"])
        {
            assert_same(got, &record[name], &format!("{record:?}: {name}"));
        }
    }
}

/// Periods are numbered, because a chart has them in the order of time.
async fn charts(
    file: &str,
    call: &str,
    key: &[&str],
    argument: fn(&Record) -> String,
    names: &[&str],
) -> usize {
    let Some(all) = records(file) else {
        return usize::MAX;
    };
    let ctx = plain_session();
    let mut compared = 0;
    let key = |record: &Record| {
        key.iter()
            .map(|name| record[*name].as_str())
            .collect::<Vec<_>>()
            .join(" until ")
    };
    for (case, of) in cases(all, key) {
        let values = of
            .iter()
            .enumerate()
            .map(|(period, record)| format!("({period}, {})", argument(record)));
        let table = values.collect::<Vec<_>>().join(", ");
        let until = of[0]
            .get("baseline_until")
            .filter(|until| !until.is_empty());
        let until = until.and_then(|until| of.iter().position(|record| record["period"] == *until));
        let baseline = until.map_or(String::new(), |until| format!(", {until}"));
        let fields = names
            .iter()
            .map(|name| format!("p['{name}']"))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!(
            "SELECT {fields} FROM (SELECT unnest({call}{baseline})) AS p FROM (VALUES {table}) AS t(m, x, n))"
        );
        let got = query(&ctx, &sql).await;
        assert_eq!(got.len(), of.len(), "{case}");
        for (got, record) in got.iter().zip(&of) {
            for (got, name) in got.iter().zip(names) {
                assert_same(
                    got,
                    &record[*name],
                    &format!("{case}, {}: {name}", record["period"]),
                );
                compared += 1;
            }
        }
    }
    compared
}

#[tokio::test]
async fn charts_of_values() {
    let names = ["value", "center", "lower", "upper", "sigma", "signal"];
    let argument = |record: &Record| format!("{}, NULL", sql(&record["value"]));
    let compared = charts(
        "xmr_chart.csv",
        "xmr_chart(m, x",
        &["case", "baseline_until"],
        argument,
        &names,
    )
    .await;
    assert!(compared > 500, "only {compared} figures were compared");
}

#[tokio::test]
async fn charts_of_percentages() {
    let names = [
        "numerator",
        "denominator",
        "value",
        "center",
        "lower",
        "upper",
        "sigma_z",
        "lower_adjusted",
        "upper_adjusted",
        "signal",
    ];
    let argument = |record: &Record| format!("{}, {}", record["numerator"], record["denominator"]);
    let compared = charts(
        "p_chart.csv",
        "p_chart(m, x, n",
        &["case"],
        argument,
        &names,
    )
    .await;
    assert!(compared > 500, "only {compared} figures were compared");
}

#[tokio::test]
async fn sample_sizes() {
    let Some(all) = records("planning.csv") else {
        return;
    };
    let ctx = plain_session();
    assert!(all.len() > 50, "{}", all.len());
    for record in &all {
        let got = query(&ctx, &format!("SELECT {}", record["call"])).await;
        assert_same(&got[0][0], &record["value"], &record["call"]);
    }
}
