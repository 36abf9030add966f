//! All integration tests in one binary, because DataFusion links slowly.

mod architecture;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "cli")]
mod embed;
mod laws;
#[cfg(feature = "cli")]
mod queries;
#[cfg(feature = "cli")]
mod readme;
mod registry;
#[cfg(feature = "cli")]
mod sample_data;
mod slt;
mod support;
