//! Notes about the data that only its rows can tell.

use crate::command::Folder;

/// The notes of a call that succeeds.
fn notes(folder: &Folder, sql: &str) -> Vec<String> {
    let outcome = folder.run(&["--format", "csv", "-c", sql]);
    let notes = outcome.stderr.lines().map(str::to_string).collect();
    outcome.succeeded();
    notes
}

const ORDERS: &str = "customer_id,product,segment,day\n\
    c1,CRM,A,2026-01-01\n\
    c1,N/A,A,2026-01-02\n\
    c2,Chat,A,2026-01-03\n\
    c2,N/A,B,2026-01-04\n\
    c2,-,B,2026-01-05\n\
    ,N/A,B,2026-01-06\n\
    #N/A,CRM,B,2026-01-07\n";

/// Two rows of customers have N/A and one has -; the third N/A has no customer, so it counts for nobody.
const OF_PRODUCT: &str = "note: product has '-' in 1 row, 'N/A' in 2 rows, which each count as a product; \
    CASE WHEN product NOT IN ('-', 'N/A') THEN product END leaves them out";
const OF_CUSTOMER: &str = "note: customer_id has '#N/A' in 1 row, which counts as a customer; \
    nullif(customer_id, '#N/A') leaves it out";

#[test]
fn texts_that_mean_nothing_are_counted_once_whatever_the_plan() {
    let folder = Folder::new();
    folder.file("orders.csv", ORDERS);
    folder.run(&["-o", "orders.parquet", "-c", "SELECT * FROM 'orders.csv'"]);
    let rate = "cross_sell_rate(customer_id, product)";
    for table in ["'orders.csv'", "'orders.parquet'"] {
        for query in [
            format!("SELECT {rate} FROM {table}"),
            format!("SELECT segment, {rate} FROM {table} GROUP BY segment"),
            format!("SELECT segment, {rate} FROM {table} GROUP BY ROLLUP (segment)"),
            format!("SELECT {rate}, products_per_customer(customer_id, product) FROM {table}"),
            format!(
                "SELECT {rate}, count(DISTINCT customer_id), count(DISTINCT product) FROM {table}"
            ),
            format!("SELECT cross_sell_rate_parts(customer_id, product)['value'] FROM {table}"),
            format!("SELECT {rate} OVER (PARTITION BY segment) FROM {table}"),
            format!("SELECT {rate} OVER (ORDER BY day) FROM {table}"),
            format!(
                "SELECT {rate} OVER (ORDER BY day RANGE BETWEEN INTERVAL '2 days' PRECEDING AND CURRENT ROW) FROM {table}"
            ),
            format!(
                "SET kpi.operator = 'off'; SELECT segment, {rate} FROM {table} GROUP BY segment"
            ),
            format!("SELECT cross_sell_rate(customer_id, CAST(product AS VARCHAR)) FROM {table}"),
            format!(
                "SELECT cross_sell_rate(customer_id, product) FROM (\
                 SELECT customer_id, arrow_cast(product, 'Dictionary(Int32, Utf8)') AS product FROM {table}) AS t"
            ),
        ] {
            assert_eq!(notes(&folder, &query), [OF_CUSTOMER, OF_PRODUCT], "{query}");
        }
    }
}

#[test]
fn rows_that_a_filter_drops_are_not_remarkable() {
    let folder = Folder::new();
    folder.file("orders.csv", ORDERS);
    for filter in [
        "FILTER (WHERE segment = 'A')",
        "FILTER (WHERE day < '2026-01-04')",
    ] {
        let query = format!(
            "SELECT cross_sell_rate(customer_id, product) {filter} FROM 'orders.csv' GROUP BY segment"
        );
        let one = "note: product has 'N/A' in 1 row, which counts as a product; nullif(product, 'N/A') leaves it out";
        assert_eq!(notes(&folder, &query), [one], "{query}");
    }
}

#[test]
fn the_way_out_works() {
    let folder = Folder::new();
    folder.file("orders.csv", ORDERS);
    // Left are c1 with CRM, and c2 with Chat: nobody has two products.
    let query = "SELECT cross_sell_rate(nullif(customer_id, '#N/A'), \
        CASE WHEN product NOT IN ('-', 'N/A') THEN product END) AS rate FROM 'orders.csv'";
    let outcome = folder.run(&["--format", "csv", "-c", query]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "rate\n0.0\n");
}

