//! Ids and codes that look like numbers: those that were written differently stay different.

use crate::command::Folder;

#[test]
fn numbers_that_are_written_another_way_are_texts() {
    let folder = Folder::new();
    for (name, values, distinct) in [
        ("zeros", ["7", "07", "007"], 3),
        ("signs", ["7", "+7", "8"], 3),
        (
            "long",
            ["12345678901234567890", "12345678901234567891", "1"],
            3,
        ),
        ("exponents", ["1E5", "100000", "2E3"], 3),
        (
            "digits",
            [
                "1234567890.1767225601",
                "1234567890.1767225602",
                "1234567890.1767225603",
            ],
            3,
        ),
    ] {
        folder.file(
            &format!("{name}.csv"),
            format!("id,product\n{}\n", values.join(",x\n") + ",y"),
        );
        let sql =
            format!("SELECT count(DISTINCT id) AS n, arrow_typeof(min(id)) AS t FROM '{name}.csv'");
        let outcome = folder.run(&["--format", "csv", "-c", &sql]);
        assert_eq!(
            outcome.succeeded(),
            format!("n,t\n{distinct},Utf8\n"),
            "{name}"
        );
    }
}

#[test]
fn a_late_value_that_is_written_another_way_is_an_error() {
    let folder = Folder::new();
    let rows: String = (1..=1200).map(|i| format!("{i},x\n")).collect();
    for value in [
        "00123",
        "+123",
        " 123",
        "1e3",
        "12345678901234567890",
        "C-17",
    ] {
        folder.file("t.csv", format!("id,product\n{rows}\n\n{value},x\n"));
        let args = ["--infer-rows", "1", "--format", "csv"];
        let sql = "SELECT count(DISTINCT id) AS n FROM 't.csv'";
        folder.run(&[&args[..], &["-c", sql]].concat()).failed(
            1,
            &[
                &format!("t.csv, line 1204, has '{value}' in column id, which is BIGINT"),
                "--types id=TEXT",
                "--infer-rows",
            ],
        );
        let text = folder.run(&[&args[..], &["--types", "id=TEXT", "-c", sql]].concat());
        assert_eq!(text.succeeded(), "n\n1201\n", "{value}");
    }
}

#[test]
fn numbers_with_a_point_are_no_entities_and_no_items() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "customer_id,plan\nc1,1.1\nc1,1.10\nc2,1.1\nc3,1.2\n",
    );
    let rate = "SELECT round(cross_sell_rate(customer_id, plan), 2) AS rate FROM 't.csv'";
    for sql in [
        rate,
        "SELECT cross_sell_rate(plan, customer_id) FROM 't.csv'",
        "SELECT cross_sell_rate(customer_id, CAST(plan AS VARCHAR)) FROM 't.csv'",
        "SELECT cross_sell_rate(c, p) FROM (SELECT customer_id AS c, plan AS p FROM 't.csv')",
        "SELECT cross_sell_rate(customer_id, plan) OVER (ORDER BY customer_id) FROM 't.csv'",
    ] {
        folder.run(&["-c", sql]).failed(
            1,
            &[
                "is a number with a point",
                "--types plan=TEXT",
                "--types plan=DOUBLE",
            ],
        );
    }
    // c1 has 1.1 and 1.10, one of three customers; as numbers these are one.
    assert_eq!(
        folder.csv(&["--types", "plan=TEXT", "-c", rate]),
        "rate\n33.33\n"
    );
    assert_eq!(
        folder.csv(&["--types", "plan=DOUBLE", "-c", rate]),
        "rate\n0.0\n"
    );
    let amount = "SELECT arpa(customer_id, plan) AS a FROM 't.csv'";
    // 4.5 over three customers.
    assert_eq!(folder.csv(&["-c", amount]), "a\n1.5\n");
}

#[test]
fn numbers_with_a_point_as_keys_get_a_note() {
    let folder = Folder::new();
    folder.file("t.csv", "customer_id,plan\nc1,1.1\nc1,1.10\nc2,1.2\n");
    for (sql, what) in [
        (
            "SELECT plan, count(*) AS n FROM 't.csv' GROUP BY plan",
            "plan in GROUP BY",
        ),
        (
            "SELECT count(DISTINCT plan) AS n FROM 't.csv'",
            "plan in count(DISTINCT …)",
        ),
        (
            "SELECT DISTINCT plan FROM 't.csv'",
            "plan in SELECT DISTINCT",
        ),
    ] {
        let outcome = folder.run(&["-c", sql]);
        assert!(outcome.stderr.contains(what), "{sql}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("--types plan=TEXT"),
            "{}",
            outcome.stderr
        );
        outcome.succeeded();
        assert_eq!(
            folder.run(&["--types", "plan=DOUBLE", "-c", sql]).stderr,
            ""
        );
    }
    assert_eq!(
        folder.run(&["-c", "SELECT sum(plan) FROM 't.csv'"]).stderr,
        ""
    );
}

#[test]
fn numbers_with_a_point_in_json_are_the_same() {
    let folder = Folder::new();
    folder.file(
        "t.ndjson",
        "{\"c\":\"c1\",\"plan\":1.1}\n{\"c\":\"c1\",\"plan\":1.10}\n",
    );
    folder
        .run(&["-c", "SELECT cross_sell_rate(c, plan) FROM 't.ndjson'"])
        .failed(1, &["is a number with a point", "--types plan=DOUBLE"]);
    folder
        .run(&["--types", "plan=TEXT", "-c", "SELECT plan FROM 't.ndjson'"])
        .failed(1, &["1.10 would become the text 1.1"]);
    assert_eq!(
        folder.csv(&[
            "--types",
            "plan=DOUBLE",
            "-c",
            "SELECT cross_sell_rate(c, plan) AS r FROM 't.ndjson'"
        ]),
        "r\n0.0\n"
    );
}

#[test]
fn what_is_known_of_a_column_disturbs_no_plan() {
    let folder = Folder::new();
    folder
        .file("a.csv", "id,x\n1,1.5\n2,2.5\n")
        .file("b.csv", "id,z\n3,7.5\n");
    let recursive = "WITH RECURSIVE r AS (SELECT x FROM 'a.csv' UNION ALL SELECT x + 1 FROM r WHERE x < 3) \
                     SELECT sum(x) AS s FROM r";
    // 1.5, 2.5, 3.5 of the first row, 2.5, 3.5 of the second.
    assert_eq!(folder.csv(&["-c", recursive]), "s\n13.5\n");
    let united = "SELECT sum(x) AS s FROM (SELECT x FROM 'a.csv' UNION ALL SELECT z FROM 'b.csv')";
    assert_eq!(folder.csv(&["-c", united]), "s\n11.5\n");
    for sql in [
        "SELECT cross_sell_rate(id, p) FROM (SELECT id, x AS p FROM 'a.csv' UNION ALL SELECT id, z FROM 'b.csv')",
        "SELECT cross_sell_rate(a.id, x) FROM 'a.csv' a JOIN 'b.csv' b ON a.id < b.id",
        "CREATE VIEW v AS SELECT id, x FROM 'a.csv'; SELECT cross_sell_rate(id, x) FROM v",
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION 'a.csv'; SELECT cross_sell_rate(id, x || '') FROM t",
        "SELECT cross_sell_rate(id, x) FROM (SELECT id, x, count(*) FROM 'a.csv' GROUP BY id, x)",
    ] {
        folder
            .run(&["-c", sql])
            .failed(1, &["is a number with a point", "=TEXT"]);
    }
}
