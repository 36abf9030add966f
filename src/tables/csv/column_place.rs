//! Where values of a column stand, for those who look them up.

use super::column::SeenValue;
use super::looking::Looking;
use super::place;
use crate::tables::options::OptionNames;
use crate::tables::storage::FilePath;

/// Where examples are found.
pub(in crate::tables) struct ColumnPlace<'a> {
    pub files: &'a [FilePath],
    /// How each of them is read.
    pub lookings: &'a [Looking],
    pub option_names: OptionNames,
    pub has_header: bool,
    /// Whether options say how numbers and dates are written.
    pub has_forms: bool,
}

impl ColumnPlace<'_> {
    /// `N/A (orders.csv, line 3)`.
    pub(in crate::tables) fn example(&self, seen: &SeenValue) -> String {
        let Some((file, record, value)) = &seen.first else {
            return String::new();
        };
        let shown = match value.trim().is_empty() {
            true => format!("'{value}'"),
            false => value.clone(),
        };
        format!("{shown} ({})", self.line(*file, *record))
    }

    /// Where a record is. Records count from 0, and a header line is one.
    pub fn line(&self, file: usize, record: u64) -> String {
        let (Some(path), Some(looking)) = (self.files.get(file), self.lookings.get(file)) else {
            return format!("row {}", record + 1);
        };
        match place::line_of(path, looking, record) {
            Some(line) => format!("{}, line {line}", path.display()),
            None => path.display().to_string(),
        }
    }
}
