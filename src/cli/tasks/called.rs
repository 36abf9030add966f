//! What somebody types for the pages about KPIs.

/// What somebody types for them.
pub(in crate::cli) struct Called {
    /// For the list.
    pub kpis: &'static str,
    /// For the page of one.
    pub describe: &'static str,
}

/// On the command line.
pub(in crate::cli) const AS_TASKS: Called = Called {
    kpis: "kpi-sql kpis",
    describe: "kpi-sql describe",
};
