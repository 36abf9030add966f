//! The one integration binary: DataFusion links slowly.

mod cli;
mod command;
