//! Calls that SQL takes and that hardly mean what they say.

use crate::command::Folder;

fn orders() -> Folder {
    let folder = Folder::new();
    folder.file(
        "o.csv",
        "customer_id,product,amount,score,at\nc1,CRM,10.5,9,2026-01-01\nc1,Chat,20,10,2026-01-11\nc2,CRM,30,6,2026-02-01\n",
    );
    folder
}

#[test]
fn columns_in_single_quotes_are_no_entity() {
    let folder = orders();
    for (sql, column) in [
        (
            "SELECT arpa('customer_id', amount) FROM 'o.csv'",
            "customer_id",
        ),
        (
            "SELECT average_purchase_value('product', amount) FROM 'o.csv'",
            "product",
        ),
        (
            "SELECT products_per_customer(customer_id, 'product') FROM 'o.csv'",
            "product",
        ),
        (
            "SELECT cross_sell_rate('customer_id', product) FROM 'o.csv'",
            "customer_id",
        ),
        (
            "SELECT arpa('customer_id', amount) OVER () FROM 'o.csv'",
            "customer_id",
        ),
    ] {
        folder.run(&["-c", sql]).failed(
            1,
            &[
                &format!("the text '{column}'"),
                "there is a column of this name",
            ],
        );
    }
    // All rows are one entity: 10.5 + 20 + 30.
    assert_eq!(
        folder.csv(&["-c", "SELECT arpa('all', amount) AS a FROM 'o.csv'"]),
        "a\n60.5\n"
    );
}

#[test]
fn columns_in_single_quotes_are_said_elsewhere() {
    let folder = orders();
    for (sql, words) in [
        (
            "SELECT count(*) FROM 'o.csv' WHERE 'product' = 'CRM'",
            "product = 'CRM', if the column is meant",
        ),
        (
            "SELECT count(*) FROM 'o.csv' WHERE 'product' IN ('CRM')",
            "product IN (…), if",
        ),
        (
            "SELECT count(DISTINCT 'customer_id') FROM 'o.csv'",
            "count(DISTINCT customer_id), if",
        ),
    ] {
        let stderr = folder.run(&["-c", sql]).stderr;
        assert!(stderr.contains(words), "{sql}: {stderr}");
    }
    let clean = "SELECT count(*) FROM 'o.csv' WHERE product = 'product' OR 'a' = 'a'";
    assert_eq!(folder.run(&["-c", clean]).stderr, "");
}

#[test]
fn numbers_are_no_times_in_functions_either() {
    let folder = Folder::new();
    for call in [
        "to_date(20260101)",
        "to_timestamp(20260101)",
        "from_unixtime(1767225600000)",
    ] {
        folder.run(&["-c", &format!("SELECT {call}")]).failed(
            1,
            &[
                call,
                "'%Y%m%d')",
                "to_timestamp_seconds(",
                "to_timestamp_millis(",
            ],
        );
    }
    // 2026-01-01 is 20454 days after 1970-01-01, of 86400 seconds each.
    assert_eq!(
        folder.csv(&["-c", "SELECT to_timestamp_seconds(1767225600) AS t"]),
        "t\n2026-01-01T00:00:00\n"
    );
}

#[test]
fn formats_are_translated_in_parts_and_refused_in_columns() {
    let folder = orders();
    assert_eq!(
        folder.csv(&[
            "-c",
            "SELECT to_char(at, 'YYYY' || '-MM') AS a, \
             to_char(at, CASE WHEN score > 9 THEN 'YYYY' ELSE ('MM') END) AS b FROM 'o.csv' ORDER BY at LIMIT 2"
        ]),
        "a,b\n2026-01,01\n2026-01,2026\n"
    );
    folder
        .run(&["-c", "SELECT to_char(at, product) FROM 'o.csv'"])
        .failed(1, &["a format is written out", "to_char(day, '%Y-%m')"]);
}

#[test]
fn offsets_that_are_applied_are_said() {
    let folder = Folder::new();
    for (sql, words) in [
        (
            "SELECT CAST('2026-01-11T23:00:00-05:00' AS DATE)",
            "the day of '2026-01-11T23:00:00-05:00' is taken in UTC",
        ),
        (
            "SELECT to_date('2026-01-11T23:00:00-05:00')",
            "DATE '2026-01-11' is the day that is written",
        ),
        (
            "SELECT to_timestamp('2026-01-11T23:00:00-05:00')",
            "to_timestamp('2026-01-11T23:00:00') has the time",
        ),
        (
            "SELECT TIMESTAMP '2026-01-11 23:00:00 Europe/Berlin'",
            "'2026-01-11 23:00:00 Europe/Berlin' has an offset",
        ),
        (
            "SELECT to_date(x, '%Y-%m-%dT%H:%M:%S%z') FROM (VALUES ('2026-01-11T23:00:00-0500')) AS t(x)",
            "gives the day in UTC",
        ),
    ] {
        let stderr = folder.run(&["-c", sql]).stderr;
        assert!(stderr.contains(words), "{sql}: {stderr}");
    }
    let clean = "SELECT to_timestamp('2026-01-11T23:00:00'), TIMESTAMP '2026-01-11 23:00:00', DATE '2026-01-11'";
    assert_eq!(folder.run(&["-c", clean]).stderr, "");
}

