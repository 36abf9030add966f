//! p values of several comparisons: where nothing differs, one of twenty is expected to be below 0.05.

use std::str::FromStr;

/// How p values are raised, by the name that R gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Benjamini and Hochberg 1995: if everything up to a limit is taken for a difference, no larger share of these findings than
    /// the limit is expected to be chance.
    BenjaminiHochberg,
    /// Benjamini and Yekutieli 2001: the same, however the comparisons depend on each other.
    BenjaminiYekutieli,
    /// Holm 1979: if everything up to a limit is taken for a difference, even one finding by chance is no likelier than the limit.
    Holm,
    /// Bonferroni: the same, and never less than Holm.
    Bonferroni,
}

impl Adjustment {
    /// The names, for words about them.
    pub const NAMES: &str = "'bh', 'by', 'holm' or 'bonferroni'";

    /// The adjusted values, in the order of the given ones. What is not there stays so, and is no comparison.
    pub fn of(self, p_values: &[Option<f64>]) -> Vec<Option<f64>> {
        let known = p_values.iter().enumerate();
        let mut known: Vec<(usize, f64)> = known.filter_map(|(i, p)| Some((i, (*p)?))).collect();
        known.sort_by(|one, other| one.1.total_cmp(&other.1));
        let m = known.len() as f64;
        let mut adjusted = vec![None; p_values.len()];
        match self {
            Adjustment::Bonferroni => {
                for (i, p) in known {
                    adjusted[i] = Some((p * m).min(1.0));
                }
            }
            Adjustment::Holm => {
                let mut largest: f64 = 0.0;
                for (rank, (i, p)) in known.into_iter().enumerate() {
                    largest = largest.max(((m - rank as f64) * p).min(1.0));
                    adjusted[i] = Some(largest);
                }
            }
            Adjustment::BenjaminiHochberg | Adjustment::BenjaminiYekutieli => {
                let harmonic: f64 = (1..=known.len()).map(|rank| 1.0 / rank as f64).sum();
                let scale = match self {
                    Adjustment::BenjaminiYekutieli => harmonic,
                    _ => 1.0,
                };
                let mut smallest: f64 = 1.0;
                for (rank, (i, p)) in known.into_iter().enumerate().rev() {
                    smallest = smallest.min(scale * m / (rank as f64 + 1.0) * p);
                    // A rounding must not lower a value.
                    adjusted[i] = Some(smallest.max(p));
                }
            }
        }
        adjusted
    }
}

impl FromStr for Adjustment {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name.trim().to_lowercase().as_str() {
            "bh" => Ok(Adjustment::BenjaminiHochberg),
            "by" => Ok(Adjustment::BenjaminiYekutieli),
            "holm" => Ok(Adjustment::Holm),
            "bonferroni" => Ok(Adjustment::Bonferroni),
            _ => Err(()),
        }
    }
}
