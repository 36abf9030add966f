//! The `kpi-sql` command line.
