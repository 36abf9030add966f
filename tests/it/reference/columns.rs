//! What becomes of each column of the reference files: a column that is new, or that somebody forgot,
//! fails here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::measure::Measure;
use super::values::read_rows;
use super::{
    bank_marketing, baskets, ecom_clickstream, holders, order_lines, ravenstack, shared_data,
    telco_churn,
};

pub struct Columns {
    /// What names a row.
    pub keys: &'static [&'static str],
    /// Compared with what a call gives.
    pub measured: &'static [&'static [Measure]],
    /// Compared by a query of their own.
    pub compared: &'static [&'static str],
    /// Counts, sums and means that are no KPIs: plain SQL gives them.
    pub plain_sql: &'static [&'static str],
    /// Figures that no function gives.
    pub no_function: &'static [&'static str],
}

/// Every file of reference values. The files with the same figures share an entry.
const FILES: [(&Columns, &[&str]); 9] = [
    (
        &order_lines::COLUMNS,
        &[
            "chinook/reference/kpi_duckdb.csv",
            "jaffle_classic/reference/kpi_duckdb.csv",
            "jaffle_shop/reference/kpi_duckdb.csv",
            "northwind/reference/kpi_duckdb.csv",
            "online_retail/reference/kpi_duckdb.csv",
            "online_retail/reference_raw/kpi_duckdb.csv",
            "ravenstack/reference/kpi_duckdb.csv",
        ],
    ),
    (
        &holders::COLUMNS,
        &[
            "chinook/reference/penetration_duckdb.csv",
            "jaffle_classic/reference/penetration_duckdb.csv",
            "jaffle_shop/reference/penetration_duckdb.csv",
            "northwind/reference/penetration_duckdb.csv",
            "online_retail/reference/penetration_duckdb.csv",
            "online_retail/reference_raw/penetration_duckdb.csv",
            "ravenstack/reference/penetration_duckdb.csv",
        ],
    ),
    (
        &baskets::COLUMNS,
        &[
            "chinook/reference/basket_duckdb.csv",
            "jaffle_classic/reference/basket_duckdb.csv",
            "jaffle_shop/reference/basket_duckdb.csv",
            "northwind/reference/basket_duckdb.csv",
            "online_retail/reference/basket_duckdb.csv",
        ],
    ),
    (
        &ravenstack::ACCOUNTS,
        &["ravenstack/reference/accounts_duckdb.csv"],
    ),
    (
        &ravenstack::MONTHS,
        &["ravenstack/reference/subscription_churn_monthly_duckdb.csv"],
    ),
    (
        &telco_churn::CHURN,
        &["telco_churn/reference/churn_duckdb.csv"],
    ),
    (
        &telco_churn::HOLDERS,
        &["telco_churn/reference/penetration_duckdb.csv"],
    ),
    (
        &bank_marketing::CONVERSION,
        &["bank_marketing/reference/conversion_duckdb.csv"],
    ),
    (
        &ecom_clickstream::FUNNEL,
        &["ecom_clickstream/reference/funnel_duckdb.csv"],
    ),
];

impl Columns {
    fn all(&self) -> Vec<&'static str> {
        let measured = self.measured.iter().copied().flatten();
        let listed = [self.keys, self.compared, self.plain_sql, self.no_function];
        let mut all: Vec<_> = measured.map(|measure| measure.column).collect();
        all.extend(listed.into_iter().flatten());
        all
    }
}

#[tokio::test]
async fn every_column_is_compared_or_listed() {
    let Some(folder) = shared_data() else {
        return;
    };
    for (columns, files) in FILES {
        let listed = columns.all();
        let known: BTreeSet<_> = listed.iter().copied().collect();
        assert_eq!(
            known.len(),
            listed.len(),
            "{files:?}: a column stands twice in {listed:?}"
        );
        let mut found = BTreeSet::new();
        for file in files {
            let rows = read_rows(folder.join(file)).await;
            for column in rows[0].keys() {
                assert!(
                    known.contains(column.as_str()),
                    "{file}: nothing compares {column}, and it is not listed either"
                );
            }
            found.extend(rows[0].keys().cloned());
        }
        for column in known {
            assert!(found.contains(column), "{files:?} have no column {column}");
        }
    }
}

/// The files that the second tool wrote hold the same values.
#[test]
fn every_file_is_listed() {
    let Some(folder) = shared_data() else {
        return;
    };
    let mut found = vec![];
    for dataset in entries(&folder).iter().filter(|path| path.is_dir()) {
        for reference in ["reference", "reference_raw"].map(|name| dataset.join(name)) {
            if reference.is_dir() {
                found.extend(entries(&reference));
            }
        }
    }
    found.retain(|path| path.to_string_lossy().ends_with("_duckdb.csv"));
    let mut listed: Vec<_> = FILES
        .iter()
        .flat_map(|(_, files)| files.iter().map(|file| folder.join(file)))
        .collect();
    found.sort();
    listed.sort();
    assert_eq!(found, listed);
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    entries
        .map(|entry| entry.expect("the entry can be read").path())
        .collect()
}
