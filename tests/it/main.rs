//! The one integration binary: DataFusion links slowly.

mod queries;
#[cfg(feature = "cli")] // It reads Parquet.
mod sample_data;
