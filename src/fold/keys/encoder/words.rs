//! A column as words.

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::buffer::NullBuffer;

/// A column as words. The word of a NULL row means nothing.
#[derive(Debug, Clone)]
pub struct Words {
    /// One per row.
    pub values: Vec<u64>,
    /// The rows that are not NULL, if any is.
    pub nulls: Option<NullBuffer>,
}

impl Words {
    /// The word of a row, if it is not NULL.
    #[inline]
    pub fn get(&self, row: usize) -> Option<u64> {
        match &self.nulls {
            Some(nulls) if nulls.is_null(row) => None,
            _ => Some(self.values[row]),
        }
    }
}

impl Words {
    /// The words of the rows that a mask leaves.
    pub fn filtered(&self, mask: &BooleanArray) -> Self {
        let kept = |row: &usize| mask.value(*row);
        match self.nulls {
            None => {
                let words = self.values.iter().zip(mask.values());
                Words {
                    values: words.filter_map(|(word, is)| is.then_some(*word)).collect(),
                    nulls: None,
                }
            }
            Some(_) => {
                let rows = (0..self.values.len()).filter(kept);
                rows.map(|row| self.get(row)).collect()
            }
        }
    }

    /// The words of an argument that no fold reads.
    pub fn none() -> Self {
        Words {
            values: vec![],
            nulls: None,
        }
    }
}

impl FromIterator<Option<u64>> for Words {
    fn from_iter<I: IntoIterator<Item = Option<u64>>>(words: I) -> Self {
        let (valid, values): (Vec<bool>, Vec<u64>) = words
            .into_iter()
            .map(|word| (word.is_some(), word.unwrap_or_default()))
            .unzip();
        let nulls = Some(NullBuffer::from(valid)).filter(|n| n.null_count() > 0);
        Words { values, nulls }
    }
}
