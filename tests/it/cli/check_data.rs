//! `kpi-sql check FILE`: for each kind of fault a file that has it, and one that does not.

use crate::command::Folder;
use std::fmt::Write;

/// What was found: severity, kind and column of each.
#[track_caller]
pub(super) fn found(folder: &Folder, args: &[&str]) -> Vec<String> {
    let args = [&["check", "--format", "json"], args].concat();
    let outcome = folder.run(&args);
    assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
    let report: serde_json::Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome:?}"));
    let tables = report["tables"].as_array().expect("a list");
    let findings = tables
        .iter()
        .flat_map(|table| table["findings"].as_array().expect("a list"));
    let findings: Vec<String> = findings
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap_or("-").to_string();
            format!("{} {} {}", text("severity"), text("kind"), text("column"))
        })
        .collect();
    let has_error = findings.iter().any(|finding| finding.starts_with("error"));
    assert_eq!(outcome.code, Some(i32::from(has_error)), "{findings:?}");
    findings
}

/// A file that has the fault, and the same without it.
#[track_caller]
fn only_in(faulty: &str, clean: &str, expected: &[&str]) {
    let folder = Folder::new();
    folder.file("orders.csv", faulty);
    assert_eq!(found(&folder, &["orders.csv"]), expected, "{faulty}");
    folder.file("orders.csv", clean);
    assert_eq!(
        found(&folder, &["orders.csv"]),
        Vec::<String>::new(),
        "{clean}"
    );
}

pub(super) const CLEAN: &str = "order_id,customer_id,amount,ordered_at\n\
    1,c1,10.5,2026-01-05\n2,c2,20.5,2026-01-06\n3,c1,30.5,2026-01-07\n4,c3,40.5,2026-01-08\n";

