//! What an interval is to cover.

use std::fmt::{Display, Formatter};
use std::hash::{Hash, Hasher};

/// How often intervals are to hold the true value: 95 of 100 times, if nothing else was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Confidence {
    share: f64,
}

impl Confidence {
    /// So much of 1; more than a half and less than all.
    pub fn of_share(share: f64) -> Option<Self> {
        (share > 0.5 && share < 1.0).then_some(Confidence { share })
    }

    /// So much of 100, or of 1: `90` and `0.9` are the same.
    pub fn of_number(number: f64) -> Option<Self> {
        Confidence::of_share(number).or_else(|| Confidence::of_share(number / 100.0))
    }

    /// As a share of 1.
    pub fn share(self) -> f64 {
        self.share
    }

    /// The share of a distribution below the upper end of a two-sided interval.
    pub(super) fn upper(self) -> f64 {
        1.0 - (1.0 - self.share) / 2.0
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Confidence { share: 0.95 }
    }
}

// The share is a number.
impl Eq for Confidence {}

impl Hash for Confidence {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.share.to_bits().hash(state);
    }
}

/// In percent, without the digits that the division has added.
impl Display for Confidence {
    fn fmt(&self, f: &mut Formatter) -> std::fmt::Result {
        write!(f, "{}", (self.share * 1e11).round() / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_shares_are_the_same() {
        for (percent, share) in [(90.0, 0.9), (99.0, 0.99), (99.9, 0.999), (55.0, 0.55)] {
            let (one, other) = (Confidence::of_number(percent), Confidence::of_number(share));
            let (one, other) = (one.expect("it is one"), other.expect("it is one"));
            assert!((one.share() - other.share()).abs() < 1e-15, "{percent}");
            assert_eq!(one.to_string(), percent.to_string());
            assert_eq!(other.to_string(), percent.to_string());
        }
        assert_eq!(Confidence::of_number(95.0), Some(Confidence::default()));
        for odd in [
            f64::NAN,
            f64::INFINITY,
            -90.0,
            0.0,
            0.5,
            1.0,
            5.0,
            50.0,
            100.0,
        ] {
            assert_eq!(Confidence::of_number(odd), None, "{odd}");
        }
    }
}
