//! What was met, and where.

use std::collections::BTreeMap;

/// Where something was met. Two calls of one query look at the same rows, so each counts by itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MetPlace {
    /// The argument, as its function calls it.
    pub role: Role,
    /// The column, or the expression, that was passed.
    pub column: String,
    /// The call.
    pub call: String,
}

/// What a text, or a number, is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Role {
    /// Something that KPIs count: a customer, a product.
    Counted {
        /// The name of the argument.
        noun: &'static str,
        /// Whether a flag may be meant by it: it is an item.
        may_be_flag: bool,
    },
    /// A value of SQL's own `count(DISTINCT …)`.
    Distinct,
    /// A number that SQL's own function of this name adds up.
    Added(&'static str),
    /// A number that SQL's own function of this name takes for one among others.
    Ranked(&'static str),
    /// A number that is compared.
    Compared,
    /// A text that becomes a time without a zone.
    Converted,
    /// A number that rows are sorted or ranked by.
    Sorted,
    /// A value of a KPI in percent that a benchmark judges.
    Judged,
    /// An answer to a survey, on a scale that ends there.
    Score {
        /// The highest score.
        highest: u32,
    },
    /// An answer to a survey that satisfies from there on.
    ScoreFrom {
        /// The lowest score that does.
        lowest: u32,
    },
}

/// What was met there.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    /// Texts that mean nothing, with the number of rows that have each.
    pub nothing: BTreeMap<String, u64>,
    /// Names of lines that are sums of others, with the number of rows that have each.
    pub totals: BTreeMap<String, u64>,
    /// Texts that are a yes or a no, with the number of rows that have each.
    pub yes_no: BTreeMap<String, u64>,
    /// Whether they are numbers, 1 and 0.
    pub numbers: bool,
    /// Whether there was any other text.
    pub others: bool,
    /// Texts with blanks around them.
    pub padded: Padded,
    /// Rows that are not a number.
    pub nan: u64,
    /// A time with an offset.
    pub offset: String,
    /// Rows of flags.
    pub flags: u64,
    /// Rows that have a score, and the highest one.
    pub scores: Option<(u64, f64)>,
}

/// Texts with blanks around them, which are other texts than those without.
#[derive(Debug, Clone, Default)]
pub(super) struct Padded {
    /// How many rows have one.
    pub rows: u64,
    /// One of them.
    pub example: String,
    /// Whether there are others among them than spaces, which are all that `trim` takes away.
    pub others: bool,
    /// Whether there was a text without: where all have blanks, they tell nothing apart.
    pub any_plain: bool,
}

impl Padded {
    fn join(&mut self, other: Padded, rows: impl Fn(u64, u64) -> u64) {
        self.rows = rows(self.rows, other.rows);
        self.any_plain |= other.any_plain;
        self.others |= other.others;
        if self.example.is_empty() {
            self.example = other.example;
        }
    }
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        add_all(&mut self.nothing, other.nothing);
        add_all(&mut self.totals, other.totals);
        add_all(&mut self.yes_no, other.yes_no);
        self.numbers |= other.numbers;
        self.others |= other.others;
        self.padded.join(other.padded, |a, b| a + b);
        self.nan += other.nan;
        self.keep_offset(other.offset);
        self.flags += other.flags;
        self.scores = both_scores(self.scores, other.scores, |a, b| a + b);
    }

    /// The same rows looked at by another call.
    pub fn or(&mut self, other: Counts) {
        most_of_all(&mut self.nothing, other.nothing);
        most_of_all(&mut self.totals, other.totals);
        most_of_all(&mut self.yes_no, other.yes_no);
        self.numbers |= other.numbers;
        self.others |= other.others;
        self.padded.join(other.padded, u64::max);
        self.nan = self.nan.max(other.nan);
        self.keep_offset(other.offset);
        self.flags = self.flags.max(other.flags);
        self.scores = both_scores(self.scores, other.scores, u64::max);
    }

    /// The first in the order of texts, whoever came first.
    fn keep_offset(&mut self, other: String) {
        if self.offset.is_empty() || !other.is_empty() && other < self.offset {
            self.offset = other;
        }
    }
}

pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn both_scores(
    a: Option<(u64, f64)>,
    b: Option<(u64, f64)>,
    rows: impl Fn(u64, u64) -> u64,
) -> Option<(u64, f64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((rows(a.0, b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    }
}

fn add_all(into: &mut BTreeMap<String, u64>, from: BTreeMap<String, u64>) {
    for (text, rows) in from {
        *into.entry(text).or_default() += rows;
    }
}

fn most_of_all(into: &mut BTreeMap<String, u64>, from: BTreeMap<String, u64>) {
    for (text, rows) in from {
        let known = into.entry(text).or_default();
        *known = rows.max(*known);
    }
}
