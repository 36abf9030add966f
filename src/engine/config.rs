//! What a session can SET.

use std::any::Any;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::{DataFusionError, Result};

use crate::statistics::Confidence;

/// The options of this package.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct KpiOptions {
    /// `kpi.benchmarks`: a table or a CSV file with benchmarks of the user's own.
    pub benchmarks: Option<String>,
    /// `kpi.operator`: who runs aggregations of KPIs.
    pub operator: Operator,
    /// `kpi.confidence`: what intervals are to cover.
    pub confidence: Confidence,
}

/// Who runs aggregations of KPIs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Operator {
    /// The operator of this package, wherever it can.
    #[default]
    On,
    /// DataFusion's own, with the KPIs as functions like others.
    Off,
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        f.write_str(match self {
            Operator::On => "on",
            Operator::Off => "off",
        })
    }
}

impl FromStr for Operator {
    type Err = DataFusionError;

    fn from_str(text: &str) -> Result<Self> {
        match text.to_lowercase().as_str() {
            "on" | "true" => Ok(Operator::On),
            "off" | "false" => Ok(Operator::Off),
            _ => Err(DataFusionError::Configuration(format!(
                "kpi.operator must be on or off; got {text}. Example: SET kpi.operator = 'on'"
            ))),
        }
    }
}

/// The keys, each with what information_schema.df_settings says of it.
const BENCHMARKS: (&str, &str) = (
    "benchmarks",
    "A table or a CSV file with your own benchmarks: columns kpi, band, low and high, and optionally industry, note, \
     source and year. kpi_band and kpi_benchmarks() use them.",
);
const OPERATOR: (&str, &str) = (
    "operator",
    "Whether KPIs are aggregated by a dedicated operator, which folds each customer once, uses all cores and can \
     spill: on (wherever possible) or off. The results are the same.",
);

const CONFIDENCE: (&str, &str) = (
    "confidence",
    "The confidence level of intervals, in percent above 50 and below 100: for the _parts functions, \
     kpi_finish_parts and the functions that judge values.",
);

impl ConfigExtension for KpiOptions {
    const PREFIX: &'static str = "kpi";
}

/// Not by DataFusion's `extensions_options!`, whose entries have no prefix, so that SHOW does not find them.
impl ExtensionOptions for KpiOptions {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }

    fn cloned(&self) -> Box<dyn ExtensionOptions> {
        Box::new(self.clone())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<()> {
        match key {
            key if key == BENCHMARKS.0 => self.benchmarks = Some(value.to_string()),
            key if key == OPERATOR.0 => self.operator = value.parse()?,
            key if key == CONFIDENCE.0 => self.confidence = confidence(value)?,
            _ => {
                return Err(DataFusionError::Configuration(format!(
                    "there is no option kpi.{key}; there are kpi.{}, kpi.{} and kpi.{}",
                    BENCHMARKS.0, OPERATOR.0, CONFIDENCE.0
                )));
            }
        }
        Ok(())
    }

    fn entries(&self) -> Vec<ConfigEntry> {
        let entry = |(key, description), value| ConfigEntry {
            key: format!("{}.{key}", Self::PREFIX),
            value,
            description,
        };
        vec![
            entry(BENCHMARKS, self.benchmarks.clone()),
            entry(OPERATOR, Some(self.operator.to_string())),
            entry(CONFIDENCE, Some(self.confidence.to_string())),
        ]
    }
}

/// The confidence that a text names, in percent or as a share of 1.
fn confidence(text: &str) -> Result<Confidence> {
    let number: Option<f64> = text.trim().parse().ok();
    number.and_then(Confidence::of_number).ok_or_else(|| {
        DataFusionError::Configuration(format!(
            "kpi.confidence must be a percentage above 50 and below 100, or the same as a share, such as 0.9; got \
             {text}. Example: SET kpi.confidence = 90"
        ))
    })
}