#[test]
fn lists_and_repeated_states_are_refused() {
    let folder = Folder::new();
    let lists = "(VALUES ('a', ['CRM', 'Chat']), ('b', ['CRM'])) AS t(c, p)";
    folder
        .run(&["-c", &format!("SELECT cross_sell_rate(c, p) FROM {lists}")])
        .failed(
            1,
            &[
                "each list would be counted as one product",
                "unnest(p) AS product",
            ],
        );
    // a of two customers has two products.
    let sql = format!(
        "SELECT cross_sell_rate(c, product) AS r FROM (SELECT *, unnest(p) AS product FROM {lists})"
    );
    assert_eq!(folder.csv(&["-c", &sql]), "r\n50.0\n");
    let states = "(SELECT arpa_state(c, x) AS s FROM (VALUES ('a', 1.0)) AS t(c, x))";
    folder
        .run(&[
            "-c",
            &format!("SELECT kpi_finish(kpi_merge(DISTINCT s)) FROM {states}"),
        ])
        .failed(1, &["kpi_merge: DISTINCT", "kpi_merge(state)"]);
}

#[test]
fn arguments_by_name_are_of_the_form_that_has_them() {
    let folder = Folder::new();
    // c1 has a Pro after a Free, and two products; c2 has one of each.
    folder.file(
        "o.csv",
        "c,p,is_x,tier,at\nc1,CRM,true,1,2026-01-01\nc1,Chat,false,2,2026-01-02\nc2,CRM,,1,2026-01-03\n",
    );
    for (call, expected) in [
        ("penetration(customer => c, product => p)", "50.0"),
        ("penetration(product => p, customer => c)", "50.0"),
        ("penetration(customer => c, is_holder => is_x)", "50.0"),
        (
            "penetration(customer => c, product => p, at_least => 1)",
            "100.0",
        ),
        ("upsell_rate(customer => c, tier => tier, at => at)", "50.0"),
        ("upsell_rate(c, at => at, tier => tier)", "50.0"),
        ("upsell_rate(customer => c, is_upsell => is_x)", "50.0"),
    ] {
        let sql = format!("SELECT {call} AS r FROM 'o.csv'");
        assert_eq!(
            folder.csv(&["-c", &sql]),
            format!("r\n{expected}\n"),
            "{sql}"
        );
    }
    folder
        .run(&[
            "-c",
            "SELECT penetration(customer => c, product => is_x) FROM 'o.csv'",
        ])
        .failed(1, &["product is a BOOLEAN", "write is_holder => …"]);
    folder
        .run(&[
            "-c",
            "SELECT upsell_rate(customer => c, level => tier) FROM 'o.csv'",
        ])
        .failed(
            1,
            &["names customer, level", "upsell_rate(customer, tier, at)"],
        );
}

/// DataFusion has one list of names for a function, and this one has two.
#[test]
fn arguments_by_name_of_functions_that_judge() {
    let folder = Folder::new();
    for (call, expected) in [
        ("p_chart(parts => p, at => 1)", "100.0"),
        ("p_chart(1, baseline_until => 1, parts => p)", "100.0"),
        ("p_chart(denominator => 4, at => 1, numerator => 1)", "25.0"),
    ] {
        let sql = format!("SELECT {call}[1]['value'] AS r FROM (SELECT csat_parts(5) AS p)");
        assert_eq!(
            folder.csv(&["-c", &sql]),
            format!("r\n{expected}\n"),
            "{sql}"
        );
    }
    folder
        .run(&["-c", "SELECT customers_needed(rate => 20, rise => 2)"])
        .failed(
            1,
            &["names rate, rise", "customers_needed(rate, change, power)"],
        );
}

#[test]
fn flags_that_count_as_items_are_said() {
    let folder = Folder::new();
    folder.file("o.csv", "c,is_x\nc1,true\nc1,false\nc2,true\nc3,\n");
    for call in [
        "repeat_purchase_rate(c, is_x)",
        "products_per_customer(c, is_x)",
        "penetration(c, is_x, 2)",
    ] {
        let sql = format!("SELECT {call} FROM 'o.csv'");
        let stderr = folder.run(&["-c", &sql]).stderr;
        assert!(
            stderr.contains("note: is_x is a BOOLEAN in 3 rows"),
            "{sql}: {stderr}"
        );
    }
    let clean = folder.run(&["-c", "SELECT penetration(c, is_x) FROM 'o.csv'"]);
    assert_eq!(clean.stderr, "");
}

