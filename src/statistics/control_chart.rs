//! Control charts: how far a figure moves by itself, told by how far it moves from one point to the next.

/// The mean moving range (the distance of neighbouring points) in standard deviations, as all tables print it (exactly it is 2 ÷ √π).
const D2: f64 = 1.128;

/// How many points in a row on one side of the center are no chance.
const RUN: usize = 8;

/// As large a part of two figures is a rounding: a mean of many equal amounts is not exactly that amount.
const ROUNDING: f64 = 1e-12;

/// By how much one figure is above another. What roundings make of equal figures is no distance, so that a figure that never moves is
/// within its limits.
fn above(one: f64, other: f64) -> f64 {
    let by = one - other;
    match by.abs() <= ROUNDING * one.abs().max(other.abs()) {
        true => 0.0,
        false => by,
    }
}

/// The mean of some points; `None` without any. It is made of their distances from the first, so that the mean of equal points
/// is exactly what they are.
pub fn mean_of_points(points: &[f64]) -> Option<f64> {
    let first = *points.first()?;
    let distances = points.iter().map(|point| point - first);
    Some(first + distances.sum::<f64>() / points.len() as f64)
}

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
    /// Three standard deviations to each side.
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

/// The standard deviation that the mean moving range tells; `None` with fewer than two points.
pub fn moving_range_sigma(points: &[f64]) -> Option<f64> {
    let n = points.len().checked_sub(1).filter(|n| *n > 0)?;
    let ranges = points.windows(2).map(|pair| above(pair[1], pair[0]).abs());
    Some(ranges.sum::<f64>() / n as f64 / D2)
}

/// What each point says, in the order of time. A point on the center ends a run; a point without limits says nothing, and is none
/// of a run.
pub fn signals(points: impl IntoIterator<Item = Option<(f64, Limits)>>) -> Vec<Option<Signal>> {
    let (mut side, mut length) = (0, 0);
    let signals = points.into_iter().map(|point| {
        let (value, limits) = point?;
        let from_center = above(value, limits.center);
        let now = i32::from(from_center > 0.0) - i32::from(from_center < 0.0);
        length = match now {
            0 => 0,
            now if now == side => length + 1,
            _ => 1,
        };
        side = now;
        if above(value, limits.upper) > 0.0 {
            Some(Signal::Above)
        } else if above(limits.lower, value) > 0.0 {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As their sum, ten times 0.1 is less than 1, and twelve times 29.9 no multiple of 12.
    #[test]
    fn a_figure_that_never_moves_says_nothing() {
        for (figure, times) in [(0.1, 10), (29.9, 12), (-0.7, 30), (1e9 / 3.0, 7)] {
            let points = vec![figure; times];
            let center = mean_of_points(&points).expect("there are points");
            let sigma = moving_range_sigma(&points).expect("there are two points");
            assert_eq!((center, sigma), (figure, 0.0));
            let limits = Limits::around(center, sigma);
            let said = signals(points.into_iter().map(|point| Some((point, limits))));
            assert!(said.iter().all(Option::is_none), "{figure}: {said:?}");
        }
    }

    /// 0.1 + 0.2 is 0.30000000000000004: the same figure, added up in another way.
    #[test]
    fn roundings_are_no_distance() {
        let points: Vec<f64> = (0..20)
            .map(|i| if i % 3 == 0 { 0.1 + 0.2 } else { 0.3 })
            .collect();
        assert_eq!(moving_range_sigma(&points), Some(0.0));
        let limits = Limits::around(0.3, 0.0);
        let mut said = signals(points.iter().map(|point| Some((*point, limits))));
        assert!(said.iter().all(Option::is_none), "{said:?}");
        said = signals([Some((0.3 + 1e-9, limits)), Some((0.3 - 1e-9, limits))]);
        assert_eq!(said, [Some(Signal::Above), Some(Signal::Below)]);
    }
}
