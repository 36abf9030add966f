//! Rows of numbers in little space: of each number only that is kept in which rows differ.

use datafusion::arrow::array::{BooleanArray, BooleanBufferBuilder};

/// How the numbers of a row are laid out, in units of four bytes.
#[derive(Debug, Clone)]
pub struct Layout {
    fields: Vec<PackedField>,
    /// How many units a row has.
    width: usize,
}

/// A number of each row.
#[derive(Debug, Clone, Copy, Default)]
struct PackedField {
    /// The first unit in a row.
    at: usize,
    /// How many units there are: none, one for the lower half, or two.
    width: usize,
    /// What the numbers have in common above these.
    common: u64,
}

/// A block of rows to be read.
#[derive(Debug)]
pub struct PackedBlock<'a> {
    layout: &'a Layout,
    units: &'a [u32],
}

impl Layout {
    /// Of rows with so many numbers, all alike.
    pub fn new(fields: usize) -> Self {
        Layout {
            fields: vec![PackedField::default(); fields],
            width: 0,
        }
    }

    /// Of these first rows, by field. A row has one unit at least, or it would not be there.
    pub fn of_first(fields: &[&[u64]]) -> Self {
        let mut first = Layout::new(fields.len());
        for (field, numbers) in first.fields.iter_mut().zip(fields) {
            field.common = numbers.first().copied().unwrap_or_default();
        }
        if let Some(field) = first.fields.first_mut() {
            field.width = 1;
        }
        first.widened(fields)
    }

    /// The same with room for these rows.
    pub fn widened(&self, fields: &[&[u64]]) -> Self {
        let mut wider = self.clone();
        wider.width = 0;
        for (field, numbers) in wider.fields.iter_mut().zip(fields) {
            field.width = field.width_for(numbers);
            field.at = wider.width;
            wider.width += field.width;
        }
        wider
    }

    /// How many numbers a row has.
    pub fn fields(&self) -> usize {
        self.fields.len()
    }

    /// How many units a row has.
    pub fn width(&self) -> usize {
        self.width
    }

    /// For each unit the numbers that it comes from, by row, and by how many bits they are to be shifted.
    pub fn units<'a>(&self, fields: &[&'a [u64]]) -> Vec<(&'a [u64], usize)> {
        let fields = self.fields.iter().zip(fields);
        fields
            .flat_map(|(field, numbers)| (0..field.width).map(|half| (*numbers, 32 * half)))
            .collect()
    }
}

impl PackedField {
    fn width_for(&self, numbers: &[u64]) -> usize {
        let differ = numbers
            .iter()
            .fold(0, |differ, x| differ | (x ^ self.common));
        match differ {
            0 => self.width,
            1..=0xFFFF_FFFF => self.width.max(1),
            _ => 2,
        }
    }
}

impl<'a> PackedBlock<'a> {
    /// Rows that were laid out like this.
    pub fn new(layout: &'a Layout, units: &'a [u32]) -> Self {
        PackedBlock { layout, units }
    }

    /// A number of each row.
    pub fn numbers(&self, field: usize) -> Vec<u64> {
        let field = self.layout.fields[field];
        let rows = self.units.chunks_exact(self.layout.width.max(1));
        // Three loops, of which none asks for the width.
        match field.width {
            0 => vec![field.common; rows.len()],
            1 => {
                let common = field.common >> 32 << 32;
                rows.map(|row| common | u64::from(row[field.at])).collect()
            }
            _ => rows
                .map(|row| u64::from(row[field.at + 1]) << 32 | u64::from(row[field.at]))
                .collect(),
        }
    }

    /// A bit of such a number, if it is not set in all rows.
    pub fn bits(&self, field: usize, bit: u32) -> Option<BooleanArray> {
        let PackedField { width, common, .. } = self.layout.fields[field];
        if width == 0 && common == u64::MAX {
            return None;
        }
        let rows = self.numbers(field);
        let is_set = |bits: &u64| bits >> bit & 1 == 1;
        (!rows.iter().all(is_set)).then(|| {
            let mut bits = BooleanBufferBuilder::new(rows.len());
            rows.iter().for_each(|row| bits.append(is_set(row)));
            BooleanArray::new(bits.finish(), None)
        })
    }
}
