//! `kpi-sql check` on data that people know: what it says is true, and it says no more.

use crate::command::Folder;
use crate::support::folder;

/// Kind and column of what is found in one of our own tables.
fn found(path: &std::path::Path) -> Vec<String> {
    let here = Folder::new();
    let path = path.to_string_lossy();
    let outcome = here.run(&["check", "--format", "json", &path]);
    let report: serde_json::Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {outcome:?}"));
    let findings = report["tables"][0]["findings"].as_array().expect("a list");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_string();
    findings
        .iter()
        .map(|finding| {
            format!(
                "{} {} {}",
                text(&finding["severity"]),
                text(&finding["kind"]),
                text(&finding["column"])
            )
        })
        .collect()
}

/// Lines without a customer or a product, returns, and contracts that begin or end with nothing are in the data on purpose.
#[test]
fn of_the_sample_data_it_says_what_is_in_it_on_purpose() {
    for (table, expected) in [
        ("customers.parquet", &[][..]),
        ("opportunities.parquet", &[]),
        (
            "orders",
            &[
                "warning null_key customer_id",
                "warning null_key product_id",
                "warning negative_amount quantity",
                "warning negative_amount amount",
            ],
        ),
        ("product_usage.parquet", &[]),
        ("products.parquet", &[]),
        (
            "subscriptions.parquet",
            &["info zero_amount mrr_start", "info zero_amount mrr_end"],
        ),
        ("surveys.parquet", &[]),
    ] {
        let found = found(&folder("sample_data").join(table));
        assert_eq!(found, expected, "{table}");
    }
}
