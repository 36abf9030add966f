//! All integration tests in one binary, because DataFusion links slowly.

mod architecture;
#[cfg(feature = "cli")]
mod benches;
mod benchmarks;
mod catalog;
#[cfg(feature = "cli")]
mod cli;
#[cfg(feature = "cli")]
mod command;
#[cfg(feature = "cli")]
mod conventions;
#[cfg(all(feature = "cli", feature = "object-stores", unix))]
mod elsewhere;
#[cfg(feature = "cli")]
mod embed;
#[cfg(feature = "cli")]
mod field_cases;
mod frames;
#[cfg(feature = "cli")]
mod fuzz;
mod help;
#[cfg(feature = "cli")]
mod intervals;
#[cfg(feature = "cli")]
mod judged;
mod laws;
#[cfg(feature = "cli")]
mod licences;
#[cfg(feature = "cli")]
mod manual;
#[cfg(feature = "cli")]
mod markdown;
mod operator;
#[cfg(feature = "cli")]
mod oracle;
#[cfg(feature = "cli")]
mod packages;
#[cfg(feature = "cli")]
mod plans_as_bytes;
#[cfg(feature = "cli")]
mod public_api;
#[cfg(feature = "cli")]
mod python;
#[cfg(feature = "cli")]
mod queries;
#[cfg(feature = "cli")]
mod readme;
#[cfg(feature = "cli")]
mod reference;
mod registry;
#[cfg(feature = "cli")]
mod report;
#[cfg(feature = "cli")]
mod roll_up;
#[cfg(feature = "cli")]
mod sample_data;
mod slt;
mod stored;
mod support;
