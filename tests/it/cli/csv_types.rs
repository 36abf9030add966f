//! Types of columns: those that somebody says, and values that are not of their column's type.

use crate::command::Folder;

#[test]
fn types_are_said_and_proven() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,flag,amount,at\n007,yes,12.50,2026-01-31\n7,N,-0.05,2026-02-01 10:00\n,,,\n",
    );
    let types = "id=TEXT,flag=BOOLEAN,amount=DECIMAL(12,2),at=TIMESTAMP";
    let sql = "SELECT count(DISTINCT id) AS ids, count(*) FILTER (WHERE flag) AS yes, sum(amount) AS s, max(at) AS at, \
               arrow_typeof(sum(amount)) AS t FROM 't.csv'";
    assert_eq!(
        folder.csv(&["--types", types, "-c", sql]),
        "ids,yes,s,at,t\n2,1,12.45,2026-02-01T10:00:00,\"Decimal128(22, 2)\"\n"
    );
    for (types, words) in [
        (
            "amount=DECIMAL(12,1)",
            "t.csv, line 3, has '-0.05' in column amount, which is DECIMAL(12, 1)",
        ),
        (
            "amount=BIGINT",
            "t.csv, line 2, has '12.50' in column amount, which is BIGINT",
        ),
        (
            "at=DATE",
            "t.csv, line 3, has '2026-02-01 10:00' in column at, which is DATE",
        ),
        (
            "id=BOOLEAN",
            "t.csv, line 2, has '007' in column id, which is BOOLEAN: true, false, t, f",
        ),
        (
            "at=TIMESTAMPTZ",
            "t.csv, line 2, has '2026-01-31' in column at, which is TIMESTAMP WITH TIME ZONE",
        ),
    ] {
        let sql = "SELECT max(id), max(amount), max(at), bool_or(true) FROM 't.csv'";
        folder
            .run(&["--types", types, "-c", sql])
            .failed(1, &[words]);
    }
}

#[test]
fn a_type_that_is_none_or_has_no_column_is_an_error() {
    let folder = Folder::new();
    folder.file("orders.csv", "customer_id,amount\n1,2\n");
    let run = |types: &str| {
        folder.run(&[
            "--table",
            "orders=orders.csv",
            "--types",
            types,
            "-c",
            "SELECT sum(amount) FROM orders",
        ])
    };
    run("amount=DECIMAL(50,2)").failed(1, &["DECIMAL(50,2) is not a SQL type"]);
    run("amount=MONEYS").failed(1, &["MONEYS is not a SQL type", "DECIMAL(12, 2)"]);
    run("custmer_id=TEXT").failed(
        1,
        &["there is no column custmer_id; did you mean customer_id?"],
    );
    run("orders.amont=TEXT").failed(1, &["has no column amont; did you mean amount?"]);
    run("zzz=TEXT").failed(1, &["no table that was read has a column zzz", "orders"]);
    run("orders.customer_id=TEXT").succeeded();
    folder
        .run(&[
            "--table",
            "orders=orders.csv",
            "--header",
            "order:yes",
            "-c",
            "SELECT sum(amount) FROM orders",
        ])
        .failed(
            1,
            &["is for the table order, but no such table was read; did you mean orders?"],
        );
    folder
        .run(&["--types", "amount"])
        .failed(2, &["COLUMN=TYPE"]);
}

#[test]
fn types_of_one_table_leave_others_alone() {
    let folder = Folder::new();
    folder.file("a.csv", "id\n1\n").file("b.csv", "id\n2\n");
    let tables = ["--table", "a=a.csv", "--table", "b=b.csv"];
    let sql = "SELECT (SELECT arrow_typeof(min(id)) FROM a) AS a, (SELECT arrow_typeof(min(id)) FROM b) AS b";
    assert_eq!(
        folder.csv(&[&tables[..], &["--types", "a.id=TEXT", "-c", sql]].concat()),
        "a,b\nUtf8,Int64\n"
    );
    assert_eq!(
        folder.csv(&[&tables[..], &["--types", "id=TEXT", "-c", sql]].concat()),
        "a,b\nUtf8,Utf8\n"
    );
}

