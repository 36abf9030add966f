//! Intervals and tests, all of them two-sided. The distributions come from a statistics library.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;

use super::confidence::Confidence;

/// From `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceInterval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl ConfidenceInterval {
    fn around(middle: f64, half_width: f64) -> Self {
        ConfidenceInterval {
            low: middle - half_width,
            high: middle + half_width,
        }
    }

    /// The part of it that is possible at all.
    pub fn within(self, lowest: f64, highest: f64) -> Self {
        ConfidenceInterval {
            low: self.low.max(lowest),
            high: self.high.min(highest),
        }
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// How many have it.
    pub successes: f64,
    /// How many there are; more than 0.
    pub n: f64,
}

impl Proportion {
    /// The share that has it, 0 to 1.
    pub fn share(self) -> f64 {
        self.successes / self.n
    }

    /// The standard error of the share.
    pub fn std_error(self) -> f64 {
        let share = self.share();
        (share * (1.0 - share) / self.n).sqrt()
    }

    /// Wilson's score interval of the share. It stays within 0 and 1, and is honest where few or all have it.
    pub fn wilson(self, confidence: Confidence) -> ConfidenceInterval {
        let z = normal_quantile(confidence.upper());
        let (share, n) = (self.share(), self.n);
        let scale = 1.0 + z * z / n;
        let middle = (share + z * z / (2.0 * n)) / scale;
        let half_width = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        let interval = ConfidenceInterval::around(middle, half_width);
        // At the ends the formula is exact on paper, and off by a rounding here.
        ConfidenceInterval {
            low: if self.successes == 0.0 {
                0.0
            } else {
                interval.low
            },
            high: if self.successes == n {
                1.0
            } else {
                interval.high
            },
        }
    }

    /// Newcombe's hybrid score interval of `self − other`, made of the Wilson intervals of both.
    pub fn newcombe(self, other: Proportion, confidence: Confidence) -> ConfidenceInterval {
        let (p, q) = (self.share(), other.share());
        let (of_p, of_q) = (self.wilson(confidence), other.wilson(confidence));
        ConfidenceInterval {
            low: p - q - (p - of_p.low).hypot(of_q.high - q),
            high: p - q + (of_p.high - p).hypot(q - of_q.low),
        }
    }

    /// How likely a difference at least as large is if both shares are the same: the pooled z test.
    pub fn pooled_z_test(self, other: Proportion) -> f64 {
        let pooled = (self.successes + other.successes) / (self.n + other.n);
        let variance = pooled * (1.0 - pooled) * (1.0 / self.n + 1.0 / other.n);
        // All have it, or none: the shares are the same.
        if variance <= 0.0 {
            return 1.0;
        }
        two_sided_normal((self.share() - other.share()) / variance.sqrt())
    }
}

/// The mean of so many measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Its standard error.
    pub std_error: f64,
    /// How many measurements there are; at least 2.
    pub n: f64,
}

impl Mean {
    /// Student's t interval.
    pub fn student_t(self, confidence: Confidence) -> ConfidenceInterval {
        let quantile = t_quantile(confidence.upper(), self.n - 1.0);
        ConfidenceInterval::around(self.mean, quantile * self.std_error)
    }

    /// Welch's interval of `self − other`, and how likely a difference at least as large is if both
    /// means are the same. `None` where neither side varies, or something is not finite.
    pub fn welch(self, other: Mean, confidence: Confidence) -> Option<(ConfidenceInterval, f64)> {
        let difference = self.mean - other.mean;
        let std_error = self.std_error.hypot(other.std_error);
        let varies = std_error > 0.0 && std_error.is_finite();
        if !varies || !difference.is_finite() {
            return None;
        }
        // Welch and Satterthwaite's formula in shares of the variance, which neither overflow nor vanish.
        let (a, b) = (
            (self.std_error / std_error).powi(2),
            (other.std_error / std_error).powi(2),
        );
        let freedom = (a + b).powi(2) / (a * a / (self.n - 1.0) + b * b / (other.n - 1.0));
        let quantile = t_quantile(confidence.upper(), freedom);
        let interval = ConfidenceInterval::around(difference, quantile * std_error);
        let p_value = two_sided_t(difference / std_error, freedom);
        Some((interval, p_value))
    }
}

/// The interval of a large-sample estimate.
pub fn normal_interval(
    estimate: f64,
    std_error: f64,
    confidence: Confidence,
) -> ConfidenceInterval {
    ConfidenceInterval::around(estimate, normal_quantile(confidence.upper()) * std_error)
}

/// How likely a normal deviate is at least so far from 0.
pub fn two_sided_normal(z: f64) -> f64 {
    2.0 * standard_normal().sf(z.abs())
}

/// How likely Student's t is at least so far from 0.
fn two_sided_t(t: f64, freedom: f64) -> f64 {
    // So far out that the square overflows, nothing is left either way.
    let square = (t * t).min(f64::MAX);
    if freedom < MANY {
        // The share of the rarer side, because the other one would be rounded to 1.
        let tails = freedom / (freedom + square);
        return if square < freedom.min(1.0) {
            1.0 - beta_reg(0.5, freedom / 2.0, square / (freedom + square))
        } else {
            beta_reg(freedom / 2.0, 0.5, tails)
        };
    }
    // Hill's normal deviate that is as far out (Communications of the ACM 13, 1970, algorithm 395).
    let a = freedom - 0.5;
    let b = 48.0 * a * a;
    let y = a * (square / freedom).ln_1p();
    let rest = (((-0.4 * y - 3.3) * y - 24.0) * y - 85.5) / (0.8 * y * y + 100.0 + b);
    two_sided_normal(((rest + y + 3.0) / b + 1.0) * y.sqrt())
}

