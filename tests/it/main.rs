//! All integration tests in one binary, because DataFusion links slowly.

#[cfg(feature = "cli")]
mod conventions;
mod laws;
#[cfg(feature = "cli")]
mod oracle;
mod queries;
#[cfg(feature = "cli")]
mod reference;
mod registry;
#[cfg(feature = "cli")]
mod sample_data;
mod slt;
mod support;
