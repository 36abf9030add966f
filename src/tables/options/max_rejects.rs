//! How many damaged lines a table may have.

use std::fmt;
use std::str::FromStr;

/// How many damaged lines a table may have to be read without them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejects {
    /// So many percent of its lines.
    Percent(f64),
    /// So many lines.
    Lines(u64),
}

impl Default for MaxRejects {
    fn default() -> Self {
        MaxRejects::Percent(1.0)
    }
}

impl fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MaxRejects::Percent(percent) => write!(f, "{percent}%"),
            MaxRejects::Lines(lines) => write!(f, "{lines}"),
        }
    }
}

impl FromStr for MaxRejects {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let words = || {
            format!(
                "'{typed}' is neither a number of lines nor a share of them: write 20 for lines, or 0.5% for a share"
            )
        };
        let typed = typed.trim();
        match typed.strip_suffix('%') {
            Some(percent) => match percent.trim().parse::<f64>() {
                Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(MaxRejects::Percent(percent)),
                _ => Err(words()),
            },
            None => typed.parse().map(MaxRejects::Lines).map_err(|_| words()),
        }
    }
}