#[test]
fn items_that_are_nothing_but_a_yes_and_a_no_may_be_a_flag() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,answer,product\nc1,Yes,CRM\nc1,No,yes\nc2,,no\nc2,Yes,Chat\n",
    );
    let query = "SELECT cross_sell_rate(customer_id, answer), products_per_customer(customer_id, product) \
        FROM 'orders.csv'";
    assert_eq!(
        notes(&folder, query),
        [
            "note: answer is nothing but 'No' and 'Yes' (3 rows), and each counts as a product; \
             if it is a flag, pass answer = 'Yes'"
        ]
    );
}

#[test]
fn ids_with_blanks_around_them_are_other_ids() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,product,code\n c1 ,CRM,A  \nc1,Chat,B  \na customer with a long name,CRM,A  \n\
         a customer with a long name ,CRM,C  \n",
    );
    folder.run(&["-o", "orders.parquet", "-c", "SELECT * FROM 'orders.csv'"]);
    for table in ["'orders.csv'", "'orders.parquet'"] {
        let query = format!("SELECT cross_sell_rate(customer_id, product) FROM {table}");
        let [note] = &notes(&folder, &query)[..] else {
            panic!("one note");
        };
        let start = "note: customer_id has blanks around it in 2 rows, such as ";
        assert!(note.starts_with(start), "{note}");
        assert!(note.ends_with("trim(customer_id) removes them"), "{note}");
        // All codes have blanks, as those of CHAR columns do: they tell nothing apart.
        let query = format!("SELECT cross_sell_rate(trim(customer_id), code) FROM {table}");
        assert_eq!(notes(&folder, &query), [""; 0]);
    }
}

#[test]
fn distinct_values_of_sql_may_be_nan_and_those_of_kpis_are_not() {
    let folder = Folder::new();
    let table = "(VALUES (1.5, true), (arrow_cast('NaN', 'Float64'), true), (arrow_cast('NaN', 'Float64'), false), \
        (2.5, true)) AS t(x, f)";
    // 1.5, NaN and 2.5.
    let query = format!(
        "SELECT count(DISTINCT x) AS n, count(DISTINCT x) FILTER (WHERE f) AS m FROM {table}"
    );
    let outcome = folder.run(&["--format", "csv", "-c", &query]);
    assert!(
        outcome
            .stderr
            .starts_with("note: x is not a number (NaN) in 3 rows, and count(DISTINCT x) counts it as one more value"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "n,m\n3,3\n");
    let advice =
        format!("SELECT count(DISTINCT CASE WHEN NOT isnan(x) THEN x END) AS n FROM {table}");
    let outcome = folder.run(&["--format", "csv", "-c", &advice]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "n\n2\n");
}

#[test]
fn clean_data_gives_no_notes() {
    let folder = Folder::new();
    let data = crate::support::folder("sample_data");
    let data = data.to_str().expect("UTF-8");
    for query in [
        "SELECT segment, cross_sell_rate(customer_id, product_id), upsell_rate(customer_id, is_upsell) \
         FROM orders JOIN customers USING (customer_id) GROUP BY ROLLUP (segment)",
        "SELECT product_mix(customer_id, product_id) FROM orders",
    ] {
        let outcome = folder.run(&["--data", data, "--format", "csv", "-c", query]);
        assert_eq!(outcome.stderr, "", "{query}");
    }
}

#[test]
fn lines_of_sums_are_no_customers_wherever_they_stand() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "amount,customer_id,product\n100,c1,CRM\n50,c2,Chat\n150,c1 Total,\n150,Grand Total:,\n7,Total Energies,CRM\n",
    );
    folder.run(&["-o", "orders.parquet", "-c", "SELECT * FROM 'orders.csv'"]);
    let [note] = &notes(
        &folder,
        "SELECT arpa(customer_id, amount) FROM 'orders.parquet'",
    )[..] else {
        panic!("one note");
    };
    assert!(
        note.starts_with("note: customer_id has 'Grand Total:' in 1 row, 'c1 Total' in 1 row, which each count as a customer"),
        "{note}"
    );
    assert!(
        note.contains("WHERE customer_id NOT IN ('Grand Total:', 'c1 Total')"),
        "{note}"
    );
    // (100 + 50 + 7) / 3
    let left = "SELECT round(arpa(customer_id, amount), 2) AS arpa FROM 'orders.parquet' \
        WHERE customer_id NOT IN ('Grand Total:', 'c1 Total')";
    assert_eq!(folder.csv(&["-c", left]), "arpa\n52.33\n");
}

