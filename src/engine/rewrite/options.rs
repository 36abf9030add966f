//! `SET kpi.rewrite = auto | on | off`.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use datafusion::common::config_field;
use datafusion::error::DataFusionError;

/// When aggregations of KPIs are split in two levels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RewriteMode {
    /// Where it wins.
    #[default]
    Auto,
    /// Wherever it can be done.
    On,
    /// Never.
    Off,
}

impl Display for RewriteMode {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        f.write_str(match self {
            RewriteMode::Auto => "auto",
            RewriteMode::On => "on",
            RewriteMode::Off => "off",
        })
    }
}

impl FromStr for RewriteMode {
    type Err = DataFusionError;

    fn from_str(text: &str) -> Result<Self, DataFusionError> {
        match text.to_lowercase().as_str() {
            "auto" => Ok(RewriteMode::Auto),
            "on" | "true" => Ok(RewriteMode::On),
            "off" | "false" => Ok(RewriteMode::Off),
            _ => Err(DataFusionError::Configuration(format!(
                "kpi.rewrite must be auto, on or off; got {text}. Example: SET kpi.rewrite = 'on'"
            ))),
        }
    }
}

config_field!(RewriteMode);
