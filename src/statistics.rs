//! Intervals and tests, all at 95 % and two-sided. The distributions come from a statistics library.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// What an interval is to cover.
const CONFIDENCE: f64 = 0.95;

/// The share of a distribution below the upper end of the interval.
const UPPER: f64 = 1.0 - (1.0 - CONFIDENCE) / 2.0;

/// From `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    fn around(middle: f64, half_width: f64) -> Self {
        Interval {
            low: middle - half_width,
            high: middle + half_width,
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
    pub fn wilson(self) -> Interval {
        let z = normal_quantile(UPPER);
        let (share, n) = (self.share(), self.n);
        let scale = 1.0 + z * z / n;
        let middle = (share + z * z / (2.0 * n)) / scale;
        let half_width = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        let interval = Interval::around(middle, half_width);
        // At the ends the formula is exact on paper, and off by a rounding here.
        Interval {
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
    pub fn newcombe(self, other: Proportion) -> Interval {
        let (p, q) = (self.share(), other.share());
        let (of_p, of_q) = (self.wilson(), other.wilson());
        Interval {
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
    pub fn student_t(self) -> Interval {
        Interval::around(self.mean, t_quantile(UPPER, self.n - 1.0) * self.std_error)
    }

    /// Welch's interval of `self − other`, and how likely a difference at least as large is if both
    /// means are the same. `None` where nothing varies.
    pub fn welch(self, other: Mean) -> Option<(Interval, f64)> {
        let (a, b) = (self.std_error.powi(2), other.std_error.powi(2));
        let std_error = (a + b).sqrt();
        let freedom = (a + b).powi(2) / (a * a / (self.n - 1.0) + b * b / (other.n - 1.0));
        if std_error <= 0.0 || !freedom.is_finite() {
            return None;
        }
        let difference = self.mean - other.mean;
        let interval = Interval::around(difference, t_quantile(UPPER, freedom) * std_error);
        let p_value = two_sided_t(difference / std_error, freedom);
        Some((interval, p_value))
    }
}

/// The interval of a large-sample estimate.
pub fn normal_interval(estimate: f64, std_error: f64) -> Interval {
    Interval::around(estimate, normal_quantile(UPPER) * std_error)
}

/// How likely a normal deviate is at least so far from 0.
pub fn two_sided_normal(z: f64) -> f64 {
    2.0 * standard_normal().sf(z.abs())
}

fn two_sided_t(t: f64, freedom: f64) -> f64 {
    if freedom < MANY {
        return 2.0 * student_t(freedom).sf(t.abs());
    }
    // Abramowitz and Stegun 26.7.8: off by less than 1 / freedom².
    two_sided_normal(t * (1.0 - 0.25 / freedom) / (1.0 + t * t / (2.0 * freedom)).sqrt())
}

fn normal_quantile(share: f64) -> f64 {
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
