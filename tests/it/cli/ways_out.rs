//! What people bring from other engines, and slips whose message was that of the engine: each has a call that works.

use crate::command::Folder;

fn orders() -> Folder {
    let folder = Folder::new();
    folder.file(
        "o.csv",
        "customer_id,product,amount,at,score\nc1,CRM,10.5,2026-01-01,9\nc1,Chat,20,2026-01-11,10\nc2,CRM,30,2026-02-01,6\n",
    );
    folder
}

#[test]
fn messages_have_no_syntax_trees() {
    let folder = orders();
    for (sql, words) in [
        (
            "SELECT product, count(*) FROM 'o.csv' GROUP BY 1, 2",
            "GROUP BY 1",
        ),
        (
            "SELECT (cross_sell_rate_parts(customer_id, product)).value FROM 'o.csv'",
            "['value']",
        ),
        (
            "SELECT at + INTERVAL score DAY FROM 'o.csv'",
            "day + CAST(n || ' days' AS INTERVAL)",
        ),
        (
            "SELECT at + INTERVAL '1 hour' * score FROM 'o.csv'",
            "CAST(n || ' hours' AS INTERVAL)",
        ),
        ("SET NAMES utf8", "leave SET NAMES out"),
        (
            "SELECT coalesce(at, 'none') FROM 'o.csv'",
            "CAST(day AS VARCHAR)",
        ),
        (
            "SELECT cross_sell_rate(customer_id, unnest(['a'])) FROM 'o.csv'",
            "unnest(list) AS x",
        ),
        (
            "SELECT * FROM generate_series(DATE '2026-01-01', DATE '2026-01-03', 1)",
            "INTERVAL '1 day'",
        ),
        (
            "SELECT substring(at FROM 1 FOR 7) FROM 'o.csv'",
            "to_char(day, '%Y-%m')",
        ),
        (
            "SELECT kpi_merge(arpa_state(customer_id, amount)) FROM 'o.csv'",
            "move the inner one into a subquery",
        ),
        (
            "SELECT c, x FROM (VALUES ('a', [1])) AS t(c, p) CROSS JOIN LATERAL unnest(p) AS u(x)",
            "SELECT *, unnest(list) AS x FROM t",
        ),
        (
            "SELECT c, x FROM (VALUES ('a', [1])) AS t(c, p), unnest(p) AS u(x)",
            "SELECT *, unnest(list) AS x FROM t",
        ),
        (
            "SELECT * FROM 'o.csv' LATERAL VIEW explode(p) AS x",
            "unnest(list) AS x FROM t",
        ),
        ("SELECT * FROM 'o.csv' WHERE score", "score <> 0"),
    ] {
        let stderr = folder.run(&["-c", sql]).failed(1, &[words]);
        for inside in [
            "Ident {",
            "Literal(",
            "Span(",
            "Date32",
            "OuterReference",
            "LogicalPlan",
        ] {
            assert!(!stderr.contains(inside), "{sql}: {stderr}");
        }
    }
    let around = "SELECT count(*) AS n FROM 'o.csv' AS a WHERE product NOT IN \
                  (SELECT product FROM 'o.csv' AS b WHERE b.customer_id = a.customer_id AND score > 8)";
    folder
        .run(&["-c", around])
        .failed(1, &["NOT EXISTS (SELECT 1 FROM b"]);
    // c2 has nothing with more than 8.
    let exists = "SELECT count(*) AS n FROM 'o.csv' AS a WHERE NOT EXISTS \
                  (SELECT 1 FROM 'o.csv' AS b WHERE b.customer_id = a.customer_id AND b.product = a.product AND score > 8)";
    assert_eq!(folder.csv(&["-c", exists]), "n\n1\n");
    // What is written instead works.
    for (sql, expected) in [
        (
            "SELECT at + CAST(score || ' days' AS INTERVAL) AS x FROM 'o.csv' LIMIT 1",
            "x\n2026-01-10\n",
        ),
        (
            "SELECT at + CAST(score || ' hours' AS INTERVAL) AS x FROM 'o.csv' LIMIT 1",
            "x\n2026-01-01T09:00:00\n",
        ),
        (
            "SELECT c, unnest(p) AS x FROM (VALUES ('a', [1, 2])) AS t(c, p)",
            "c,x\na,1\na,2\n",
        ),
        (
            "SELECT to_char(at, '%Y-%m') AS x FROM 'o.csv' LIMIT 1",
            "x\n2026-01\n",
        ),
    ] {
        assert_eq!(folder.csv(&["-c", sql]), expected, "{sql}");
    }
}

