//! Control charts: how far a figure moves by itself, told by how far it moves from one point to the next.

/// The mean distance of two neighbouring points in standard deviations, as all tables print it (exactly it is 2 ÷ √π).
const D2: f64 = 1.128;

/// How many points in a row on one side of the center are no chance.
const RUN: usize = 8;

/// Where points lie if nothing has changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The line in the middle.
    pub center: f64,
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

impl Limits {
    /// Three standard deviations to both sides.
    pub fn around(center: f64, sigma: f64) -> Self {
        Limits {
            center,
            lower: center - 3.0 * sigma,
            upper: center + 3.0 * sigma,
        }
    }

    /// The part of them that is possible at all.
    pub fn within(self, lowest: f64, highest: f64) -> Self {
        Limits {
            lower: self.lower.max(lowest),
            upper: self.upper.min(highest),
            ..self
        }
    }
}

/// What a point says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// It is above the upper limit.
    Above,
    /// It is below the lower limit.
    Below,
    /// It is the eighth in a row above the center, or a later one.
    RunAbove,
    /// The same below the center.
    RunBelow,
}

impl Signal {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Signal::Above => "above",
            Signal::Below => "below",
            Signal::RunAbove => "run above",
            Signal::RunBelow => "run below",
        }
    }
}

/// The standard deviation that the mean distance of neighbouring points tells; `None` with fewer than two.
pub fn moving_range_sigma(points: &[f64]) -> Option<f64> {
    let n = points.len().checked_sub(1).filter(|n| *n > 0)?;
    let ranges = points.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    Some(ranges.sum::<f64>() / n as f64 / D2)
}

/// What each point says, in the order of time. A point on the center ends a run; a point without limits says nothing, and is none
/// of a run.
pub fn signals(points: impl IntoIterator<Item = Option<(f64, Limits)>>) -> Vec<Option<Signal>> {
    let (mut side, mut length) = (0, 0);
    let signals = points.into_iter().map(|point| {
        let (value, limits) = point?;
        let now = i32::from(value > limits.center) - i32::from(value < limits.center);
        length = match now {
            0 => 0,
            now if now == side => length + 1,
            _ => 1,
        };
        side = now;
        if value > limits.upper {
            Some(Signal::Above)
        } else if value < limits.lower {
            Some(Signal::Below)
        } else if length < RUN {
            None
        } else if side > 0 {
            Some(Signal::RunAbove)
        } else {
            Some(Signal::RunBelow)
        }
    });
    signals.collect()
}
