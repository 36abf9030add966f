//! `kpi-sql check` on data that people know: what it says is true, and it says no more.

use crate::command::Folder;
use crate::reference::shared_data;
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
                // Each row is a product of an order.
                "info duplicate_key order_id",
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

/// What people have found in these data by hand, and nothing else.
#[test]
fn of_real_data_it_says_what_is_true() {
    let Some(shared) = shared_data() else {
        return;
    };
    for (table, expected) in [
        // Amounts of 0 are trials.
        ("ravenstack/ravenstack_accounts.csv", &[][..]),
        (
            "ravenstack/ravenstack_subscriptions.csv",
            &["info zero_amount mrr_amount", "info zero_amount arr_amount"],
        ),
        // 21 of its keys were given twice.
        (
            "ravenstack/ravenstack_feature_usage.csv",
            &["error duplicate_key usage_id"],
        ),
        // 11 customers without a month behind them have a blank.
        (
            "telco_churn/Telco-Customer-Churn.csv",
            &["warning reading TotalCharges"],
        ),
        ("northwind/customers.csv", &[]),
        ("northwind/order_details.csv", &[]),
        // NULL is written out.
        ("northwind/orders.csv", &["warning reading shippedDate"]),
        ("jaffle_classic/raw_orders.csv", &[]),
        ("jaffle_shop/raw_stores.csv", &[]),
        // Events of one second are equal.
        ("ecom_clickstream/ecom.csv.gz", &["warning duplicate_row -"]),
        // Returns, cash sales, holidays, and lines that were typed twice.
        (
            "online_retail/by-day",
            &[
                "warning negative_amount Quantity",
                "warning negative_amount UnitPrice",
                "warning null_key CustomerID",
                "warning missing_days InvoiceDate",
                "warning duplicate_row -",
                "info zero_amount UnitPrice",
            ],
        ),
    ] {
        assert_eq!(found(&shared.join(table)), expected, "{table}");
    }
}
