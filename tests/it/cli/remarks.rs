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
        assert!(
            note.ends_with("trim(customer_id) takes them away"),
            "{note}"
        );
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
            .starts_with("note: x is not a number (NaN) in 3 rows, and count(DISTINCT x) counts that as one value more"),
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
