//! The KPIs on public data sets whose values other tools have computed.
//!
//! The data lie beside the package, in `../shared/data`, and are no part of it. Each folder there holds
//! the raw files, and in `reference/` the values per segment. A segment's rows are filtered first and
//! everything is computed inside it, as GROUP BY does.
//!
//! A data set is a file here: how its tables are made, and which figures are asked for. The number of
//! comparisons is asserted, so that no test can pass by comparing nothing, and every column of every
//! reference file is either compared or listed as one that no function gives.
//!
//! Six of the data sets are order lines with the same figures, so their measures stand in
//! [`order_lines`], [`holders`] and [`baskets`].

mod baskets;
mod columns;
mod comparison;
mod holders;
mod measure;
mod order_lines;
mod sql;
mod tally;
mod values;
mod ways;

mod bank_marketing;
mod chinook;
mod ecom_clickstream;
mod jaffle_classic;
mod jaffle_shop;
mod northwind;
mod online_retail;
mod ravenstack;
mod telco_churn;

use std::path::{Path, PathBuf};
use std::sync::Once;

pub use sql::text;

/// The folder of the data sets, if it is there.
///
/// Where it is not, the tests that need it are left out, and say so once. With the environment
/// variable `KPI_SQL_REQUIRE_SHARED` they fail instead.
pub fn shared_data() -> Option<PathBuf> {
    static SAY_ONCE: Once = Once::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("KPI_SQL_REQUIRE_SHARED").is_none(),
        "KPI_SQL_REQUIRE_SHARED is set, but there is no folder {}",
        folder.display()
    );
    SAY_ONCE.call_once(|| {
        // The test harness swallows what eprintln! writes in a test that passes.
        use std::io::Write;
        let line =
            "\nNOT TESTED: ../shared/data is missing, the tests on real data were left out\n";
        let _ = std::io::stderr().write_all(line.as_bytes());
    });
    None
}
