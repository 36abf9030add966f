//! What is known of a result beside its rows.

use crate::define::UnitFormat;

/// What is known of a result beside its rows.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// What its author calls it.
    pub name: Option<String>,
    /// How the numbers of each column are written for people; none where they are to be as they are.
    pub units: Vec<Option<UnitFormat>>,
}
