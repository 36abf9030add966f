//! What a session can SET.

use datafusion::common::config::ConfigExtension;
use datafusion::common::extensions_options;

use crate::engine::rewrite::options::RewriteMode;

extensions_options! {
    /// The options of this package.
    pub struct KpiOptions {
        /// A table or a CSV file with benchmarks of your own: columns kpi, band, low, high, and where you
        /// have them industry, note, source, year. kpi_band and kpi_benchmarks() use them.
        pub benchmarks: Option<String>, default = None

        /// When aggregations of KPIs are split in two levels, so that they use all cores and can spill: auto
        /// (where it wins), on (wherever it can be done) or off. The answers are the same.
        pub rewrite: RewriteMode, default = RewriteMode::Auto

        /// Into how many buckets, up to 65536, a split aggregation spreads the entities of a group; 0 chooses.
        /// The more there are, the smaller are the pieces that spill when memory runs out.
        pub buckets: u32, default = 0
    }
}

impl ConfigExtension for KpiOptions {
    const PREFIX: &'static str = "kpi";
}