pub(super) fn normal_quantile(share: f64) -> f64 {
    standard_normal().inverse_cdf(share)
}

fn t_quantile(share: f64, freedom: f64) -> f64 {
    if freedom < MANY {
        return student_t(freedom).inverse_cdf(share);
    }
    // Abramowitz and Stegun 26.7.5, three terms: off by less than 2 / freedom⁴.
    let z = normal_quantile(share);
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / freedom) / freedom) / freedom
}

/// From so many degrees of freedom on, the t distribution is expanded around the normal one. The library
/// loses digits there: six are right at 10⁴ degrees, one at 10⁷, and at 10⁹ it does not come back.
const MANY: f64 = 1000.0;

fn standard_normal() -> Normal {
    Normal::standard()
}

fn student_t(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("degrees of freedom are above 0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_close(got: f64, expected: f64, relative: f64, what: &str) {
        let close = (got - expected).abs() <= relative * expected.abs();
        assert!(close, "{what}: {got:e} is not {expected:e}");
    }

    /// On both sides of where the library is left: `scipy.stats.t.ppf(0.975, freedom)`, SciPy 1.17.1.
    #[test]
    fn quantiles_of_t_for_any_degrees_of_freedom() {
        for (freedom, expected) in [
            (1.0, 12.706204736174694),
            (2.0, 4.302652729749462),
            (2.5, 3.5746548420036817),
            (30.0, 2.0422724563012378),
            (998.5, 1.9623426530770136),
            (999.999, 1.9623390832043346),
            (1000.0, 1.9623390808264083),
            (1000.5, 1.962337892459348),
            (1e4, 1.960201239890626),
            (1e7, 1.959964221767205),
            (1e9, 1.959963986912325),
        ] {
            let what = format!("{freedom} degrees");
            assert_close(
                t_quantile(Confidence::default().upper(), freedom),
                expected,
                2e-12,
                &what,
            );
        }
    }

    /// The same for probabilities, in the middle and far out: `2 * scipy.stats.t.sf(t, freedom)`.
    #[test]
    fn p_values_of_t_for_any_degrees_of_freedom() {
        for (t, freedom, expected) in [
            (1e-6, 5.0, 0.9999992407866204),
            (1e-6, 999.0, 0.999999202315085),
            (0.3, 999.0, 0.7642395665698116),
            (0.3, 1001.0, 0.7642394418893401),
            (1.9, 1.5, 0.2382536606748395),
            (1.96, 999.9, 0.05027321270854287),
            (1.96, 1000.1, 0.05027315720850669),
            (5.0, 999.9, 6.767366811729105e-07),
            (5.0, 1000.1, 6.767145941103885e-07),
            (10.0, 1001.0, 1.6633341495154887e-22),
            (10.0, 1e4, 1.963280742866382e-23),
            (20.0, 1e5, 8.223493910654225e-89),
            (2.5, 1e7, 0.01241934653657847),
            (30.0, 1e7, 1.0014613690817807e-197),
            (2.5, 1e9, 0.012419330810402493),
            (1e200, 3.0, 0.0),
            (1e200, 1e6, 0.0),
        ] {
            let what = format!("{t} with {freedom} degrees");
            assert_close(two_sided_t(t, freedom), expected, 2e-10, &what);
            assert_close(two_sided_t(-t, freedom), expected, 2e-10, &what);
        }
    }

    /// Squares of such errors are 0, and infinite.
    #[test]
    fn welch_does_not_depend_on_the_unit() {
        let mean = |mean: f64, std_error: f64, n: f64, unit: f64| Mean {
            mean: mean * unit,
            std_error: std_error * unit,
            n,
        };
        let in_unit = |unit: f64| {
            let (one, other) = (mean(7.0, 0.8, 9.0, unit), mean(5.0, 0.3, 40.0, unit));
            let (interval, p_value) = one.welch(other, Confidence::default()).unwrap();
            (interval.low / unit, interval.high / unit, p_value)
        };
        let (low, high, p_value) = in_unit(1.0);
        for unit in [1e-200, 1e200] {
            let scaled = in_unit(unit);
            assert_close(scaled.0, low, 1e-12, "low");
            assert_close(scaled.1, high, 1e-12, "high");
            assert_close(scaled.2, p_value, 1e-12, "p");
        }
    }

    #[test]
    fn what_does_not_vary_or_is_no_number_cannot_be_compared() {
        let mean = |mean: f64, std_error: f64| Mean {
            mean,
            std_error,
            n: 5.0,
        };
        assert_eq!(
            mean(1.0, 0.0).welch(mean(2.0, 0.0), Confidence::default()),
            None
        );
        assert!(
            mean(1.0, 0.0)
                .welch(mean(2.0, 0.1), Confidence::default())
                .is_some()
        );
        for odd in [f64::NAN, f64::INFINITY] {
            assert_eq!(
                mean(odd, 1.0).welch(mean(2.0, 1.0), Confidence::default()),
                None
            );
            assert_eq!(
                mean(odd, 1.0).welch(mean(odd, 1.0), Confidence::default()),
                None
            );
            assert_eq!(
                mean(1.0, odd).welch(mean(2.0, 1.0), Confidence::default()),
                None
            );
        }
    }
}
