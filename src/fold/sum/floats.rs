//! Sums of floats per group, from which amounts can be taken away again.
//!
//! Finite amounts are added with Neumaier's compensation. Infinities and NaN are counted instead of
//! added: once in a sum, no subtraction gets them out of it, and a window frame must forget the rows
//! that have left.

use crate::fold::sum::change::Change;

/// One sum per group.
#[derive(Debug, Default)]
pub struct FloatSums {
    /// What stands in the sum, and what rounding took from it.
    sums: Vec<(f64, f64)>,
    /// By group, as far as there are any.
    strays: Vec<Strays>,
}

/// How many amounts are not finite.
#[derive(Debug, Default, Clone, Copy)]
struct Strays {
    nan: u64,
    positive: u64,
    negative: u64,
}

impl Strays {
    /// What they add up to; `None` if there are none.
    fn sum(self) -> Option<f64> {
        match (self.nan, self.positive, self.negative) {
            (0, 0, 0) => None,
            (0, _, 0) => Some(f64::INFINITY),
            (0, 0, _) => Some(f64::NEG_INFINITY),
            _ => Some(f64::NAN),
        }
    }
}

impl FloatSums {
    /// Makes room for more groups.
    pub fn grow(&mut self, groups: usize) {
        if self.sums.len() < groups {
            self.sums.resize(groups, (0.0, 0.0));
        }
    }

    /// Lets an amount come or go.
    #[inline]
    pub fn change(&mut self, group: usize, amount: f64, change: Change) {
        if !amount.is_finite() {
            self.change_strays(group, amount, change);
            return;
        }
        let amount = match change {
            Change::Add => amount,
            Change::Remove => -amount,
        };
        let (sum, lost) = &mut self.sums[group];
        let total = *sum + amount;
        *lost += if sum.abs() >= amount.abs() {
            (*sum - total) + amount
        } else {
            (amount - total) + *sum
        };
        *sum = total;
    }

    /// Moves what rounding took back into the sum, as far as it fits. Then the rest is small beside the
    /// sum, and both together have twice the digits of a float.
    #[inline]
    pub fn renormalize(&mut self, group: usize) {
        let (sum, lost) = &mut self.sums[group];
        let lost = std::mem::take(lost);
        if sum.is_finite() {
            self.change(group, lost, Change::Add);
        }
    }

    #[cold]
    fn change_strays(&mut self, group: usize, amount: f64, change: Change) {
        if self.strays.len() <= group {
            self.strays.resize(group + 1, Strays::default());
        }
        let strays = &mut self.strays[group];
        let count = if amount.is_nan() {
            &mut strays.nan
        } else if amount > 0.0 {
            &mut strays.positive
        } else {
            &mut strays.negative
        };
        match change {
            Change::Add => *count += 1,
            Change::Remove => *count -= 1,
        }
    }

    /// The two parts of each group's sum; the second is 0 where the first is not finite.
    pub fn parts(&self) -> impl Iterator<Item = (f64, f64)> {
        (0..self.sums.len()).map(|group| self.parts_of(group))
    }

    /// The two parts of one group's sum.
    pub fn parts_of(&self, group: usize) -> (f64, f64) {
        let (sum, lost) = self.sums[group];
        let strays = self.strays.get(group).and_then(|strays| strays.sum());
        match strays {
            Some(strays) => (strays, 0.0),
            // What rounding took is not a number once finite amounts have added up to infinity.
            None if !lost.is_finite() => (sum, 0.0),
            None => (sum, lost),
        }
    }

    /// A group's sum.
    pub fn of(&self, group: usize) -> f64 {
        let (sum, lost) = self.parts_of(group);
        sum + lost
    }

    /// Forgets the first groups; the others move down.
    pub fn drop_first(&mut self, groups: usize) {
        self.sums.drain(..groups);
        self.strays.drain(..groups.min(self.strays.len()));
    }

    /// Bytes on the heap.
    pub fn size(&self) -> usize {
        self.sums.capacity() * size_of::<(f64, f64)>()
            + self.strays.capacity() * size_of::<Strays>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_finite_leaves_without_a_trace() {
        let mut sums = FloatSums::default();
        sums.grow(2);
        sums.change(1, 0.5, Change::Add);
        for stray in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            sums.change(1, stray, Change::Add);
            assert!(!sums.parts().nth(1).unwrap().0.is_finite());
            sums.change(1, stray, Change::Remove);
            assert_eq!(sums.parts().nth(1), Some((0.5, 0.0)));
        }
        sums.change(1, f64::INFINITY, Change::Add);
        sums.change(1, f64::NEG_INFINITY, Change::Add);
        assert!(sums.parts().nth(1).unwrap().0.is_nan());
        sums.drop_first(1);
        assert!(sums.parts().next().unwrap().0.is_nan());
    }
}
