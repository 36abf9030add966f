//! Counts the values that were compared, and remembers which differ.

use std::fmt::Debug;

/// How far a value may be from the reference, relative to it.
const TOLERANCE: f64 = 1e-9;

pub struct Tally<'a> {
    dataset: &'a str,
    compared: usize,
    failures: Vec<String>,
}

impl<'a> Tally<'a> {
    pub fn new(dataset: &'a str) -> Self {
        Tally {
            dataset,
            compared: 0,
            failures: vec![],
        }
    }

    /// Compares one number. `place` names the way it was computed, the segment and the column.
    pub fn check(&mut self, place: &str, expected: Option<f64>, got: Option<f64>) {
        let equal = match (expected, got) {
            (Some(expected), Some(got)) => (expected - got).abs() <= TOLERANCE * expected.abs(),
            (None, None) => true,
            _ => false,
        };
        self.count(place, equal, &expected, &got);
    }

    /// Compares one text.
    pub fn check_text(&mut self, place: &str, expected: &str, got: Option<&str>) {
        self.count(place, got == Some(expected), &expected, &got);
    }

    fn count(&mut self, place: &str, equal: bool, expected: &dyn Debug, got: &dyn Debug) {
        self.compared += 1;
        if !equal {
            self.fail(&format!("{place}: expected {expected:?}, got {got:?}"));
        }
    }

    pub fn fail(&mut self, what: &str) {
        self.failures.push(format!("{}, {what}", self.dataset));
    }

    /// Fails with everything that differs, or if not so many values were compared.
    pub fn finish(self, compared: usize) {
        let failures = self.failures;
        assert!(
            failures.is_empty(),
            "{} of {} values differ:\n{}",
            failures.len(),
            self.compared,
            failures.join("\n")
        );
        assert_eq!(
            self.compared, compared,
            "values compared for {}",
            self.dataset
        );
    }
}
