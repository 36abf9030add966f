//! What a report must not pretend: noise is called noise, few are called few, and what is not all there is compared with nothing.

use super::{call, months, said, sample, tables, texts, with};
use crate::command::Folder;

fn told(rows: &[(&str, u32, u32)]) -> String {
    let rows = months(rows);
    let said = said(&format!(
        "-- T\nSELECT month, churn_rate_parts(customer, flag) AS churn_rate FROM ({rows}) GROUP BY month"
    ));
    let big = texts(&said["big"]).join(" ");
    format!("{big}\n{}", texts(&said["items"]).join("\n"))
}

#[test]
fn noise_is_called_noise() {
    // 10.0 % and 11.0 % of 400: p = 0.645 by the pooled z test.
    let said = told(&[("2026-01", 400, 40), ("2026-02", 400, 44)]);
    assert!(said.starts_with("11.0 %\n"), "{said}");
    assert!(
        said.contains("Up by 1.0 points since 2026-01: not significant (p = 0.645)."),
        "{said}"
    );
    // 10.0 % and 20.0 %: less churn is better, and this is more.
    let said = told(&[("2026-01", 400, 40), ("2026-02", 400, 80)]);
    assert!(
        said.contains("Up by 10.0 points since 2026-01: significantly worse (p < 0.001)."),
        "{said}"
    );
    let said = told(&[("2026-01", 400, 80), ("2026-02", 400, 40)]);
    assert!(
        said.contains("Down by 10.0 points since 2026-01: significantly better"),
        "{said}"
    );
    let said = told(&[("2026-01", 400, 40), ("2026-02", 400, 40)]);
    assert!(said.contains("No change since 2026-01."), "{said}");
}

#[test]
fn few_are_called_few() {
    let said = told(&[("2026-01", 20, 1), ("2026-02", 20, 19)]);
    assert!(said.contains("95.0 %"), "the value is still there: {said}");
    assert!(said.contains("too few to tell, 30 are needed"), "{said}");
    let rows = months(&[("2026-01", 20, 1), ("2026-02", 20, 19)]);
    let said = super::said(&format!(
        "-- T\n-- min-n: 20\nSELECT month, churn_rate_parts(customer, flag) AS churn_rate FROM ({rows}) GROUP BY month"
    ));
    assert!(
        texts(&said["items"])
            .join("")
            .contains("significantly worse")
    );
}

#[test]
fn a_month_that_is_missing_is_not_skipped() {
    let said = told(&[("2025-12", 400, 80), ("2026-02", 400, 40)]);
    assert!(
        said.contains("There is no value for 2026-01 to compare with."),
        "{said}"
    );
    assert!(!said.contains("2025-12:"), "{said}");
}

#[test]
fn without_parts_nothing_is_said_of_chance() {
    let rows = months(&[("2026-01", 400, 40), ("2026-02", 400, 80)]);
    let said = said(&format!(
        "-- T\nSELECT month, churn_rate(customer, flag) AS churn_rate FROM ({rows}) GROUP BY month"
    ));
    let told = texts(&said["items"]).join("\n");
    assert!(told.contains("Up by 10.0 points since 2026-01."), "{told}");
    let text = said["text"].as_str().expect("a text");
    let why = "Values alone do not show whether a change is significant; churn_rate_parts(…) instead of churn_rate(…) does";
    assert_eq!(text.matches(why).count(), 1, "{text}");
    assert!(!text.contains("significant (p"), "{text}");
    assert!(!told.contains("significant"), "{told}");
}

#[test]
fn intervals_say_what_they_cover() {
    let rows = months(&[("2026-01", 400, 40), ("2026-02", 400, 56)]);
    let of = |confidence: u32| {
        let said = said(&format!(
            "-- T\nSET kpi.confidence = {confidence};\nSELECT month, churn_rate_parts(customer, flag) AS churn_rate FROM ({rows}) GROUP BY month"
        ));
        said["text"].as_str().expect("a text").to_string()
    };
    // 10.0 % and 14.0 % of 400: p = 0.083.
    let usual = of(95);
    assert!(usual.contains("95 % interval 10.9 % to 17.7 %"), "{usual}");
    assert!(
        usual.contains("since 2026-01: not significant (p = 0.08"),
        "{usual}"
    );
    let narrow = of(90);
    assert!(
        narrow.contains("90 % interval") && narrow.contains("90 % confidence intervals"),
        "{narrow}"
    );
    assert!(
        narrow.contains("since 2026-01: significantly worse (p = 0.08"),
        "{narrow}"
    );
}

