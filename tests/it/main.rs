//! The one integration binary: DataFusion links slowly.

#[cfg(feature = "cli")] // It reads Parquet.
mod sample_data;
