//! `kpi-sql check -f query.sql`: what joins multiply, and what they lose.

use crate::command::Folder;

fn tables() -> Folder {
    let folder = Folder::new();
    // Two payments of order 1; order 3 has none, and one payment has no order. Customer c9 is not known.
    folder.file(
        "orders.csv",
        "order_id,customer_id,amount\n1,c1,100.0\n2,c2,50.0\n3,c9,25.0\n",
    );
    folder.file(
        "payments.csv",
        "payment_id,order_id,paid\n1,1,60.0\n2,1,40.0\n3,2,50.0\n4,7,5.0\n",
    );
    folder.file("customers.csv", "customer_id,segment\nc1,A\nc2,B\nc3,B\n");
    folder
}

/// The kinds of what was found, and the report.
#[track_caller]
fn checked(folder: &Folder, sql: &str) -> (Vec<String>, String) {
    let json = folder.run(&["check", "--format", "json", "-c", sql]);
    let report: serde_json::Value =
        serde_json::from_str(&json.stdout).unwrap_or_else(|e| panic!("{e}: {json:?}"));
    let joins = report["joins"].as_array().expect("a list");
    let findings = joins
        .iter()
        .flat_map(|join| join["findings"].as_array().expect("a list"));
    let kinds: Vec<String> = findings
        .map(|f| {
            format!(
                "{} {}",
                f["severity"].as_str().expect("one"),
                f["kind"].as_str().expect("one")
            )
        })
        .collect();
    let text = folder.run(&["check", "-c", sql]);
    assert_eq!(
        text.code,
        Some(i32::from(kinds.iter().any(|k| k.starts_with("error"))))
    );
    // Lines break anywhere.
    let words: Vec<&str> = text.stdout.split_whitespace().collect();
    (kinds, words.join(" "))
}