#[test]
fn several_comparisons_are_counted() {
    // One of twenty segments moves by as much as one in twenty does by chance: 40 and 57 of 400, p = 0.068 … 61, p = 0.026.
    let mut rows = vec![];
    for segment in 1..=20 {
        let now = if segment == 7 { 61 } else { 40 };
        for (month, crossed) in [("2026-01", 40), ("2026-02", now)] {
            rows.push(format!(
                "SELECT '{month}' AS month, 's{segment:02}' AS segment, value AS customer, value <= {crossed} AS flag FROM generate_series(1, 400)"
            ));
        }
    }
    let rows = rows.join(" UNION ALL ");
    let said = said(&format!(
        "-- T\nSELECT month, segment, churn_rate_parts(customer, flag) AS churn_rate FROM ({rows}) GROUP BY month, segment ORDER BY month, segment"
    ));
    let table = &tables(&said)[0];
    let row = table
        .iter()
        .find(|row| row[0] == "s07")
        .expect("the segment");
    let words = row.last().expect("words");
    assert!(words.contains("not significant (p = 0.02"), "{words}");
    assert!(words.contains("adjusted"), "{words}");
    let text = said["text"].as_str().expect("a text");
    assert!(text.contains("Benjamini and Hochberg"), "{text}");
}

#[test]
fn p_values_of_a_query_stand_beside_adjusted_ones() {
    let said = said(
        "-- T\nSELECT segment, kpi_change(cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month < '2026-01'), \
         cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month >= '2026-01')) AS change, \
         kpi_change(cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month < '2026-01'), \
         cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE month >= '2026-01'))['p_value'] AS p \
         FROM orders JOIN customers USING (customer_id) GROUP BY segment ORDER BY segment",
    );
    let table = tables(&said).pop().expect("a table");
    assert_eq!(
        table[0],
        [
            "segment",
            "change",
            "change low",
            "change high",
            "change p",
            "change p adjusted",
            "p",
            "p adjusted"
        ]
    );
    assert!(table[1][1].ends_with(" points"), "{table:?}");
    for row in &table[1..] {
        let number = |i: usize| row[i].parse::<f64>().expect("a number");
        assert!(
            number(5) >= number(4) && (number(4) - number(6)).abs() < 1e-6,
            "{row:?}"
        );
    }
}

/// Orders on every weekday until a day.
fn daily(last: &str) -> Folder {
    let folder = Folder::new();
    folder.file(
        "pack.sql",
        format!(
            "-- T\nCREATE TABLE sales AS SELECT CAST(value AS DATE) AS day, CAST(row_number() OVER () AS BIGINT) AS customer, \
             date_part('day', value) % 3 = 0 AS flag FROM generate_series(TIMESTAMP '2026-01-01', TIMESTAMP '{last}', INTERVAL '1 day') \
             WHERE date_part('dow', value) BETWEEN 1 AND 5;\n\
             SELECT date_trunc('month', day) AS month, churn_rate_parts(customer, flag) AS churn_rate FROM sales GROUP BY 1 ORDER BY 1"
        ),
    );
    folder
}

#[test]
fn an_incomplete_month_is_compared_with_nothing() {
    let page = |folder: &Folder| {
        folder.run(&call("pack.html", &sample())).succeeded();
        super::read(folder, "pack.html")
    };
    // 2026-05-29 is a Friday, and the last weekday of the month.
    for (last, told, incomplete) in [
        ("2026-05-29", "2026-05", false),
        ("2026-05-28", "2026-04", true),
    ] {
        let folder = daily(last);
        let said = page(&folder);
        let text = said["text"].as_str().expect("a text");
        assert!(
            text.contains(&format!("{told} · 95 % interval")),
            "{last}: {text}"
        );
        let words = "2026-05 is incomplete: dashed, and not compared.";
        assert_eq!(text.contains(words), incomplete, "{last}: {text}");
        assert_eq!(
            folder.read("pack.html").contains("class=\"line dash\""),
            incomplete,
            "{last}"
        );
        assert!(text.contains(&format!("Newest row: {last}")), "{text}");
    }
    // Somebody knows better.
    let folder = daily("2026-05-28");
    let script =
        folder
            .read("pack.sql")
            .replacen("-- T\n", "-- T\n-- complete-through: 2026-05\n", 1);
    folder.file("pack.sql", script);
    let text = page(&folder)["text"].to_string();
    assert!(
        text.contains("2026-05 · 95 % interval") && !text.contains("incomplete:"),
        "{text}"
    );
}

#[test]
fn what_was_ignored_and_noted_is_in_the_page() {
    let folder = with(
        "-- T\nSELECT month, cross_sell_rate_parts(customer_id, product_id) AS rate FROM orders GROUP BY month",
    );
    folder.run(&call("pack.html", &sample())).succeeded();
    let text = super::read(&folder, "pack.html")["text"].to_string();
    // Two lines of June have no customer that could be matched.
    assert!(text.contains("rows of 2026-06 were ignored"), "{text}");
    let folder = Folder::new();
    folder.file(
        "a.csv",
        "customer,flag,n\nc1,true,1\nc2,false,\"1,5\"\nc3,true,2\n",
    );
    folder.file(
        "pack.sql",
        "-- T\nSELECT churn_rate_parts(customer, flag) AS churn_rate, sum(n) AS n FROM 'a.csv'",
    );
    let outcome = folder.run(&["report", "-f", "pack.sql", "-o", "pack.html"]);
    let notes = outcome.stderr.clone();
    outcome.succeeded();
    assert!(
        notes.contains("note: "),
        "the file has something to be said of: {notes}"
    );
    let text = super::read(&folder, "pack.html")["text"].to_string();
    assert!(text.contains("Note: "), "{text}");
}