#[test]
fn items_of_nothing_but_0_and_1_may_be_a_flag() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,upsold,one,answer\nc1,1,1,J\nc1,0,1,N\nc2,1,1,unknown\nc3,,1,J\n",
    );
    let told = |item: &str| {
        notes(
            &folder,
            &format!("SELECT cross_sell_rate(customer_id, {item}) FROM 'orders.csv'"),
        )
    };
    assert_eq!(
        told("upsold"),
        [
            "note: upsold is nothing but 0 and 1 (3 rows), and each counts as a product; if it is a flag, pass upsold = 1"
        ]
    );
    // One product may have the number 1.
    assert_eq!(told("one"), [""; 0]);
    let [nothing, flag] = &told("answer")[..] else {
        panic!("two notes");
    };
    assert!(nothing.contains("'unknown' in 1 row"), "{nothing}");
    assert!(
        flag.contains("answer is nothing but 'J' and 'N' (3 rows)")
            && flag.ends_with("pass answer = 'J'"),
        "{flag}"
    );
}

/// Programs make 1.0 and 0.0 of a flag that has missing values: c1 has both, c2 a 1, c3 a 0, and c1 and c2 are two of three.
#[test]
fn flags_of_numbers_with_a_point_may_be_flags() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,cross_sold\nc1,1.0\nc1,0.0\nc2,1.0\nc3,0.0\nc3,\n",
    );
    let number = "SELECT customer_id, CAST(cross_sold AS DOUBLE) AS cross_sold FROM 'orders.csv'";
    folder.run(&["-o", "double.parquet", "-c", number]);
    let number = number.replace("DOUBLE", "DECIMAL(3, 1)");
    folder.run(&["-o", "decimal.parquet", "-c", &number]);
    let note = "cross_sold is nothing but 0 and 1 (4 rows), and each counts as a product; if it is a flag, pass cross_sold = 1";
    for table in ["double", "decimal"] {
        let query =
            format!("SELECT cross_sell_rate(customer_id, cross_sold) FROM '{table}.parquet'");
        assert_eq!(notes(&folder, &query), [format!("note: {note}")]);
        let right = query
            .replace("cross_sold)", "cross_sold = 1)")
            .replace(" FROM", " AS r FROM");
        let right = right
            .replace("cross_sell_rate", "round(cross_sell_rate")
            .replace("= 1)", "= 1), 2)");
        assert_eq!(folder.csv(&["-c", &right]), "r\n66.67\n", "{table}");
    }
    let query = "SELECT cross_sell_rate(customer_id, cross_sold) AS r FROM 'orders.csv'";
    let told = |types: &str| folder.run(&["--types", types, "-c", query]).stderr;
    assert!(told("cross_sold=DOUBLE").contains(note));
    assert!(told("cross_sold=TEXT").contains("nothing but '0.0' and '1.0' (4 rows)"));
    assert!(told("cross_sold=TEXT").contains("pass cross_sold = '1.0'"));
    let query = "SELECT round(cross_sell_rate(customer_id, cross_sold), 2) AS r FROM 'orders.csv'";
    assert_eq!(
        folder.csv(&["--types", "cross_sold=BOOLEAN", "-c", query]),
        "r\n66.67\n"
    );
}

/// What is advised gives the rate of those who have a yes: c1 and c2 of three.
#[test]
fn the_condition_that_is_advised_is_true_for_the_yes_that_is_there() {
    for (yes, no) in [
        ("VERDADERO", "FALSO"),
        ("Checked", "Unchecked"),
        ("ИСТИНА", "ЛОЖЬ"),
        ("✓", "✗"),
        ("ON", "OFF"),
        ("Oui", "Non"),
        ("-1", "0"),
        ("1", "2"),
        ("Y", "N"),
    ] {
        let folder = Folder::new();
        folder.file(
            "orders.csv",
            format!("customer_id,upsold\nc1,{yes}\nc1,{no}\nc2,{yes}\nc3,{no}\n"),
        );
        let told = notes(
            &folder,
            "SELECT cross_sell_rate(customer_id, upsold) FROM 'orders.csv'",
        );
        let [note] = &told[..] else {
            panic!("one note for {yes}: {told:?}");
        };
        let condition = note.split_once("pass ").expect("an expression").1;
        let query = format!(
            "SELECT round(cross_sell_rate(customer_id, {condition}), 2) AS r FROM 'orders.csv'"
        );
        assert_eq!(folder.csv(&["-c", &query]), "r\n66.67\n", "{note}");
    }
    // Sizes and products of one letter, and the numbers of two products.
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,size,letter,product_id\nc1,X,N,1\nc1,Y,O,2\nc2,X,N,1\n",
    );
    for item in ["size", "letter", "product_id"] {
        let query = format!("SELECT cross_sell_rate(customer_id, {item}) FROM 'orders.csv'");
        assert_eq!(notes(&folder, &query), [""; 0], "{item}");
    }
}

