//! All integration tests in one binary, because DataFusion links slowly.

mod laws;
mod registry;
mod slt;
mod support;
