//! Words for nothing, such as N/A, in columns of numbers, dates and flags: they are NULL, and counted.

use std::collections::BTreeMap;

use datafusion::arrow::array::StringViewArray;

use crate::tables::values::Nulls;
use crate::tables::values::class::is_nothing;

/// How many rows have which of these words, by column.
#[derive(Debug, Clone, Default)]
pub(super) struct NothingWords(BTreeMap<String, BTreeMap<String, u64>>);

impl NothingWords {
    /// The texts with NULL in the place of such words. What was said to mean NULL is not counted.
    pub fn without(
        &mut self,
        column: &str,
        texts: &StringViewArray,
        nulls: &Nulls,
    ) -> StringViewArray {
        let words = self.0.entry(column.to_string()).or_default();
        let kept = texts.iter().map(|value| {
            let value = value.filter(|value| !nulls.contain(value))?;
            if !is_nothing(value) {
                return Some(value);
            }
            match words.get_mut(value) {
                Some(rows) => *rows += 1,
                None => {
                    words.insert(value.to_string(), 1);
                }
            }
            None
        });
        kept.collect()
    }

    /// Takes what others have met in other rows of the file.
    pub fn add(&mut self, other: NothingWords) {
        for (column, words) in other.0 {
            let known = self.0.entry(column).or_default();
            for (word, rows) in words {
                *known.entry(word).or_default() += rows;
            }
        }
    }

    /// Takes the larger count of each word: a file that is read twice has its rows once.
    pub fn merge(&mut self, other: &NothingWords) {
        for (column, words) in &other.0 {
            let known = self.0.entry(column.clone()).or_default();
            for (word, rows) in words {
                let n = known.entry(word.clone()).or_default();
                *n = (*n).max(*rows);
            }
        }
    }

    pub fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    pub fn columns(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }

    /// The words of a column in several files, `'N/A' in 2 rows, '-' in 1 row`.
    pub fn shown<'a>(column: &str, files: impl Iterator<Item = &'a NothingWords>) -> String {
        let mut counts: BTreeMap<&String, u64> = BTreeMap::new();
        for words in files.filter_map(|file| file.0.get(column)) {
            for (word, rows) in words {
                *counts.entry(word).or_default() += rows;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        let shown = counts.iter().take(4).map(|(word, rows)| {
            let s = if *rows == 1 { "" } else { "s" };
            format!("'{word}' in {rows} row{s}")
        });
        let mut shown: Vec<_> = shown.collect();
        if counts.len() > shown.len() {
            shown.push("others".to_string());
        }
        shown.join(", ")
    }
}