#[test]
fn a_sum_of_rows_that_come_twice() {
    let folder = tables();
    let sql = "SELECT sum(o.amount) AS amount FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id";
    let (kinds, report) = checked(&folder, sql);
    assert_eq!(
        kinds,
        [
            "error join_multiplies",
            "warning join_loses",
            "warning join_loses"
        ]
    );
    for words in [
        "-c:1: 'orders.csv' AS o JOIN 'payments.csv' AS p ON o.order_id = p.order_id",
        "1:n, 3 pairs",
        // Order 1 of 100.0 comes twice, and order 3 is lost: 250.0 in place of 150.0.
        "sum(o.amount) adds up 250.00 of amount in place of 150.00",
        "1 of 3 keys of 'payments.csv' AS p has several rows",
        "SELECT order_id, sum(...) FROM 'payments.csv' GROUP BY order_id",
        "1 of 3 rows of 'orders.csv' AS o (1 of 3 keys) has no partner in 'payments.csv' AS p",
        "with 25.00 of 175.00 amount",
        "1 of 4 rows of 'payments.csv' AS p (1 of 3 keys)",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
}

#[test]
fn what_is_summed_of_the_side_with_many_rows_is_right() {
    let folder = tables();
    let clean = "SELECT sum(p.paid) AS paid FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id";
    let (kinds, _) = checked(&folder, clean);
    assert!(
        !kinds.contains(&"error join_multiplies".to_string()),
        "{kinds:?}"
    );
    // Aggregated before it is joined, and with DISTINCT, nothing comes twice.
    for clean in [
        "SELECT sum(o.amount) AS amount FROM 'orders.csv' o JOIN \
         (SELECT order_id, sum(paid) AS paid FROM 'payments.csv' GROUP BY order_id) p ON o.order_id = p.order_id",
        "SELECT sum(o.amount) AS amount FROM 'orders.csv' o JOIN \
         (SELECT DISTINCT order_id FROM 'payments.csv') p ON o.order_id = p.order_id",
        "SELECT sum(o.amount) AS amount FROM 'orders.csv' o WHERE EXISTS \
         (SELECT 1 FROM 'payments.csv' p WHERE o.order_id = p.order_id)",
        "SELECT count(DISTINCT o.order_id) AS n, max(o.amount) AS most FROM 'orders.csv' o \
         JOIN 'payments.csv' p ON o.order_id = p.order_id",
    ] {
        let (kinds, _) = checked(&folder, clean);
        assert!(
            !kinds.contains(&"error join_multiplies".to_string()),
            "{clean}: {kinds:?}"
        );
    }
}

#[test]
fn a_kpi_of_amounts_is_doubled_as_a_sum_is() {
    let folder = tables();
    let join = "FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id";
    for (call, is_wrong) in [
        ("arpa(o.customer_id, o.amount)", true),
        ("average_purchase_value(o.order_id, o.amount)", true),
        ("arpa(o.customer_id, p.paid)", false),
        ("cross_sell_rate(o.customer_id, p.payment_id)", false),
        // Of orders and opportunities as well, each counts once.
        ("attach_rate(o.order_id, o.amount > 60, p.paid > 45)", false),
        (
            "cross_sell_qualified_opportunities(o.order_id, o.amount > 60)",
            false,
        ),
        // Answers to a survey are averaged row by row.
        ("nps(o.amount)", true),
    ] {
        let (kinds, report) = checked(&folder, &format!("SELECT {call} AS x {join}"));
        let found = kinds.contains(&"error join_multiplies".to_string());
        assert_eq!(found, is_wrong, "{call}: {report}");
    }
}

#[test]
fn joins_are_found_wherever_they_are_written() {
    let folder = tables();
    for sql in [
        "SELECT sum(o.amount) AS x FROM 'orders.csv' o, 'payments.csv' p WHERE o.order_id = p.order_id",
        "SELECT sum(amount) AS x FROM 'orders.csv' JOIN 'payments.csv' USING (order_id)",
        "WITH j AS (SELECT o.customer_id, o.amount * 2 AS twice FROM 'orders.csv' o LEFT JOIN 'payments.csv' p \
         ON o.order_id = p.order_id) SELECT customer_id, sum(twice) AS x FROM j GROUP BY customer_id",
        "CREATE VIEW j AS SELECT o.* FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id; \
         SELECT sum(amount) AS x FROM j",
        "SELECT c.segment, sum(o.amount) AS x FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id \
         JOIN 'customers.csv' c ON c.customer_id = o.customer_id GROUP BY c.segment",
        "SELECT customer_id, (SELECT sum(o.amount) FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id) AS x \
         FROM 'customers.csv'",
        // The second reader of a CTE sums, the first counts each order once.
        "WITH j AS (SELECT o.* FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id) \
         SELECT count(DISTINCT order_id) AS x FROM j UNION ALL SELECT sum(amount) FROM j",
        // A window adds up what comes twice as a group does.
        "SELECT o.order_id, sum(o.amount) OVER () AS x FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id",
        "SELECT o.order_id, arpa(o.customer_id, o.amount) OVER (ORDER BY p.payment_id) AS x FROM 'orders.csv' o \
         JOIN 'payments.csv' p ON o.order_id = p.order_id",
        "COPY (SELECT sum(o.amount) AS x FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id) TO 'x.csv'",
    ] {
        let (kinds, report) = checked(&folder, sql);
        assert!(
            kinds.contains(&"error join_multiplies".to_string()),
            "{sql}: {report}"
        );
    }
    let left = std::fs::read_dir(folder.path(".")).expect("a folder");
    assert_eq!(left.count(), 3, "a check writes nothing");
}

#[test]
fn rows_without_a_partner_are_told_with_their_money() {
    let folder = tables();
    let inner = "SELECT c.segment, sum(o.amount) AS x FROM 'orders.csv' o JOIN 'customers.csv' c \
                 ON o.customer_id = c.customer_id GROUP BY c.segment";
    let (kinds, report) = checked(&folder, inner);
    // c9 has 25.0 and is in no segment; c3 has bought nothing.
    assert_eq!(kinds, ["warning join_loses", "info join_loses"]);
    assert!(
        report.contains("and is not in the result, with 25.00 of 175.00 amount"),
        "{report}"
    );
    assert!(report.contains("1:1, 2 pairs"), "{report}");
    let left = inner.replace("JOIN", "LEFT JOIN");
    let (kinds, report) = checked(&folder, &left);
    assert_eq!(kinds, ["info join_no_partner", "info join_loses"]);
    assert!(report.contains("stays with NULL"), "{report}");
}

#[test]
fn a_query_without_fault_says_what_was_looked_for() {
    let folder = tables();
    folder.file("customers.csv", "customer_id,segment\nc1,A\nc2,B\nc9,B\n");
    let sql = "SELECT c.segment, sum(o.amount) AS x FROM 'orders.csv' o JOIN 'customers.csv' c \
               ON o.customer_id = c.customer_id GROUP BY c.segment";
    let (kinds, report) = checked(&folder, sql);
    assert_eq!(kinds, Vec::<String>::new());
    assert!(
        report.contains("Nothing was found in 1 join. Looked for: keys that are not unique"),
        "{report}"
    );
    let (kinds, report) = checked(&folder, "SELECT count(*) AS n FROM 'orders.csv'");
    assert_eq!(kinds, Vec::<String>::new());
    assert!(report.contains("Nothing was found in 0 joins."), "{report}");
}

#[test]
fn joins_without_a_key_and_those_that_cannot_be_looked_at() {
    let folder = tables();
    let (kinds, _) = checked(
        &folder,
        "SELECT count(*) AS n FROM 'orders.csv' o CROSS JOIN 'customers.csv' c",
    );
    assert_eq!(kinds, ["warning join_without_key"]);
    // A table of one row multiplies nothing.
    let (kinds, _) = checked(
        &folder,
        "SELECT o.amount / t.total AS share FROM 'orders.csv' o CROSS JOIN (SELECT sum(amount) AS total FROM 'orders.csv') t",
    );
    assert_eq!(kinds, Vec::<String>::new());
    let (kinds, _) = checked(
        &folder,
        "SELECT count(*) AS n FROM 'orders.csv' o JOIN 'payments.csv' p ON o.amount > p.paid",
    );
    assert_eq!(kinds, ["info join_not_checked"]);
    let (kinds, _) = checked(
        &folder,
        "SELECT c.customer_id, (SELECT sum(o.amount) FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id \
         WHERE o.customer_id = c.customer_id) AS x FROM 'customers.csv' c",
    );
    assert_eq!(kinds, ["info join_not_checked"]);
}

#[test]
fn a_query_from_a_file_and_data_in_one_call() {
    let folder = tables();
    folder.file(
        "report.sql",
        "-- The report.\nSELECT 1 AS x;\n\nSELECT sum(o.amount) AS x FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id;\n",
    );
    let outcome = folder.run(&["check", "orders.csv", "-f", "report.sql"]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("orders.csv: 3 rows"), "{outcome:?}");
    assert!(
        outcome
            .stdout
            .contains("report.sql:4: 'orders.csv' AS o JOIN"),
        "{outcome:?}"
    );
    folder
        .run(&["check", "-c", "SELECT amuont FROM 'orders.csv'"])
        .failed(1, &["-c:1: ", "amuont"]);
}

/// Lines have a quantity, products a price; c1 has two mails, and two customers share one.
fn lines() -> Folder {
    let folder = Folder::new();
    folder
        .file(
            "lines.csv",
            "line_id,product_id,qty\n1,10,2\n2,10,3\n3,11,1\n",
        )
        .file("products.csv", "product_id,price\n10,5.0\n11,7.0\n")
        .file(
            "orders.csv",
            "order_id,email,amount\n1,a@x,10.0\n2,a@x,20.0\n3,b@x,30.0\n4,,40.0\n",
        )
        .file(
            "customers.csv",
            "email,segment,score\na@x,SMB,1\nb@x,ENT,2\nc@x,SMB,3\n",
        );
    folder
}

#[test]
fn right_queries_have_no_error() {
    let folder = lines();
    let products = "FROM 'lines.csv' l JOIN 'products.csv' p ON l.product_id = p.product_id";
    let customers = "FROM 'orders.csv' o JOIN 'customers.csv' c ON o.email = c.email";
    let multiplies = |sql: &str| {
        let (kinds, report) = checked(&folder, sql);
        let kinds = kinds.into_iter().filter(|kind| kind.contains("multiplies"));
        (kinds.collect::<Vec<_>>(), report)
    };
    for sql in [
        // A price of the one side by a quantity of the other.
        format!("SELECT sum(l.qty * p.price) AS x {products}"),
        format!("SELECT sum(v) AS x FROM (SELECT l.qty * p.price AS v {products})"),
        // Columns of the one side in conditions.
        format!("SELECT sum(CASE WHEN c.segment = 'SMB' THEN o.amount END) AS x {customers}"),
        format!("SELECT sum(o.amount) FILTER (WHERE c.email = 'a@x') AS x {customers}"),
        format!("SELECT cross_sell_ratio(c.segment = 'SMB') AS x {customers}"),
        // Ids are not added up.
        format!("SELECT avg(p.product_id) AS x, median(p.product_id) AS y {products}"),
        // Of rows without a partner none comes twice.
        "SELECT sum(c.score) AS x FROM 'customers.csv' c LEFT JOIN 'orders.csv' o ON o.email = c.email \
         WHERE o.email IS NULL"
            .to_string(),
    ] {
        let (kinds, report) = multiplies(&sql);
        assert_eq!(kinds, Vec::<String>::new(), "{sql}: {report}");
    }
    for (sql, expected, words) in [
        (
            format!("SELECT sum(p.price) AS x {products}"),
            "error join_multiplies",
            "sum(p.price) adds up 17.00 of price in place of 12.00",
        ),
        (
            format!("SELECT sum(CASE WHEN o.amount > 1 THEN c.score END) AS x {customers}"),
            "error join_multiplies",
            "adds up",
        ),
        // What is not the key may be NULL with a partner.
        (
            "SELECT sum(c.score) AS x FROM 'customers.csv' c LEFT JOIN 'orders.csv' o ON o.email = c.email \
             WHERE o.amount IS NULL"
                .to_string(),
            "error join_multiplies",
            "sum(c.score)",
        ),
        // The rows may be what is to be counted.
        (
            format!("SELECT count(p.product_id) AS x {products}"),
            "warning join_multiplies",
            "count(p.product_id) counts them each time, count(DISTINCT product_id) once",
        ),
    ] {
        let (kinds, report) = multiplies(&sql);
        assert_eq!(kinds, [expected], "{sql}: {report}");
        assert!(report.contains(words), "{sql}: {report}");
    }
}

#[test]
fn parameters_and_init_are_for_a_check_as_well() {
    let folder = tables();
    folder.file("init.sql", "CREATE VIEW j AS SELECT o.amount FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id; SELECT 1");
    let sql = "SELECT sum(amount) AS x FROM j WHERE amount > $least";
    for args in [
        [
            "check", "--param", "least=1", "--init", "init.sql", "-c", sql,
        ],
        [
            "--param", "least=1", "--init", "init.sql", "check", "-c", sql,
        ],
    ] {
        let outcome = folder.run(&args);
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert!(outcome.stdout.contains("adds up"), "{outcome:?}");
    }
    folder
        .run(&["check", "--init", "init.sql", "-c", sql])
        .failed(2, &["$least has no value", "--param least=VALUE"]);
}

#[test]
fn windows_that_number_rows_or_take_the_most_are_right() {
    let folder = tables();
    for call in [
        "row_number() OVER (ORDER BY o.amount)",
        "lag(o.amount) OVER (ORDER BY p.payment_id)",
        "max(o.amount) OVER ()",
        "sum(p.paid) OVER ()",
    ] {
        let sql = format!(
            "SELECT {call} AS x FROM 'orders.csv' o JOIN 'payments.csv' p ON o.order_id = p.order_id"
        );
        let (kinds, report) = checked(&folder, &sql);
        assert_eq!(
            kinds,
            ["warning join_loses", "warning join_loses"],
            "{call}: {report}"
        );
    }
}

#[test]
fn what_is_inserted_into_a_table_in_memory_is_there() {
    let folder = tables();
    let fill = "CREATE TABLE t (order_id BIGINT, amount DOUBLE); \
                INSERT INTO t SELECT order_id, amount FROM 'orders.csv'";
    let sum = "SELECT sum(t.amount) AS x FROM t JOIN 'payments.csv' p ON t.order_id = p.order_id";
    let (kinds, report) = checked(&folder, &format!("{fill}; {sum}"));
    assert_eq!(
        kinds,
        [
            "error join_multiplies",
            "warning join_loses",
            "warning join_loses"
        ]
    );
    let words = "sum(t.amount) adds up 250.00 of amount in place of 150.00";
    assert!(report.contains(words), "{report}");
    // Files of --init are no part of what is checked, and do all that they say.
    let init = format!("{fill}; COPY t TO 'written.csv'");
    folder.file("init.sql", init);
    let outcome = folder.run(&["check", "--init", "init.sql", "-c", sum]);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    let report: Vec<&str> = outcome.stdout.split_whitespace().collect();
    assert!(report.join(" ").contains(words), "{outcome:?}");
    assert_eq!(
        folder.read("written.csv"),
        "order_id,amount\n1,100.0\n2,50.0\n3,25.0\n"
    );
}

#[test]
fn joins_over_what_a_check_does_not_write_are_not_checked() {
    let of = |name: &str| {
        format!(
            "SELECT sum(x.amount) AS s FROM {name} x JOIN 'payments.csv' p ON x.order_id = p.order_id"
        )
    };
    let copy = "COPY (SELECT * FROM 'orders.csv') TO 'x.csv'";
    let by_copy = "not checked: it reads 'x.csv', which COPY at -c:1 would have filled, and a check writes no files";
    let folder = tables();
    for there in [false, true] {
        if there {
            // The one of another day is not what a run would read.
            folder.file("x.csv", "order_id,amount\n7,1.0\n");
        }
        let (kinds, report) = checked(&folder, &format!("{copy}; {}", of("'x.csv'")));
        assert_eq!(kinds, ["info join_not_checked"], "{report}");
        assert!(report.contains(by_copy), "{report}");
        let made = format!(
            "{copy}; CREATE TABLE y AS SELECT * FROM 'x.csv'; {}",
            of("y")
        );
        let (kinds, report) = checked(&folder, &made);
        let expected = match there {
            false => vec!["info join_not_checked", "info join_not_checked"],
            true => vec!["info join_not_checked"],
        };
        assert_eq!(kinds, expected, "{report}");
        for table in ["'./x.csv'", "read_csv('x.csv', header => true)"] {
            let (kinds, report) = checked(&folder, &format!("{copy}; {}", of(table)));
            assert_eq!(kinds, ["info join_not_checked"], "{table}: {report}");
        }
        // What does not read it is checked.
        let other = format!("{copy}; {}", of("'orders.csv'"));
        let (kinds, report) = checked(&folder, &other);
        assert_eq!(kinds[0], "error join_multiplies", "{report}");
    }
    assert_eq!(folder.read("x.csv"), "order_id,amount\n7,1.0\n");
    std::fs::create_dir(folder.path("e")).expect("a folder");
    let (kinds, report) = checked(
        &folder,
        &format!(
            "CREATE EXTERNAL TABLE e (order_id BIGINT, amount DOUBLE) STORED AS CSV LOCATION 'e/'; \
             INSERT INTO e SELECT order_id, amount FROM 'orders.csv'; {}",
            of("e")
        ),
    );
    assert_eq!(kinds, ["info join_not_checked"], "{report}");
    let by_insert = "it reads e, which INSERT INTO at -c:1 would have filled";
    assert!(report.contains(by_insert), "{report}");
    let left = std::fs::read_dir(folder.path("e")).expect("a folder");
    assert_eq!(left.count(), 0, "a check writes nothing");
}

#[test]
fn a_condition_that_is_advised_has_all_keys() {
    let folder = Folder::new();
    folder
        .file("lines.csv", "order_id,line,amount\n1,1,10.0\n1,2,20.0\n")
        .file("stock.csv", "order_id,line,place\n1,1,a\n1,1,b\n1,3,a\n");
    let sql = "SELECT sum(l.amount) AS x FROM 'lines.csv' l JOIN 'stock.csv' s \
               ON l.order_id = s.order_id AND l.line = s.line";
    let (kinds, report) = checked(&folder, sql);
    assert_eq!(kinds[0], "error join_multiplies");
    let exists = "WHERE EXISTS (SELECT 1 FROM 'stock.csv' AS s WHERE s.order_id = l.order_id AND s.line = l.line)";
    assert!(report.contains(exists), "{report}");
    // Line 2 is in no place.
    let sql = format!("SELECT sum(l.amount) AS x FROM 'lines.csv' l {exists}");
    assert_eq!(folder.csv(&["-c", &sql]), "x\n10.0\n");
}

#[test]
fn a_call_of_a_read_function_is_advised_as_it_is_written() {
    let folder = tables();
    let read = "read_csv('payments.csv', header => true)";
    let sql = format!(
        "SELECT sum(o.amount) AS x FROM 'orders.csv' o JOIN {read} p ON o.order_id = p.order_id"
    );
    let (_, report) = checked(&folder, &sql);
    let exists = format!("WHERE EXISTS (SELECT 1 FROM {read} AS p WHERE p.order_id = o.order_id)");
    assert!(report.contains(&exists), "{report}");
    let sql = format!("SELECT sum(o.amount) AS x FROM 'orders.csv' o {exists}");
    assert_eq!(folder.csv(&["-c", &sql]), "x\n150.0\n");
}

#[test]
fn the_amount_of_rows_that_are_lost_is_one_that_can_be_added_up() {
    let folder = Folder::new();
    folder
        .file(
            "cups.csv",
            "id,unit_price,coffee_revenue\n1,2.0,100.0\n2,3.0,50.0\n",
        )
        .file("shops.csv", "id,city\n1,Bonn\n");
    let (_, report) = checked(
        &folder,
        "SELECT s.city FROM 'cups.csv' c JOIN 'shops.csv' s ON c.id = s.id",
    );
    // Of coffee and fee only one is a word of the name.
    assert!(
        report.contains("with 50.00 of 150.00 coffee_revenue"),
        "{report}"
    );
}
