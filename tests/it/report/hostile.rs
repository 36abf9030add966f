//! Names that would be markup, that run from right to left, or that are none.

use super::{call, read, sample, tables, with};

/// Names that nobody would choose.
pub const NAMES: [&str; 9] = [
    "</script><img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "<!-- --> ]]> &amp; &#x3c;b&#x3e;",
    "مرحبا \u{202e}تسجيل",
    "👩‍👩‍👧 🇩🇪",
    "",
    "NULL",
    "#/../a?b=c%20d",
];

/// A script whose names are these, and none.
pub fn script(names: &[String]) -> String {
    let quoted = |name: &str| format!("'{}'", name.replace('\'', "''"));
    let mut rows: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    rows.push("NULL".to_string());
    let values: Vec<String> = rows
        .iter()
        .flat_map(|name| (1..=3).map(move |n| format!("('2026-0{n}', {name}, {n}, {n} > 1)")))
        .collect();
    format!(
        "-- <script>alert(1)</script> & \"more\"\n-- </title><img onerror=alert(1)>\n\n-- </p><b>text</b>\n-- name: <i>result</i>\n\
         SELECT month, segment, churn_rate_parts(customer, flag) AS \"</svg><script>alert(1)</script>\", '</td><script>' AS \"<b>column</b>\" \
         FROM (VALUES {}) AS t(month, segment, customer, flag) GROUP BY month, segment ORDER BY month, segment;\n\
         SELECT segment, product_mix(customer, segment) AS mix FROM (VALUES {}) AS t(month, segment, customer, flag) GROUP BY segment",
        values.join(", "),
        values.join(", ")
    )
}

#[test]
fn names_are_texts() {
    let long = "a long name ".repeat(42);
    let mut names: Vec<String> = NAMES.map(String::from).to_vec();
    names.push(long.clone());
    let folder = with(&script(&names));
    folder.run(&call("pack.html", &sample())).succeeded();
    let page = folder.read("pack.html");
    for markup in [
        "<img",
        "onload=alert(1)>",
        "<script>alert",
        "<b>text",
        "</title><img",
        "<i>",
    ] {
        assert!(!page.contains(markup), "{markup} is markup");
    }
    assert_eq!(page.matches("<script>").count(), 1);
    // The parser sees them as they are.
    let said = read(&folder, "pack.html");
    assert_eq!(said["title"], "<script>alert(1)</script> & \"more\"");
    let table = tables(&said)
        .into_iter()
        .find(|table| table[0].len() > 5 && table[0][0] == "month")
        .expect("the rows");
    for name in &names {
        assert!(table.iter().any(|row| row[1] == *name), "{name}");
    }
    let segments: Vec<&str> = said["views"]
        .as_array()
        .expect("views")
        .iter()
        .filter_map(|view| view["segment"].as_str())
        .collect();
    for segment in [NAMES[0], "(empty)", "'NULL'", "NULL"] {
        assert!(segments.contains(&segment), "{segment}: {segments:?}");
    }
}

#[test]
fn texts_of_markdown_are_no_markup() {
    let folder = with(&script(&NAMES.map(String::from)));
    folder.run(&call("pack.md", &sample())).succeeded();
    let text = folder.read("pack.md");
    let prose = text.lines().filter(|line| !line.starts_with('|'));
    for line in prose {
        assert!(
            !line.contains("<img") && !line.contains("<script>") && !line.contains("</p>"),
            "{line}"
        );
    }
}

#[test]
fn a_workbook_has_them_as_they_are() {
    let folder = with(&script(&NAMES.map(String::from)).replace("<i>result</i>", "result"));
    folder.run(&call("pack.xlsx", &sample())).succeeded();
    let read = folder.csv(&[
        "-q",
        "-c",
        "SELECT DISTINCT segment FROM read_xlsx('pack.xlsx', sheet => 'result') ORDER BY 1",
    ]);
    assert!(
        read.contains("</script><img src=x onerror=alert(1)>"),
        "{read}"
    );
    let folder = with("-- T\n-- name: a/b\nSELECT 1 AS a");
    folder
        .run(&call("pack.xlsx", &sample()))
        .failed(2, &["-- name: a/b", "revenue_by_segment"]);
}
