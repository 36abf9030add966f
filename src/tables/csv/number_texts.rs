//! The texts of a column of a table that is no CSV file, as what they are as numbers: what is said of them is what is said of those of
//! CSV files.

use std::collections::BTreeSet;

use super::column::{SeenColumn, SeenValue};
use super::numbers::{NumberReading, reading, without};

/// More texts than these that are no numbers are not written out.
const MOST_WORDS: usize = 5;

/// The texts of a column, most of which are numbers.
#[derive(Default)]
pub(crate) struct NumberTexts {
    column: SeenColumn,
    /// Those that are none, and no more than one of them too many.
    words: BTreeSet<String>,
}

impl NumberTexts {
    pub fn add(&mut self, text: &str) {
        let numbers =
            |column: &SeenColumn| column.numbers.n + column.integers.n + column.decimals.n;
        let before = numbers(&self.column);
        self.column.add(0, 0, text);
        if numbers(&self.column) == before && self.words.len() <= MOST_WORDS {
            self.words.insert(text.to_string());
        }
    }

    /// The signs of currencies with how many numbers have them, the commonest first.
    pub fn currencies(&self) -> Vec<(&'static str, u64)> {
        let currencies = self.column.currencies.iter();
        let mut currencies: Vec<_> = currencies.map(|(sign, seen)| (*sign, seen.n)).collect();
        currencies.sort_by_key(|(sign, n)| (std::cmp::Reverse(*n), *sign));
        currencies
    }

    /// What reads the numbers in a query that calls the column `quoted`, or why nothing does.
    pub fn read_by(&self, quoted: &str) -> String {
        if self.words.len() > MOST_WORDS {
            let some: Vec<String> = self
                .words
                .iter()
                .take(2)
                .map(|w| format!("'{w}'"))
                .collect();
            return format!(
                "they cannot be converted beside so many other texts, such as {}; make those NULL first",
                some.join(" and ")
            );
        }
        let text = without(quoted, self.words.iter());
        match reading(quoted, text, &self.column) {
            NumberReading::SeveralCurrencies(currency, [one, other]) => format!(
                "they are of several currencies, such as {} and {}, so their sum is meaningless; {quoted} LIKE \
                 '%{currency}%' is true for those of one",
                first(one),
                first(other)
            ),
            NumberReading::SomePercent(others) => format!(
                "some are in percent, such as {}, and {others} are not; write all of them alike",
                first(&self.column.percents)
            ),
            NumberReading::CommaAndPoint => format!(
                "some have a decimal comma, such as {}, and some a decimal point, such as {}; write all of them \
                 alike, or read those of each kind by themselves",
                first(&self.column.commas),
                first(&self.column.points)
            ),
            NumberReading::CommaOrPoint {
                decimals,
                thousands,
            } => format!(
                "it is unclear whether the comma is a decimal comma, {decimals}, or a thousands separator, {thousands}"
            ),
            NumberReading::By {
                sql,
                has_credits: true,
            } => format!("{sql} reads them, with credits below 0"),
            NumberReading::By { sql, .. } => format!("{sql} reads them"),
        }
    }
}

fn first(seen: &SeenValue) -> &str {
    seen.first.as_ref().map_or("", |(_, _, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_by(texts: &[&str]) -> String {
        let mut all = NumberTexts::default();
        texts.iter().for_each(|text| all.add(text));
        all.read_by("x")
    }

    #[test]
    fn words_are_left_out_and_what_contradicts_is_said() {
        assert_eq!(
            read_by(&["1,250.00", "open", "7.5"]),
            "CAST(trim(replace(nullif(x, 'open'), ',', '')) AS DECIMAL(18, 4)) reads them"
        );
        for (texts, words) in [
            (
                &["1.250,50", "1,250.50"][..],
                "some a decimal point, such as 1,250.50",
            ),
            (
                &["$5", "€5"],
                "they are of several currencies, such as $5 and €5",
            ),
            (
                &["5%", "7"],
                "some are in percent, such as 5%, and 1 are not",
            ),
            (&["1,250"], "whether the comma is a decimal comma"),
            (
                &["1,250.5", "a", "b", "c", "d", "e", "f"],
                "beside so many other texts, such as 'a' and 'b'",
            ),
        ] {
            let said = read_by(texts);
            assert!(said.contains(words), "{texts:?}: {said}");
        }
    }
}
