//! How many customers a comparison of two rates needs, and which change so many can show.

use super::confidence::Confidence;
use super::estimates::normal_quantile;

/// How a comparison is planned.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestPlan {
    /// What its interval is to cover.
    pub confidence: Confidence,
    /// How often the change is to be found if it is there, as a share of 1.
    pub power: f64,
}

/// How many of each group show the difference of two shares, which lie within 0 and 1 and differ; not rounded.
pub fn sample_size(p: f64, q: f64, planned: TestPlan) -> f64 {
    let mean = (p + q) / 2.0;
    let by_chance =
        normal_quantile(planned.confidence.upper()) * (2.0 * mean * (1.0 - mean)).sqrt();
    let missed = normal_quantile(planned.power) * (p * (1.0 - p) + q * (1.0 - q)).sqrt();
    ((by_chance + missed) / (p - q)).powi(2)
}

/// The smallest rise of a share that `n` of each group show; `None` if there is none up to 1.
pub fn detectable_change(p: f64, n: f64, planned: TestPlan) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1.0 - p);
    if high <= 0.0 || sample_size(p, 1.0, planned) > n {
        return None;
    }
    // The number that is needed falls while the rise grows.
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        match sample_size(p, p + middle, planned) > n {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(high)
}
