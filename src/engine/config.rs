//! What a session can SET.

use std::any::Any;
use std::fmt::{Display, Formatter};
use std::str::FromStr;

use datafusion::common::config::{ConfigEntry, ConfigExtension, ExtensionOptions};
use datafusion::error::{DataFusionError, Result};

/// The options of this package.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct KpiOptions {
    /// `kpi.benchmarks`: a table or a CSV file with benchmarks of the user's own.
    pub benchmarks: Option<String>,
    /// `kpi.operator`: who runs aggregations of KPIs.
    pub operator: Operator,
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
    "A table or a CSV file with benchmarks of your own: columns kpi, band, low, high, and where you have them \
     industry, note, source, year. kpi_band and kpi_benchmarks() use them.",
);
const OPERATOR: (&str, &str) = (
    "operator",
    "Whether aggregations of KPIs are run by an operator of their own, which folds each customer once, uses all cores and \
     can spill: on (wherever it can) or off. The answers are the same.",
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
            _ => {
                return Err(DataFusionError::Configuration(format!(
                    "there is no option kpi.{key}; there are kpi.{} and kpi.{}",
                    BENCHMARKS.0, OPERATOR.0
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
        ]
    }
}
