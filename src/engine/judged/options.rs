//! What a session can SET.

use datafusion::common::config::ConfigExtension;
use datafusion::common::extensions_options;

extensions_options! {
    /// The options of this package.
    pub struct KpiOptions {
        /// A table or a CSV file with benchmarks of your own: columns kpi, band, low, high, and where you
        /// have them industry, note, source, year. kpi_band and kpi_benchmarks() use them.
        pub benchmarks: Option<String>, default = None
    }
}

impl ConfigExtension for KpiOptions {
    const PREFIX: &'static str = "kpi";
}
