//! A column as codes.

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::buffer::NullBuffer;

/// A column as codes. The code of a NULL row means nothing.
#[derive(Debug, Clone)]
pub struct Codes {
    /// One per row.
    pub values: Vec<u64>,
    /// The rows that are not NULL, if any is.
    pub nulls: Option<NullBuffer>,
}

impl Codes {
    /// The code of a row, if it is not NULL.
    #[inline]
    pub fn get(&self, row: usize) -> Option<u64> {
        match &self.nulls {
            Some(nulls) if nulls.is_null(row) => None,
            _ => Some(self.values[row]),
        }
    }
}

impl Codes {
    /// The codes of the rows that a mask leaves.
    pub fn filtered(&self, mask: &BooleanArray) -> Self {
        let kept = |row: &usize| mask.value(*row);
        match self.nulls {
            None => {
                let codes = self.values.iter().zip(mask.values());
                Codes {
                    values: codes.filter_map(|(code, is)| is.then_some(*code)).collect(),
                    nulls: None,
                }
            }
            Some(_) => {
                let rows = (0..self.values.len()).filter(kept);
                rows.map(|row| self.get(row)).collect()
            }
        }
    }

    /// The codes of an argument that no fold reads.
    pub fn none() -> Self {
        Codes {
            values: vec![],
            nulls: None,
        }
    }
}

impl FromIterator<Option<u64>> for Codes {
    fn from_iter<I: IntoIterator<Item = Option<u64>>>(codes: I) -> Self {
        let (valid, values): (Vec<bool>, Vec<u64>) = codes
            .into_iter()
            .map(|code| (code.is_some(), code.unwrap_or_default()))
            .unzip();
        let nulls = Some(NullBuffer::from(valid)).filter(|n| n.null_count() > 0);
        Codes { values, nulls }
    }
}
