//! Axes: from numbers to places, with ticks at round numbers.

/// So many ticks are about right.
const TICKS: f64 = 4.0;

/// An axis of numbers.
#[derive(Debug, Clone)]
pub struct NumberAxis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
    step: f64,
}

impl NumberAxis {
    /// An axis that has all of these numbers, drawn from one place to another.
    pub fn over(numbers: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let finite = numbers.filter(|number| number.is_finite());
        let ends = finite.fold(None, |ends: Option<(f64, f64)>, number| {
            Some(ends.map_or((number, number), |(low, high)| {
                (low.min(number), high.max(number))
            }))
        });
        let (mut low, mut high) = ends.unwrap_or((0.0, 1.0));
        // Half of each, so that no two ends are farther apart than numbers go.
        let is_one_place = high / 2.0 - low / 2.0 <= f64::EPSILON * high.abs().max(low.abs());
        if is_one_place {
            let around = (low.abs() / 10.0).max(0.5);
            (low, high) = (low - around, high + around);
        }
        let step = round_step(2.0 * ((high / 2.0 - low / 2.0) / TICKS));
        let or = |round: f64, exact: f64| if round.is_finite() { round } else { exact };
        Self {
            low: or((low / step).floor() * step, low),
            high: or((high / step).ceil() * step, high),
            from,
            to,
            step,
        }
    }

    /// Where a number is.
    pub fn at(&self, number: f64) -> f64 {
        let share = (number / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0);
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }

    /// The round numbers on it.
    pub fn ticks(&self) -> Vec<f64> {
        let n = (2.0 * ((self.high / 2.0 - self.low / 2.0) / self.step)).round();
        let places = 0..=(n.clamp(0.0, 20.0) as u32);
        let ticks = places.map(|i| self.low + f64::from(i) * self.step);
        // What a sum of floats leaves of 0 is 0.
        ticks
            .map(|tick| {
                if tick.abs() < self.step / 1e6 {
                    0.0
                } else {
                    tick
                }
            })
            .collect()
    }

    /// How many digits behind the point tell its ticks apart.
    pub fn digits(&self) -> u8 {
        let digits = -self.step.log10().floor();
        digits.clamp(0.0, 12.0) as u8
    }
}

/// The next of 1, 2, 5, 10, 20, 50 … and of tenths of them.
fn round_step(step: f64) -> f64 {
    if !step.is_finite() || step <= 0.0 {
        return 1.0;
    }
    let power = 10_f64.powf(step.log10().floor());
    let found = [1.0, 2.0, 5.0, 10.0].map(|times| times * power);
    let found = found.into_iter().find(|round| *round >= step * 0.999_999);
    found.unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(numbers: &[f64]) -> Vec<f64> {
        let axis = NumberAxis::over(numbers.iter().copied(), 0.0, 100.0);
        let rounded = |tick: f64| (tick * 1e6).round() / 1e6;
        axis.ticks().into_iter().map(rounded).collect()
    }

    #[test]
    fn ticks_are_round_and_hold_all_numbers() {
        assert_eq!(ticks(&[0.0, 100.0]), [0.0, 50.0, 100.0]);
        assert_eq!(ticks(&[12.9, 18.1]), [12.0, 14.0, 16.0, 18.0, 20.0]);
        assert_eq!(ticks(&[-0.03, 0.11]), [-0.05, 0.0, 0.05, 0.1, 0.15]);
        assert!(ticks(&[7.0]).contains(&7.0));
        assert_eq!(ticks(&[]), [0.0, 0.5, 1.0]);
        assert_eq!(ticks(&[f64::NAN, 0.0]), ticks(&[0.0]));
    }

    #[test]
    fn places_lie_between_the_ends() {
        let axis = NumberAxis::over([10.0, 20.0].into_iter(), 200.0, 0.0);
        assert_eq!((axis.at(10.0), axis.at(20.0)), (200.0, 0.0));
        assert_eq!(axis.at(1e300), 0.0);
        for numbers in [
            [f64::MIN, f64::MAX],
            [0.0, f64::MIN_POSITIVE],
            [1e15, 1e15 + 1.0],
        ] {
            let axis = NumberAxis::over(numbers.into_iter(), 0.0, 100.0);
            assert!(
                axis.ticks().len() <= 21 && axis.at(numbers[0]).is_finite(),
                "{axis:?}"
            );
        }
    }
}