#[test]
fn a_yes_that_is_written_in_two_ways_is_one() {
    let folder = Folder::new();
    folder.file(
        "orders.csv",
        "customer_id,upsold,mixed\nc1,Yes,true\nc2,yes,1\nc3,No,false\nc4,No,0\n",
    );
    let told = |item: &str| {
        notes(
            &folder,
            &format!("SELECT cross_sell_rate(customer_id, {item}) FROM 'orders.csv'"),
        )
    };
    assert!(told("upsold")[0].ends_with("pass lower(upsold) = 'yes'"));
    assert!(told("mixed")[0].ends_with("pass mixed IN ('1', 'true')"));
    for condition in ["lower(upsold) = 'yes'", "mixed IN ('1', 'true')"] {
        let query =
            format!("SELECT cross_sell_rate(customer_id, {condition}) AS r FROM 'orders.csv'");
        assert_eq!(folder.csv(&["-c", &query]), "r\n50.0\n");
    }
    // Before any row is read, nobody knows the word.
    let of_flag = folder.run(&[
        "-c",
        "SELECT churn_rate(customer_id, upsold) FROM 'orders.csv'",
    ]);
    of_flag.failed(1, &["In place of 'X', write the value that means yes"]);
    folder.file("flags.csv", "customer_id,is_up\nc1,ON\nc2,OFF\n");
    let of_name = folder.run(&[
        "-c",
        "SELECT churn_rate(customer_id, is_up) FROM 'flags.csv'",
    ]);
    of_name.failed(
        1,
        &["In place of 'Yes', write the value that means yes; CAST(is_up AS BOOLEAN) takes"],
    );
    let query = "SELECT churn_rate(customer_id, CAST(is_up AS BOOLEAN)) AS r FROM 'flags.csv'";
    assert_eq!(folder.csv(&["-c", query]), "r\n50.0\n");
}

#[test]
fn blanks_that_nobody_sees_are_said_and_taken_away() {
    for blank in ["\u{a0}", "\u{200b}", "\u{feff}", "\t", "\u{3000}", "\r\n"] {
        let folder = Folder::new();
        folder.file(
            "orders.csv",
            format!("product,customer_id\nCRM,c1\nChat,\"c1{blank}\"\n"),
        );
        let told = notes(
            &folder,
            "SELECT cross_sell_rate(customer_id, product) FROM 'orders.csv'",
        );
        let [note] = &told[..] else {
            panic!("one note for {blank:?}: {told:?}");
        };
        assert!(
            note.contains("customer_id has blanks around it in 1 row"),
            "{note}"
        );
        let call = note.split_once("with them; ").expect("a call").1;
        let call = call.strip_suffix(" removes them").expect("a call");
        let query = format!("SELECT cross_sell_rate({call}, product) AS r FROM 'orders.csv'");
        assert_eq!(folder.csv(&["-c", &query]), "r\n100.0\n", "{note}");
    }
    // Texts of other scripts end in the same bytes.
    let folder = Folder::new();
    folder.file("orders.csv", "customer_id,product\n日本,à\n€,ࠀ\nà,日\n");
    assert_eq!(
        notes(
            &folder,
            "SELECT cross_sell_rate(customer_id, product) FROM 'orders.csv'"
        ),
        [""; 0]
    );
}

