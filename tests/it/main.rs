//! All integration tests in one binary, because DataFusion links slowly.

#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod command;
mod laws;
mod queries;
mod registry;
#[cfg(feature = "cli")]
mod sample_data;
mod slt;
mod support;