#[test]
fn other_dialects_have_a_way_out() {
    let folder = orders();
    for (sql, words) in [
        (
            "SELECT now() - at > 30 FROM 'o.csv'",
            "now() - at > INTERVAL '30 days'",
        ),
        (
            "SELECT now() - at > '30 days' FROM 'o.csv'",
            "now() - at > INTERVAL '30 days'",
        ),
        ("SELECT 7 MOD 2", "7 % 2"),
        ("SELECT 'a' + 'b'", "a || b joins texts"),
        ("SELECT '5' + 3", "CAST(x AS DECIMAL(12, 2))"),
        (
            "SELECT DATEPART(month, at) FROM 'o.csv'",
            "date_part('month', day)",
        ),
        (
            "SELECT TRUNC(at, 'MM') FROM 'o.csv'",
            "date_trunc('month', day)",
        ),
        (
            "SELECT CONVERT(VARCHAR(7), at, 120) FROM 'o.csv'",
            "to_char(day, '%Y-%m-%d')",
        ),
        (
            "SELECT FORMAT(at, 'yyyy-MM') FROM 'o.csv'",
            "to_char(day, '%Y-%m')",
        ),
        (
            "SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', at) FROM 'o.csv'",
            "AT TIME ZONE 'Europe/Berlin'",
        ),
        (
            "SELECT GROUP_CONCAT(product SEPARATOR ',') FROM 'o.csv'",
            "string_agg(x, ',' ORDER BY x)",
        ),
        ("SELECT true XOR false", "a <> b"),
        (
            "SELECT * FROM 'o.csv' LIMIT 1 BY product",
            "row_number() OVER (PARTITION BY product",
        ),
        (
            "WITH x AS MATERIALIZED (SELECT 1 AS a) SELECT * FROM x",
            "WITH x AS (SELECT …)",
        ),
        (
            "SELECT to_date('2026-01', 'YYYY-MM')",
            "to_date(month || '-01', '%Y-%m-%d')",
        ),
        (
            "SELECT ltv(customer_id) FROM 'o.csv'",
            "clv(customer_id, amount, ordered_at)",
        ),
        (
            "SELECT aov(amount) FROM 'o.csv'",
            "average_purchase_value(order_id, amount)",
        ),
        (
            "SELECT churn(customer_id) FROM 'o.csv'",
            "churn_rate(customer_id, is_churned)",
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &[words]);
    }
    // Noon of UTC is 13:00 in Berlin's winter.
    let zone = "SELECT to_local_time(t AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin') AS t \
                FROM (VALUES (TIMESTAMP '2026-01-01 12:00:00')) AS x(t)";
    assert_eq!(folder.csv(&["-c", zone]), "t\n2026-01-01T13:00:00\n");
}

#[test]
fn arguments_of_kpis_name_the_cast() {
    let folder = orders();
    for (sql, words) in [
        (
            "SELECT arpa(customer_id, product) FROM 'o.csv'",
            "arpa(customer_id, CAST(product AS DOUBLE))",
        ),
        (
            "SELECT nps(product) FROM 'o.csv'",
            "nps(CAST(product AS DOUBLE))",
        ),
        (
            "SELECT nps(score - 10) FROM 'o.csv'",
            "CASE WHEN score BETWEEN 0 AND 10 THEN score END",
        ),
        (
            "SELECT kpi_finish(product) FROM 'o.csv'",
            "kpi_finish(decode(state, 'hex'))",
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &[words]);
    }
    // A file of CSV has states in hexadecimal. (10.5 + 20 + 30) / 2 customers.
    folder.csv(&[
        "-c",
        "COPY (SELECT arpa_state(customer_id, amount) AS s FROM 'o.csv') TO 's.csv'",
    ]);
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT kpi_finish(decode(s, 'hex')) AS a FROM 's.csv'"
        ]),
        "a\n30.25\n"
    );
}