/// 23:00 of 31 January at -08:00 is 07:00 of 1 February in UTC.
#[test]
fn texts_with_offsets_become_times_in_utc_and_that_is_said() {
    let folder = Folder::new();
    let row = "SELECT 'c1' AS customer_id, '2026-01-31T23:00:00-08:00' AS at";
    folder.run(&["-o", "orders.parquet", "-c", row]);
    folder.run(&["-o", "orders.json", "-c", row]);
    let start = "note: at has times with an offset, such as 2026-01-31T23:00:00-08:00, and they become times in UTC";
    for call in [
        "CAST(at AS TIMESTAMP)",
        "TRY_CAST(at AS TIMESTAMP)",
        "to_timestamp(at)",
    ] {
        let query = format!("SELECT date_part('month', {call}) AS m FROM 'orders.parquet'");
        let told = notes(&folder, &query);
        assert!(told.len() == 1 && told[0].starts_with(start), "{told:?}");
    }
    let told = notes(
        &folder,
        "SELECT max(CAST(at AS TIMESTAMP)) AS m FROM 'orders.parquet'",
    );
    let (_, call) = told[0].split_once("; ").expect("a call");
    let (call, _) = call.split_once(" is the time").expect("a call");
    let query = format!("SELECT date_part('month', {call}) AS m FROM 'orders.parquet'");
    assert_eq!(folder.csv(&["-c", &query]), "m\n1\n");
    // As times of a zone that nobody said, they are those of UTC.
    let month = "date_part('month', at) AS m FROM";
    for table in ["orders.parquet", "orders.json"] {
        let query = format!("SELECT {month} '{table}'");
        let types = ["--types", "at=TIMESTAMPTZ", "--format", "csv"];
        let utc = folder.run(&[&types[..], &["-c", &query]].concat());
        assert!(
            utc.stderr
                .contains("have an offset, such as 2026-01-31T23:00:00-08:00")
                && utc.stderr.contains("--time-zone -08:00 reads them"),
            "{table}: {}",
            utc.stderr
        );
        assert_eq!(utc.succeeded(), "m\n2\n");
        let there = [&types[..], &["--time-zone", "-08:00", "-c", &query]].concat();
        let there = folder.run(&there);
        assert_eq!(there.stderr, "");
        assert_eq!(there.succeeded(), "m\n1\n");
    }
    folder.file(
        "orders.csv",
        "customer_id,at\nc1,2026-01-31T23:00:00-08:00\n",
    );
    let query = format!("SELECT {month} 'orders.csv'");
    let utc = folder.run(&["--types", "at=TIMESTAMPTZ", "-c", &query]);
    assert!(
        utc.stderr.contains("--time-zone -08:00 reads them"),
        "{}",
        utc.stderr
    );
    // Z is UTC, and a text without an offset is a time without one.
    for at in ["2026-01-31T23:00:00Z", "2026-01-31T23:00:00"] {
        let query = format!("SELECT CAST(at AS TIMESTAMP) FROM (VALUES ('{at}')) AS t(at)");
        assert_eq!(notes(&folder, &query), [""; 0]);
    }
}

#[test]
fn more_words_for_nothing_and_for_sums() {
    let folder = Folder::new();
    for word in [
        "(No value)",
        "#N/D",
        "#¡DIV/0!",
        "k. A.",
        "(Not Provided)",
        "s/d",
        "Unassigned",
        "00000000-0000-0000-0000-000000000000",
    ] {
        folder.file(
            "orders.csv",
            format!("amount,customer_id\n1,c1\n2,{word}\n"),
        );
        let told = notes(
            &folder,
            "SELECT arpa(customer_id, amount) FROM 'orders.csv'",
        );
        assert!(
            told.len() == 1 && told[0].contains(&format!("customer_id has '{word}' in 1 row")),
            "{word}: {told:?}"
        );
    }
    for word in [
        "Gesamtergebnis",
        "c1 Ergebnis",
        "Grand Total (3)",
        "*** TOTAL ***",
        "Razem",
        "Итого",
        "合計",
        "(2 rows affected)",
    ] {
        folder.file(
            "orders.csv",
            format!("amount,customer_id\n1,c1\n2,c2\n3,{word}\n"),
        );
        folder.run(&["-o", "orders.parquet", "-c", "SELECT * FROM 'orders.csv'"]);
        let told = notes(
            &folder,
            "SELECT arpa(customer_id, amount) FROM 'orders.parquet'",
        );
        assert!(
            told.len() == 1 && told[0].contains(&format!("customer_id has '{word}' in 1 row")),
            "{word}: {told:?}"
        );
    }
}
