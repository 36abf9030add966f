//! Workbooks of spreadsheets: a sheet as the text of a CSV file, which is then read as any other.
//!
//! The values stand in the text as a CSV file would have them: numbers in their shortest form, days and times as ISO
//! writes them, ids that are texts as they are. What is made of them is up to `csv`, as are titles of columns and types.

mod cells;
mod sheet;

pub(in crate::tables) use sheet::{MergedCells, Sheet, is_workbook, path_and_sheet};