#[test]
fn benchmarks_that_cannot_be_are_said_at_once() {
    let folder = Folder::new();
    folder.file("semi.csv", "kpi;band;low;high\ncross_sell_ratio;ok;1;2\n");
    folder.file(
        "comma.csv",
        "kpi;band;low;high\ncross_sell_ratio;ok;1,5;2\n",
    );
    for (sql, words) in [
        (
            "SET kpi.benchmarks = 'nowhere.csv'",
            "there is no such file",
        ),
        ("RESET kpi.benchmarks", "SET kpi.benchmarks = ''"),
        (
            "SET kpi.benchmarks = 'semi.csv'; SELECT * FROM kpi_benchmarks()",
            "separated by commas",
        ),
        (
            "SET kpi.benchmarks = 'comma.csv'; SELECT * FROM kpi_benchmarks()",
            "kpi.benchmarks = 'comma.csv'",
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &[words]);
    }
    for (sql, words) in [
        (
            "SELECT kpi_band('cross_sell_ratio', 0.23)",
            "no cross_sell_ratio that is judged is above 0.23",
        ),
        (
            "SELECT kpi_band('cross_sell_ratio', 500)",
            "is judged with 500",
        ),
    ] {
        let stderr = folder.run(&["-c", sql]).stderr;
        assert!(stderr.contains(words), "{sql}: {stderr}");
    }
    let clean = "SELECT kpi_band('cross_sell_ratio', x), kpi_band('nrr', 130.0) FROM (VALUES (0.5), (23), (0)) AS t(x)";
    assert_eq!(folder.run(&["-c", clean]).stderr, "");
}

#[test]
fn null_in_not_in_is_said() {
    let folder = Folder::new();
    let rows =
        "(VALUES (1), (2)) AS t(x) WHERE x NOT IN (SELECT y FROM (VALUES (1), (NULL)) AS u(y)";
    let out = folder.run(&[
        "--format",
        "csv",
        "-c",
        &format!("SELECT count(*) AS n FROM {rows})"),
    ]);
    assert_eq!(out.stdout, "n\n0\n");
    assert!(
        out.stderr
            .contains("x NOT IN (SELECT …): the subquery returns a NULL"),
        "{}",
        out.stderr
    );
    let out = folder.run(&[
        "--format",
        "csv",
        "-c",
        &format!("SELECT count(*) AS n FROM {rows} WHERE y IS NOT NULL)"),
    ]);
    assert_eq!((out.stdout.as_str(), out.stderr.as_str()), ("n\n1\n", ""));
}

#[test]
fn a_column_has_one_type() {
    let folder = orders();
    let sql = "SELECT arrow_typeof(at) AS t FROM 'o.csv' LIMIT 1";
    folder
        .run(&["--types", "at=TEXT", "--types", "at=DATE", "-c", sql])
        .failed(1, &["at is given two types, TEXT and DATE"]);
    assert_eq!(
        folder.csv(&["--types", "at=TEXT", "--types", "at=text", "-c", sql]),
        "t\nUtf8\n"
    );
}

/// RESET is refused with the call that does the same, of every option that there is.
#[test]
fn options_go_back_to_what_they_are_without_set() {
    let folder = Folder::new();
    let listed = "SELECT name, coalesce(value, '') AS value FROM information_schema.df_settings WHERE name LIKE 'kpi.%'";
    let options = folder.csv(&["-q", "-c", listed]);
    let options: Vec<(&str, &str)> = options
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .collect();
    assert_eq!(options.len(), 3, "{options:?}");
    for (name, value) in options {
        let value = value.trim_matches('"');
        let call = format!("SET {name} = '{value}'");
        folder
            .run(&["-c", &format!("RESET {name}")])
            .failed(1, &[&call]);
        let sql = format!("{call}; {listed} AND name = '{name}'");
        let now = folder.csv(&["-q", "-c", &sql]);
        let (_, now) = now.trim_end().rsplit_once(',').expect("its value");
        assert_eq!(now.trim_matches('"'), value, "{name}");
    }
}