#[test]
fn scores_of_another_scale_are_said() {
    let folder = Folder::new();
    let said = |sql: &str| folder.run(&["-c", sql]).stderr;
    let five = said("SELECT nps(s) FROM (VALUES (5), (4), (5), (3)) AS t(s)");
    assert!(five.contains("no s is above 5 in 4 rows"), "{five}");
    let filtered =
        said("SELECT nps(s) FILTER (WHERE s <= 5) FROM (VALUES (5), (4), (5), (9)) AS t(s)");
    assert!(filtered.contains("in 3 rows"), "{filtered}");
    let code = said("SELECT csat(s, 4) FROM (VALUES (5), (4), (99), (3)) AS t(s)");
    assert!(code.contains("nullif(s, 99) leaves it out"), "{code}");
    for clean in [
        "SELECT nps(s) FROM (VALUES (5), (4), (5), (9)) AS t(s)",
        // Two bad answers are two bad answers.
        "SELECT nps(s) FROM (VALUES (5), (4)) AS t(s)",
        "SELECT csat(s) FROM (VALUES (1), (2), (1)) AS t(s)",
        "SELECT csat(s, 80) FROM (VALUES (100), (90), (20)) AS t(s)",
        "SELECT csat(s, 8) FROM (VALUES (10), (9), (2)) AS t(s)",
    ] {
        assert_eq!(said(clean), "", "{clean}");
    }
}

#[test]
fn nan_is_said_where_it_ranks() {
    let folder = Folder::new();
    let rows = "(VALUES (1, CAST('NaN' AS DOUBLE)), (2, 1.5), (3, 2.5)) AS t(id, x)";
    for query in [
        "SELECT median(x) FROM ROWS",
        "SELECT max(x) FROM ROWS",
        "SELECT min(x) FROM ROWS",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM ROWS",
        "SELECT stddev(x) FROM ROWS",
        "SELECT id FROM ROWS ORDER BY x DESC LIMIT 1",
        "SELECT rank() OVER (ORDER BY x) FROM ROWS",
        "SELECT row_number() OVER (ORDER BY x DESC) FROM ROWS",
        "SELECT win_rate(x > 2) FROM ROWS",
    ] {
        let sql = query.replace("ROWS", rows);
        let stderr = folder.run(&["-c", &sql]).stderr;
        assert!(
            stderr.contains("note: x is not a number (NaN) in 1 row"),
            "{sql}: {stderr}"
        );
        assert!(stderr.contains("nullif(x, 'NaN')"), "{sql}: {stderr}");
        let without = query.replace("ROWS", &format!("{rows} WHERE NOT isnan(x)"));
        assert_eq!(folder.run(&["-c", &without]).stderr, "", "{without}");
    }
    // The ways out: of 1.5 and 2.5 the mean is 2, and one of two is above 2.
    for (query, expected) in [
        ("SELECT median(nullif(x, 'NaN')) AS v FROM ROWS", "v\n2.0\n"),
        ("SELECT max(nullif(x, 'NaN')) AS v FROM ROWS", "v\n2.5\n"),
        (
            "SELECT win_rate(nullif(x, 'NaN') > 2) AS v FROM ROWS",
            "v\n50.0\n",
        ),
        (
            "SELECT id AS v FROM ROWS ORDER BY nullif(x, 'NaN') DESC NULLS LAST LIMIT 1",
            "v\n3\n",
        ),
    ] {
        let sql = query.replace("ROWS", rows);
        assert_eq!(folder.csv(&["-c", &sql]), expected, "{sql}");
    }
}

#[test]
fn expressions_in_notes_are_sql() {
    let folder = Folder::new();
    folder.file("o.csv", "c,f\nc1,Yes\nc1,No\nc2,Yes\nc3,\n");
    for (item, shown) in [
        (
            "CASE WHEN f = 'Yes' THEN 'Y' ELSE 'N' END",
            "CASE WHEN f = 'Yes' THEN 'Y' ELSE 'N' END = 'Y'",
        ),
        ("nullif(f, '')", "nullif(f, '') = 'Yes'"),
    ] {
        let stderr = folder
            .run(&[
                "-c",
                &format!("SELECT cross_sell_rate(c, {item}) FROM 'o.csv'"),
            ])
            .stderr;
        assert!(stderr.contains(&format!("pass {shown}")), "{stderr}");
        let with = format!("SELECT cross_sell_rate(c, {shown}) AS r FROM 'o.csv'");
        // Two of three customers have a Yes.
        assert!(folder.csv(&["-c", &with]).starts_with("r\n66.6"), "{with}");
    }
}

#[test]
fn what_would_have_no_effect_is_refused() {
    let folder = Folder::new();
    for (sql, words) in [
        (
            "SELECT count(*) FROM (VALUES (1)) AS a(x) NATURAL JOIN (VALUES (2), (3)) AS b(y)",
            "the tables have no column in common",
        ),
        (
            "SELECT count(*) FROM (VALUES (1)) FINAL",
            "FINAL has no effect",
        ),
        (
            "CREATE TABLE t (b VARCHAR(3))",
            "write b VARCHAR; left(b, 3) shortens a text",
        ),
    ] {
        folder.run(&["-c", sql]).failed(1, &[words]);
    }
    let natural = "SELECT count(*) AS n FROM (VALUES (1), (2)) AS a(x) NATURAL JOIN (VALUES (2), (3)) AS b(x)";
    assert_eq!(folder.csv(&["-c", natural]), "n\n1\n");
}
