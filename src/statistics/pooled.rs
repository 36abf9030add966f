//! Groups of measurements put together, from no more than the number, the mean and the scatter of each.

use std::ops::Add;

/// Measurements of which no more is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pooled {
    /// How many there are.
    pub n: f64,
    /// Their mean; 0 where there are none.
    pub mean: f64,
    /// The sum of their squared distances from the mean; `None` where it is not known.
    squares: Option<f64>,
}

impl Pooled {
    /// No measurements.
    pub const NONE: Pooled = Pooled {
        n: 0.0,
        mean: 0.0,
        squares: Some(0.0),
    };

    /// A group of measurements.
    pub fn of(n: f64, mean: f64, squares: Option<f64>) -> Self {
        Pooled { n, mean, squares }
    }

    /// The standard error of the mean as that of a sample, whose variance is divided by one less than there are.
    pub fn std_error(self) -> Option<f64> {
        (self.n >= 2.0).then_some((self.squares? / (self.n - 1.0) / self.n).sqrt())
    }

    /// The standard error of the mean as that of a share, whose variance is divided by as many as there are.
    pub fn std_error_of_share(self) -> Option<f64> {
        (self.n > 0.0).then_some((self.squares? / self.n / self.n).sqrt())
    }
}

/// Chan's formula, which loses no digits where the scatter is small beside the mean.
impl Add for Pooled {
    type Output = Pooled;

    fn add(self, other: Pooled) -> Pooled {
        if self.n == 0.0 {
            return other;
        }
        if other.n == 0.0 {
            return self;
        }
        let n = self.n + other.n;
        let apart = other.mean - self.mean;
        let between = apart * apart * (self.n * other.n / n);
        Pooled {
            n,
            mean: self.mean + apart * (other.n / n),
            squares: self
                .squares
                .zip(other.squares)
                .map(|(a, b)| a + b + between),
        }
    }
}

/// For each of some groups all others together, without subtracting what would leave nothing but roundings.
pub fn rests<T: Add<Output = T> + Copy>(groups: &[T], none: T) -> Vec<T> {
    let mut rests = Vec::with_capacity(groups.len());
    let mut before = none;
    for group in groups {
        rests.push(before);
        before = before + *group;
    }
    let mut after = none;
    for (rest, group) in rests.iter_mut().zip(groups).rev() {
        *rest = *rest + after;
        after = *group + after;
    }
    rests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(measures: &[f64]) -> Pooled {
        let ones = measures.iter().map(|x| Pooled::of(1.0, *x, Some(0.0)));
        ones.fold(Pooled::NONE, |all, one| all + one)
    }

    /// 1e9 ± 1 and the like: squares of such numbers have no digits left for the scatter.
    #[test]
    fn small_scatter_around_a_large_mean() {
        let groups = [
            of(&[1e9, 1e9 + 2.0]),
            of(&[1e9 + 4.0]),
            of(&[1e9 + 6.0, 1e9 + 8.0]),
        ];
        let rest = rests(&groups, Pooled::NONE)[1];
        assert_eq!((rest.n, rest.mean), (4.0, 1e9 + 4.0));
        // 16 + 4 + 4 + 16 = 40 around the mean: √(40 ÷ 3 ÷ 4), and as a share √(40 ÷ 4 ÷ 4).
        let std_error = rest.std_error().expect("there are four");
        assert!((std_error - (10.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let as_share = rest.std_error_of_share().expect("there are four");
        assert!((as_share - 2.5_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_known_of_one_is_not_known_of_all() {
        let unknown = Pooled::of(3.0, 1.0, None);
        let all = of(&[1.0, 2.0]) + unknown;
        assert_eq!((all.n, all.std_error()), (5.0, None));
        assert_eq!(rests(&[unknown], Pooled::NONE), [Pooled::NONE]);
        assert_eq!(of(&[7.0]).std_error(), None);
    }
}
