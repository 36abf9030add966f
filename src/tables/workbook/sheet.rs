//! One sheet of a workbook.

use std::collections::HashMap;
use std::io::{Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use calamine::{
    Data, Dimensions, Range, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto,
    open_workbook_auto_from_rs,
};
use datafusion::common::{plan_datafusion_err, plan_err};
use datafusion::error::{DataFusionError, Result};

use super::cells;
use crate::tables::storage::{FilePath, is_of_web};

/// The endings of workbooks.
const ENDINGS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The rows of a sheet as CSV, without those that have no value.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Sheet {
    pub text: Arc<[u8]>,
    /// Where each row of the text is.
    pub records: Arc<[SheetRecord]>,
    pub merged: Vec<MergedCells>,
    pub name: String,
    /// The other sheets that somebody may have meant.
    pub others: Vec<String>,
    /// How many formulas have no value stored, and the cell of the first one.
    pub without_value: Option<(usize, String)>,
}

/// Where a row of a sheet stands in the text.
#[derive(Debug, Clone, Copy)]
pub(in crate::tables) struct SheetRecord {
    /// Its number in the sheet; rows count from 1.
    pub row: u64,
    /// The line of the text in which it begins; lines count from 1. A value may have several.
    pub line: u64,
    /// How many bytes of the text stand before it.
    pub at: usize,
}

/// Cells that are merged to one, which has its value in the first of them.
#[derive(Debug, Clone)]
pub(in crate::tables) struct MergedCells {
    /// Their names: `A2:A4`.
    pub cells: String,
    /// The last row that they are in.
    pub last_row: u64,
    /// Whether rows below the first one were given the value.
    pub is_filled: bool,
    /// Whether there are columns that have no value because of them.
    pub is_wide: bool,
}

/// Whether the name of a file is that of a workbook.
pub(in crate::tables) fn is_workbook(path: &Path) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

/// `crm.xlsx#Orders` as the path and the name of the sheet; a file may have such a name itself.
pub(in crate::tables) fn path_and_sheet(path: &str) -> (&str, Option<&str>) {
    // The name of a sheet may have a # in it.
    let mut places = path.match_indices('#').map(|(at, _)| at);
    let is_of_web = is_of_web(path);
    let at = places.find(|at| {
        let file = match is_of_web {
            true => path[..*at].split('?').next().unwrap_or_default(),
            false => &path[..*at],
        };
        is_workbook(Path::new(file))
    });
    at.map_or((path, None), |at| (&path[..at], Some(&path[at + 1..])))
}

/// Refuses what has the name of a workbook and is text: programs call lists of values and web pages so, for spreadsheets.
fn refuse_text(file: &FilePath) -> Result<()> {
    let mut start = vec![];
    let opened = file.open().map_err(|e| unreadable(file, &e.into()))?;
    opened
        .take(4096)
        .read_to_end(&mut start)
        .map_err(|e| unreadable(file, &e.into()))?;
    let shown = file.display();
    if start.is_empty() {
        return plan_err!("{shown} is empty: it has no bytes at all");
    }
    let text = String::from_utf8_lossy(&start);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('<') {
        return plan_err!(
            "{shown} cannot be read as a workbook: it is a web page or XML, whatever its name says; open it in a spreadsheet, and save it as \
             .xlsx or .csv"
        );
    }
    // Workbooks have bytes that no text has among their first.
    let is_text = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r');
    if start.iter().all(is_text) {
        let ending = if text.contains('\t') { "tsv" } else { "csv" };
        let copy = file.with_extension(ending);
        let copy = copy.display();
        return plan_err!(
            "{shown} cannot be read as a workbook: it is text, whatever its name says; give it the ending of what it is, cp {shown} {copy}, and \
             read '{copy}'"
        );
    }
    Ok(())
}

impl Sheet {
    /// Reads the sheet of this name, or the first that people see. `null_call` gives the call by
    /// which an error of a formula is NULL, unless it is.
    pub fn read(
        file: &FilePath,
        name: Option<&str>,
        null_call: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        if is_workbook(file) {
            refuse_text(file)?;
        }
        if is_workbook(file) && !file.is_remote() {
            let workbook = open_workbook_auto(file);
            return Self::of(
                workbook.map_err(|e| unreadable(file, &e))?,
                file,
                name,
                null_call,
            );
        }
        // A name that says nothing, or a file that is not on this disk.
        let bytes = file.read().map_err(|e| unreadable(file, &e.into()))?;
        let workbook = open_workbook_auto_from_rs(Cursor::new(bytes));
        Self::of(
            workbook.map_err(|e| unreadable(file, &e))?,
            file,
            name,
            null_call,
        )
    }

    fn of<R: Read + Seek>(
        mut workbook: Sheets<R>,
        file: &FilePath,
        name: Option<&str>,
        null_call: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let all = workbook.sheets_metadata().to_vec();
        let is_table = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
        let is_seen = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
        let tables: Vec<String> = all
            .iter()
            .filter(is_table)
            .map(|s| s.name.clone())
            .collect();
        let mut candidates = match name {
            Some(name) => match tables.iter().find(|table| *table == name) {
                Some(found) => vec![found.clone()],
                None => {
                    return plan_err!(
                        "{} has no sheet {name}; its sheets are {}",
                        file.display(),
                        tables.join(", ")
                    );
                }
            },
            None => all
                .iter()
                .filter(is_table)
                .filter(is_seen)
                .map(|sheet| sheet.name.clone())
                .collect(),
        };
        let mut found = None;
        let mut empty = vec![];
        for candidate in std::mem::take(&mut candidates) {
            let range = workbook
                .worksheet_range(&candidate)
                .map_err(|e| unreadable(file, &e))?;
            match (&found, range.is_empty()) {
                (None, false) => found = Some((candidate, range)),
                (_, true) => empty.push(candidate),
                (Some(_), false) => candidates.push(candidate),
            }
        }
        let Some((name, range)) = found else {
            return plan_err!(
                "{} has no cell with a value in {}",
                file.display(),
                empty.join(", ")
            );
        };
        let formulas = workbook.worksheet_formula(&name);
        let without_value = formulas
            .ok()
            .and_then(|formulas| without_value(&formulas, &range));
        let merged = merged(&mut workbook, &name).map_err(|e| unreadable(file, &e))?;
        let filled = Filled::of(&merged, &range);
        let (text, records) = lines(file, &name, &range, &filled, null_call)?;
        Ok(Sheet {
            text: text.into(),
            records: records.into(),
            merged: filled.merged,
            name,
            others: candidates,
            without_value,
        })
    }

    /// The rows of the text below so many rows of the sheet.
    pub fn below(&self, rows: u64) -> &[SheetRecord] {
        &self.records[self.records.partition_point(|record| record.row <= rows)..]
    }

    /// The row of the sheet that is in a line of the text.
    pub fn row_in(&self, line: u64) -> u64 {
        let begun = self.records.partition_point(|record| record.line <= line);
        self.records[..begun].last().map_or(0, |record| record.row)
    }
}

/// The cells that are merged, of the formats whose reader tells.
fn merged<R: Read + Seek>(
    workbook: &mut Sheets<R>,
    sheet: &str,
) -> Result<Vec<Dimensions>, calamine::Error> {
    Ok(match workbook {
        Sheets::Xlsx(workbook) => workbook.merge_cells_by_sheet_name(sheet)?,
        Sheets::Xls(workbook) => workbook.merge_cells_by_sheet_name(sheet)?,
        Sheets::Xlsb(_) | Sheets::Ods(_) => vec![],
    })
}

/// Which cells have the value of another one, with which they are merged.
struct Filled {
    /// By the row and the column of a cell: where its value stands.
    from: HashMap<(u32, u32), (u32, u32)>,
    merged: Vec<MergedCells>,
}

impl Filled {
    /// A value of merged cells is that of all their rows, in the first of their columns.
    fn of(all: &[Dimensions], range: &Range<Data>) -> Self {
        let mut filled = Self {
            from: HashMap::new(),
            merged: vec![],
        };
        let has_value = |row, column| range.get_value((row, column)).is_some_and(is_there);
        let (_, left) = range.start().unwrap_or_default();
        let (last, right) = range.end().unwrap_or_default();
        // A row that has nothing else is none.
        let is_row = |row| (left..=right).any(|column| has_value(row, column));
        for Dimensions { start, end } in all {
            let (first, column) = *start;
            if !has_value(first, column) {
                continue;
            }
            let below = (first + 1..=end.0.min(last)).filter(|row| is_row(*row));
            let below: Vec<u32> = below.filter(|row| !has_value(*row, column)).collect();
            filled.merged.push(MergedCells {
                cells: format!(
                    "{}:{}",
                    cells::name(first, column),
                    cells::name(end.0, end.1)
                ),
                last_row: u64::from(end.0) + 1,
                is_filled: !below.is_empty(),
                is_wide: end.1 > column,
            });
            let below = below.into_iter();
            filled.from.extend(below.map(|row| ((row, column), *start)));
        }
        filled
    }
}

fn is_there(cell: &Data) -> bool {
    !matches!(cell, Data::Empty) && !is_blank(cell)
}

/// Formulas whose value no program has computed: how many, and the cell of the first.
fn without_value(formulas: &Range<String>, values: &Range<Data>) -> Option<(usize, String)> {
    let (top, left) = formulas.start()?;
    let mut cells = formulas.used_cells().filter_map(|(row, column, formula)| {
        let (row, column) = (top + row as u32, left + column as u32);
        let is_empty = matches!(values.get_value((row, column)), None | Some(Data::Empty));
        (is_empty && !formula.is_empty()).then(|| cells::name(row, column))
    });
    let first = cells.next()?;
    Some((1 + cells.count(), first))
}

/// What is said of a file that is no workbook, or one with a password.
fn unreadable(file: &FilePath, error: &calamine::Error) -> DataFusionError {
    let shown = file.display();
    plan_datafusion_err!(
        "{shown} cannot be read as a workbook: {error}; open it in a spreadsheet and save it anew, without a password"
    )
}

/// The rows as CSV, and where each of them is.
fn lines(
    file: &FilePath,
    sheet: &str,
    range: &Range<Data>,
    filled: &Filled,
    null_call: impl Fn(&str) -> Option<String>,
) -> Result<(Vec<u8>, Vec<SheetRecord>)> {
    let (top, left) = range.start().unwrap_or_default();
    let width = range.rows().map(|row| {
        let last = row.iter().rposition(is_there);
        last.map_or(0, |last| last + 1)
    });
    let width = width.max().unwrap_or(0);
    let unwritten =
        |error: &dyn std::fmt::Display| plan_datafusion_err!("{}: {error}", file.display());
    let mut writer = csv::Writer::from_writer(vec![]);
    let mut records = vec![];
    let mut line = 1;
    for (at, row) in range.rows().enumerate() {
        if !row.iter().any(is_there) {
            continue;
        }
        let at = top + at as u32;
        writer.flush().map_err(|error| unwritten(&error))?;
        records.push(SheetRecord {
            row: u64::from(at) + 1,
            line,
            at: writer.get_ref().len(),
        });
        for (column, cell) in row.iter().take(width).enumerate() {
            let column = left + column as u32;
            let place = || {
                let cell = cells::name(at, column);
                format!("{}, cell {cell},", cells::shown(file, sheet))
            };
            let merged = filled.from.get(&(at, column));
            let cell = merged
                .and_then(|from| range.get_value(*from))
                .unwrap_or(cell);
            let text = cells::text(cell, place, &null_call)?;
            line += text.replace("\r\n", "\n").matches(['\n', '\r']).count() as u64;
            writer
                .write_field(text)
                .map_err(|error| unwritten(&error))?;
        }
        let written = writer.write_record(None::<&[u8]>);
        written.map_err(|error| unwritten(&error))?;
        line += 1;
    }
    let text = writer.into_inner().map_err(|error| unwritten(&error))?;
    Ok((text, records))
}

/// Whether a cell has nothing but blanks.
fn is_blank(cell: &Data) -> bool {
    matches!(cell, Data::String(text) if text.trim().is_empty())
}
