//! `SET kpi.rewrite = auto | on | off` and `SET kpi.buckets = 1024`.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

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

/// Into how many buckets the entities of a group are spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Buckets(u32);

impl Buckets {
    /// As many as the type of a bucket tells apart.
    pub const MOST: u32 = 1 << 16;

    /// So many; `None` if that is too many. 0 leaves their number to the rewrite.
    pub fn new(buckets: u32) -> Option<Self> {
        (buckets <= Buckets::MOST).then_some(Buckets(buckets))
    }

    /// Their number, if somebody has asked for one.
    pub fn wanted(self) -> Option<u32> {
        (self.0 > 0).then_some(self.0)
    }
}

impl Display for Buckets {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Buckets {
    type Err = DataFusionError;

    fn from_str(text: &str) -> Result<Self, DataFusionError> {
        let buckets = text.trim().parse().ok().and_then(Buckets::new);
        buckets.ok_or_else(|| {
            DataFusionError::Configuration(format!(
                "kpi.buckets must be a whole number up to {}, or 0 to leave it to the rewrite; got {text}. Example: \
                 SET kpi.buckets = 1024",
                Buckets::MOST
            ))
        })
    }
}