#[test]
fn types_are_proven_in_parquet_and_json() {
    let folder = Folder::new();
    let make = "COPY (SELECT * FROM (VALUES (1, 1.5, 'yes'), (0, 2.0, 'no')) AS t(flag, amount, word)) TO 't.parquet'";
    folder.run(&["-c", make]).succeeded();
    folder.file("t.ndjson", "{\"flag\":1,\"amount\":1.5,\"word\":\"yes\"}\n{\"flag\":0,\"amount\":2.0,\"word\":\"no\"}\n");
    for file in ["t.parquet", "t.ndjson"] {
        let run = |types: &str, sql: &str| {
            folder.run(&[
                "--format",
                "csv",
                "--types",
                types,
                "-c",
                &sql.replace("FILE", file),
            ])
        };
        let types = "flag=BOOLEAN,word=BOOLEAN,amount=DECIMAL(10,2)";
        let sql = "SELECT count(*) FILTER (WHERE flag) AS f, count(*) FILTER (WHERE word) AS w, sum(amount) AS s FROM 'FILE'";
        assert_eq!(run(types, sql).succeeded(), "f,w,s\n1,1,3.50\n", "{file}");
        let text = run(
            "flag=TEXT",
            "SELECT max(flag || 'x') AS m FROM 'FILE' WHERE flag = '1'",
        );
        assert_eq!(text.succeeded(), "m\n1x\n", "{file}");
        run("amount=BIGINT", "SELECT sum(amount) FROM 'FILE'").failed(
            1,
            &[&format!(
                "{file}, has '1.5' in column amount, which is BIGINT"
            )],
        );
        run("amount=BOOLEAN", "SELECT count(*) FROM 'FILE' WHERE amount")
            .failed(1, &["has '1.5' in column amount"]);
    }
}

#[test]
fn words_for_nothing_are_null_and_said() {
    let folder = Folder::new();
    folder.file(
        "t.csv",
        "id,amount,day\nc1,10,2026-01-31\nc2,N/A,-\nc3,20,2026-02-01\n",
    );
    let outcome = folder.run(&["-c", "SELECT max(amount), max(day) FROM 't.csv'"]);
    for words in [
        "column amount of t.csv has 'N/A' in 1 row, which is read as NULL; --types amount=TEXT keeps",
        "column day of t.csv has '-' in 1 row, which is read as NULL",
    ] {
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
    let sql = "SELECT arpa(id, amount) AS arpa, max(day) AS day FROM 't.csv'";
    // 30 over three customers.
    assert_eq!(
        folder.csv(&["--null", "N/A", "--null", "-", "-c", sql]),
        "arpa,day\n10.0,2026-02-01\n"
    );
    let one = [
        "--table",
        "t=t.csv",
        "--null",
        "t:N/A",
        "--null",
        "t:-",
        "-c",
        "SELECT sum(amount) AS s FROM t",
    ];
    assert_eq!(folder.csv(&one), "s\n30\n");
    // Texts, and other formats.
    folder
        .file("p.csv", "id,product\nc1,CRM\nc2,N/A\n")
        .file("p.ndjson", "{\"product\":\"CRM\"}\n{\"product\":\"N/A\"}\n");
    for file in ["p.csv", "p.ndjson"] {
        let sql = format!("SELECT count(product) AS n FROM '{file}'");
        assert_eq!(
            folder.csv(&["--null", "N/A", "-c", &sql]),
            "n\n1\n",
            "{file}"
        );
    }
}

#[test]
fn a_late_word_for_nothing_is_null_as_well() {
    let folder = Folder::new();
    let rows = "1\n".repeat(1200);
    folder.file("t.csv", format!("amount\n{rows}N/A\n"));
    let outcome = folder.run(&["--infer-rows", "1", "-c", "SELECT sum(amount) FROM 't.csv'"]);
    let words = "column amount of t.csv has 'N/A' in 1 row, which is read as NULL";
    assert!(outcome.stderr.contains(words), "{outcome:?}");
    outcome.succeeded();
}

#[test]
fn an_option_for_a_table_that_is_nowhere_is_refused_before_anything_runs() {
    let folder = Folder::new();
    folder.file("t.csv", "id,amount\nc1,1\n");
    for (option, value, words) in [
        ("--null", "nope:x", "--null 'x' is for the table nope"),
        ("--header", "nope:yes", "--header yes is for the table nope"),
        ("--delimiter", "nope:;", "is for the table nope"),
    ] {
        let outcome = folder.run(&[option, value, "-c", "SELECT sum(amount) AS s FROM 't.csv'"]);
        assert_eq!(outcome.stdout, "");
        outcome.failed(1, &[words, "no statement names it"]);
    }
}

/// 00123 and 123 are two ids in a text, and one in a DOUBLE.
#[test]
fn a_late_code_is_to_be_read_as_text_first() {
    let rows: String = (1..=20_000).map(|i| format!("{i},1\n")).collect();
    for code in ["00123", "1.10", "1E5"] {
        let folder = Folder::new();
        folder.file("t.csv", format!("id,n\n{rows}{code},1\n"));
        let outcome = folder.run(&[
            "--infer-rows",
            "1000",
            "-c",
            "SELECT count(DISTINCT id) FROM 't.csv'",
        ]);
        let text = outcome
            .stderr
            .find("--types id=TEXT reads the column as text");
        let number = outcome
            .stderr
            .find("--types id=DOUBLE as numbers, if these are amounts, not ids");
        assert!(text.is_some() && text < number, "{}", outcome.stderr);
        outcome.failed(1, &["t.csv, line 20002"]);
    }
}
