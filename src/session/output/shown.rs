//! How many rows of a result are shown to a person.

/// How many rows of every result a table shows; the others are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    rows: Option<u64>,
    /// How all of them are had.
    otherwise: &'static str,
}

impl Shown {
    /// All of them.
    pub const ALL: Shown = Shown {
        rows: None,
        otherwise: "",
    };

    /// At most so many; `otherwise` says how all of them are had.
    pub fn at_most(rows: u64, otherwise: &'static str) -> Self {
        Self {
            rows: Some(rows),
            otherwise,
        }
    }

    /// How many may follow `rows`.
    pub(in crate::session) fn left(&self, rows: u64) -> usize {
        let left = self.rows.map_or(u64::MAX, |most| most.saturating_sub(rows));
        usize::try_from(left).unwrap_or(usize::MAX)
    }

    /// The words for those that were not shown of so many.
    pub(in crate::session) fn rest(&self, rows: u64) -> Option<String> {
        let rest = rows.saturating_sub(self.rows?);
        let otherwise = self.otherwise;
        match rest {
            0 => None,
            1 => Some(format!("… and 1 row more; {otherwise}")),
            _ => Some(format!(
                "… and {} rows more; {otherwise}",
                in_thousands(rest)
            )),
        }
    }
}

/// 3999000 as 3,999,000.
pub(crate) fn in_thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_told_apart() {
        let shown: Vec<String> = [1, 999, 1000, 3_999_000].map(in_thousands).to_vec();
        assert_eq!(shown, ["1", "999", "1,000", "3,999,000"]);
    }
}