/// The report in one line.
pub(super) fn report(folder: &Folder, args: &[&str]) -> String {
    let outcome = folder.run(&[&["check"], args].concat());
    assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
    let words: Vec<&str> = outcome.stdout.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn a_clean_file_says_what_was_checked() {
    let folder = Folder::new();
    folder.file("orders.csv", CLEAN);
    let report = folder.run(&["check", "orders.csv"]).succeeded();
    let report = report.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "orders.csv: 4 rows, 4 columns",
        "unique key: order_id; keys: customer_id; amounts: amount; dates: ordered_at",
        "Nothing was found in 1 table.",
        "Looked for: NULL, blank and repeated keys",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
}

#[test]
fn keys_that_are_null_blank_or_words_for_nothing() {
    only_in(
        &CLEAN.replace("2,c2", "2,"),
        CLEAN,
        &["warning null_key customer_id"],
    );
    only_in(
        &CLEAN.replace("2,c2", "2,  "),
        CLEAN,
        &["error blank_key customer_id"],
    );
    only_in(
        &CLEAN.replace("2,c2", "2,N/A"),
        CLEAN,
        &["warning placeholder_key customer_id"],
    );
}

#[test]
fn keys_in_several_spellings() {
    only_in(
        &CLEAN.replace("3,c1", "3,C1"),
        &CLEAN.replace("3,c1", "3,C9"),
        &["error case_of_key customer_id"],
    );
    // A blank that makes two of one is worse than one that makes a key find no partner.
    only_in(
        &CLEAN.replace("3,c1", "3,c1 "),
        CLEAN,
        &["error padded_key customer_id"],
    );
    only_in(
        &CLEAN.replace("4,c3", "4,c3 "),
        CLEAN,
        &["warning padded_key customer_id"],
    );
}

#[test]
fn ids_of_a_crm_in_15_and_in_18_characters() {
    let ids = |a: &str, b: &str, c: &str| format!("order_id,account_id\n1,{a}\n2,{b}\n3,{c}\n");
    only_in(
        &ids(
            "001A000001abcdE",
            "001A000001abcdEIAQ",
            "001A000001abcdfIAR",
        ),
        // Those that differ by case alone are two records.
        &ids("001A000001abcdE", "001A000001abcde", "001A000001abcdF"),
        &["error length_of_key account_id"],
    );
    only_in(
        &ids(
            "001A000001abcdE",
            "001A000001abcdgIAQ",
            "001A000001abcdfIAR",
        ),
        &ids(
            "001A000001abcdEIAQ",
            "001A000001abcdgIAQ",
            "001A000001abcdfIAR",
        ),
        &["warning length_of_key account_id"],
    );
}

#[test]
fn rows_and_keys_that_are_there_twice() {
    let mut orders = "order_id,customer_id,product\n".to_string();
    for n in 0..20 {
        writeln!(orders, "{n},c{},p{}", n % 3, n % 4).expect("a text grows");
    }
    let clean = orders.clone();
    only_in(
        &format!("{orders}7,c9,p1\n"),
        &clean,
        &["warning duplicate_key order_id"],
    );
    only_in(
        &format!("{orders}7,c1,p3\n"),
        &clean,
        &["warning duplicate_key order_id", "warning duplicate_row -"],
    );
    // In a column that is called nothing but id, and in many rows, one that is there twice is a slip.
    let of = |name: &str, n: u32, more: &str| {
        (0..n).fold(format!("{name},product\n"), |text, i| {
            format!("{text}{i},p{}\n", i % 7)
        }) + more
    };
    only_in(
        &of("id", 20, "7,p9\n"),
        &of("id", 20, ""),
        &["error duplicate_key id"],
    );
    only_in(
        &of("order_id", 200, "7,p9\n"),
        &of("order_id", 200, ""),
        &["error duplicate_key order_id"],
    );
    let folder = Folder::new();
    // Lines of orders share an order by right.
    let lines = "order_id,line,product\n1,1,a\n1,2,b\n2,1,a\n2,2,c\n";
    folder.file("lines.csv", lines);
    assert_eq!(found(&folder, &["lines.csv"]), Vec::<String>::new());
    assert_eq!(
        found(&folder, &["lines.csv", "--key", "order_id"]),
        ["error duplicate_key order_id"]
    );
    assert_eq!(
        found(&folder, &["lines.csv", "--key", "order_id,line"]),
        Vec::<String>::new()
    );
}

#[test]
fn flags_of_other_types_and_those_that_are_none() {
    let flags = |a: &str, b: &str, c: &str| format!("order_id,is_new\n1,{a}\n2,{b}\n3,{c}\n");
    only_in(
        &flags("Yes", "No", "Maybe"),
        &flags("true", "false", "true"),
        &["warning no_flag is_new"],
    );
    only_in(
        &flags("Yes", "No", "Yes"),
        &flags("true", "false", "true"),
        &["info flag_of_other_type is_new"],
    );
    only_in(
        &flags("1", "0", "1"),
        &flags("true", "false", "true"),
        &["info flag_of_other_type is_new"],
    );
}

#[test]
fn amounts_below_zero_and_of_nothing() {
    only_in(
        &CLEAN.replace("20.5", "-20.5"),
        CLEAN,
        &["warning negative_amount amount"],
    );
    only_in(
        &CLEAN.replace("20.5", "0.0"),
        CLEAN,
        &["info zero_amount amount"],
    );
}

#[test]
fn days_that_stand_for_none_and_days_ahead() {
    for day in ["1900-01-01", "9999-12-31", "1970-01-01"] {
        only_in(
            &CLEAN.replace("2026-01-08", day),
            CLEAN,
            &["warning sentinel_date ordered_at"],
        );
    }
    only_in(
        &CLEAN.replace("2026-01-08", "2099-03-04"),
        CLEAN,
        &["warning future_date ordered_at"],
    );
    let folder = Folder::new();
    // Contracts end in the future, and people were born in 1970.
    folder.file(
        "people.csv",
        "id,birth_date,contract_end\n1,1970-01-01,2099-03-04\n2,1970-02-03,2099-05-06\n3,1969-12-05,2027-01-01\n",
    );
    assert_eq!(found(&folder, &["people.csv"]), Vec::<String>::new());
}

#[test]
fn texts_that_are_numbers_or_dates() {
    let of = |values: &[&str]| {
        let mut text = "order_id,size,note\n".to_string();
        for (n, value) in values.iter().enumerate() {
            writeln!(text, "{n},{value},x{n}").expect("a text grows");
        }
        text
    };
    let mut numbers = vec!["10"; 30];
    let clean = of(&numbers);
    numbers[7] = "ten";
    only_in(&of(&numbers), &clean, &["warning reading size"]);
    // Parquet says the types of its columns itself.
    let folder = Folder::new();
    folder.file("clean.csv", &clean);
    for (expr, expected) in [
        (
            "CASE WHEN order_id = 3 THEN 'ten' ELSE '10' END",
            vec!["warning numbers_as_text size"],
        ),
        ("'2026-03-04'", vec!["warning dates_as_text size"]),
        ("CASE WHEN order_id < 15 THEN 'ten' ELSE '10' END", vec![]),
        ("'x' || order_id", vec![]),
    ] {
        let sql =
            format!("COPY (SELECT order_id, {expr} AS size FROM 'clean.csv') TO 'orders.parquet'");
        folder.run(&["-c", &sql]).succeeded();
        assert_eq!(found(&folder, &["orders.parquet"]), expected, "{expr}");
    }
}

#[test]
fn lines_that_are_sums_of_others() {
    only_in(
        &format!("{CLEAN}Total,,102.0,\n"),
        CLEAN,
        &["error total_line order_id", "warning null_key customer_id"],
    );
}

#[test]
fn days_without_a_row() {
    let days = |left_out: &[u32]| {
        let mut text = "order_id,customer_id,ordered_at\n".to_string();
        let mut order = 0;
        // January of 2026 begins on a Thursday; the shop is closed on Sundays.
        for day in (1..=31).filter(|day| day % 7 != 4 && !left_out.contains(day)) {
            for n in 0..12 {
                order += 1;
                writeln!(text, "{order},c{n},2026-01-{day:02}").expect("a text grows");
            }
        }
        text
    };
    only_in(
        &days(&[13, 14]),
        &days(&[]),
        &["warning missing_days ordered_at"],
    );
    let folder = Folder::new();
    folder.file("orders.csv", days(&[13, 14]));
    let report = folder.run(&["check", "orders.csv"]).succeeded();
    assert!(report.contains("2 of 27 days have no row"), "{report}");
    assert!(report.contains("2026-01-13 to 2026-01-14"), "{report}");
}

#[test]
fn several_currencies_beside_an_amount() {
    let of = |a: &str, b: &str| {
        format!("order_id,amount,currency\n1,10.5,{a}\n2,20.5,{b}\n3,30.5,{a}\n")
    };
    only_in(
        &of("EUR", "USD"),
        &of("EUR", "EUR"),
        &["warning currencies currency"],
    );
    // Codes tell it under any name.
    let other = |text: String| text.replace("currency", "unit");
    only_in(
        &other(of("EUR", "USD")),
        &other(of("CRM", "BOX")),
        &["warning currencies unit"],
    );
}

#[test]
fn files_that_differ() {
    let folder = Folder::new();
    folder.file(
        "orders/a.csv",
        "order_id,product,channel\n1,p,web\n2,q,web\n",
    );
    folder.file(
        "orders/b.csv",
        "order_id,product,channel\n3,p,web\n4,q,shop\n",
    );
    assert_eq!(found(&folder, &["orders"]), Vec::<String>::new());
    folder.file("orders/b.csv", "order_id,product\n3,p\n4,q\n");
    assert_eq!(found(&folder, &["orders"]), ["warning reading -"]);
    let report = folder.run(&["check", "orders"]).succeeded();
    assert!(report.contains("channel"), "{report}");
}

#[test]
fn a_day_of_a_far_century_does_not_end_a_check() {
    let folder = Folder::new();
    folder.file("orders.csv", CLEAN.replace("2026-01-06", "2926-01-06"));
    assert_eq!(
        found(&folder, &["orders.csv"]),
        ["warning future_date ordered_at"]
    );
}

#[test]
fn the_key_of_a_table_by_its_name_is_a_finding_at_any_share() {
    let mut customers = "customer_id,city\n".to_string();
    for n in 0..200 {
        writeln!(customers, "c{},x{n}", n % 120).expect("a text grows");
    }
    for name in [
        "customers.csv",
        "customers_2026-11.csv",
        "customers_export.csv",
    ] {
        let folder = Folder::new();
        folder.file(name, &customers);
        let kinds = found(&folder, &[name]);
        assert_eq!(kinds, ["warning duplicate_key customer_id"], "{name}");
    }
}

#[test]
fn a_key_is_that_of_one_table_and_whole() {
    let folder = Folder::new();
    folder
        .file("lines.csv", "order_id,line\n1,1\n1,2\n")
        .file("goods.csv", "sku,name\na,x\nb,y\n")
        .file("broken.csv", "a,b\n1,2\n3\n");
    let with = |args: &[&str]| folder.run(&[&["check", "lines.csv", "goods.csv"], args].concat());
    with(&["--key", "order_id,line", "--key", "sku"]).succeeded();
    with(&["--key", "order_id,line,sku"]).failed(
        2,
        &[
            "--key order_id,line,sku: no table has all of these columns: lines.csv has order_id and line, goods.csv has sku",
            "--key order_id,line --key sku",
        ],
    );
    with(&["--key", "order_id", "--key", "line"]).failed(
        2,
        &[
            "--key line: the key of lines.csv is --key order_id already",
            "--key order_id,line",
        ],
    );
    // Of a table that cannot be opened nobody knows what its key could be.
    assert_eq!(
        found(&folder, &["broken.csv", "lines.csv", "--key", "a"]),
        ["error unreadable -"]
    );
    // Rows without a key are told apart by none.
    folder.file("nulls.csv", "order_id,size\n1,a\n,b\n,b\n");
    assert_eq!(
        found(&folder, &["nulls.csv", "--key", "order_id"]),
        ["error null_key order_id", "warning duplicate_row -"]
    );
    let told = report(&folder, &["nulls.csv", "--key", "order_id"]);
    assert!(!told.contains("unique key"), "{told}");
}

#[test]
fn an_amount_is_a_number() {
    let folder = Folder::new();
    folder
        .file("p.csv", "order_id,points\n1,5\n2,-7\n")
        .run(&[
            "-c",
            "COPY (SELECT order_id, CAST(points AS VARCHAR) AS points FROM 'p.csv') TO 'p.parquet'",
        ])
        .succeeded();
    let advised = "kpi-sql check p.parquet --types points=DOUBLE --amount points";
    folder
        .run(&["check", "p.parquet", "--amount", "points"])
        .failed(
            2,
            &[
                "--amount points: the column points of p.parquet is TEXT and no number",
                advised,
            ],
        );
    let args: Vec<&str> = advised.split(' ').skip(2).collect();
    assert_eq!(found(&folder, &args), ["warning negative_amount points"]);
}

#[test]
fn a_word_within_a_word_of_a_name_says_nothing() {
    let folder = Folder::new();
    let of = |name: &str| {
        let copy = format!("COPY (SELECT '10' AS {name}) TO 'o.parquet'");
        folder.run(&["-q", "-c", &copy]).succeeded();
        found(&folder, &["o.parquet"])
    };
    for name in ["conversions", "hotel_price", "taxes"] {
        assert_eq!(of(name), [format!("warning numbers_as_text {name}")]);
    }
    for name in ["version", "tel", "zip_code", "PostalCode"] {
        let quoted = format!("\"{name}\"");
        assert_eq!(of(&quoted), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn a_currency_in_two_spellings_is_one() {
    let of = |a: &str, b: &str| {
        format!("order_id,amount,currency\n1,10.5,{a}\n2,20.5,{b}\n3,30.5,{a}\n")
    };
    only_in(
        &of("EUR", "usd"),
        &of("EUR", "eur "),
        &["warning currencies currency"],
    );
}

#[test]
fn in_json_a_column_is_one_of_what_it_is_taken_for() {
    let folder = Folder::new();
    folder.file("orders.csv", CLEAN);
    let report = folder.run(&["check", "--format", "json", "orders.csv"]);
    let report: serde_json::Value = serde_json::from_str(&report.succeeded()).expect("JSON");
    let columns = report["tables"][0]["columns"].as_array().expect("a list");
    let taken_as: Vec<&str> = columns
        .iter()
        .map(|column| column["taken_as"].as_str().expect("a text"))
        .collect();
    assert_eq!(taken_as, ["key", "key", "amount", "date"]);
}
