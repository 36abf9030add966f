//! One sheet of a workbook.

use std::io::{Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use calamine::{
    Data, Range, Reader, SheetType, SheetVisible, Sheets, open_workbook_auto,
    open_workbook_auto_from_rs,
};
use datafusion::common::{plan_datafusion_err, plan_err};
use datafusion::error::{DataFusionError, Result};

use super::cells;

/// The endings of workbooks.
const ENDINGS: [&str; 5] = ["xlsx", "xlsm", "xlsb", "xls", "ods"];

/// The rows of a sheet as CSV, from its header line on.
#[derive(Debug, Clone)]
pub(in crate::tables) struct Sheet {
    pub text: Arc<[u8]>,
    /// In which row of the sheet each line of the text is; rows count from 1.
    pub rows: Arc<[u64]>,
    /// How many rows with a title stand above the header line.
    pub titles: u64,
    pub name: String,
    /// The other sheets that somebody may have meant.
    pub others: Vec<String>,
    /// How many formulas have no value stored, and the cell of the first one.
    pub without_value: Option<(usize, String)>,
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

/// `crm.xlsx#Orders` as the path and the name of the sheet.
pub(in crate::tables) fn path_and_sheet(path: &str) -> (&str, Option<&str>) {
    if Path::new(path).exists() {
        return (path, None);
    }
    // The name of a sheet may have a # in it.
    let mut places = path.match_indices('#').map(|(at, _)| at);
    let at = places.find(|at| is_workbook(Path::new(&path[..*at])));
    at.map_or((path, None), |at| (&path[..at], Some(&path[at + 1..])))
}

/// Refuses what has the name of a workbook and is text: programs call lists of values and web pages so, for spreadsheets.
fn refuse_text(file: &Path) -> Result<()> {
    let mut start = vec![];
    let opened = std::fs::File::open(file).map_err(|e| unreadable(file, &e.into()))?;
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
        file: &Path,
        name: Option<&str>,
        null_call: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        if is_workbook(file) {
            refuse_text(file)?;
            let workbook = open_workbook_auto(file);
            return Self::of(
                workbook.map_err(|e| unreadable(file, &e))?,
                file,
                name,
                null_call,
            );
        }
        // A name that says nothing.
        let bytes = std::fs::read(file).map_err(|e| unreadable(file, &e.into()))?;
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
        file: &Path,
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
        let (text, rows, titles) = lines(file, &name, &range, null_call)?;
        Ok(Sheet {
            text: text.into(),
            rows: rows.into(),
            titles,
            name,
            others: candidates,
            without_value,
        })
    }
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
fn unreadable(file: &Path, error: &calamine::Error) -> DataFusionError {
    let shown = file.display();
    plan_datafusion_err!(
        "{shown} cannot be read as a workbook: {error}; open it in a spreadsheet and save it anew, without a password"
    )
}

/// The rows from the header line on as CSV, where each of them is, and how many titles stand above.
fn lines(
    file: &Path,
    sheet: &str,
    range: &Range<Data>,
    null_call: impl Fn(&str) -> Option<String>,
) -> Result<(Vec<u8>, Vec<u64>, u64)> {
    let (top, left) = range.start().unwrap_or_default();
    let is_there = |cell: &&Data| !matches!(cell, Data::Empty) && !is_blank(cell);
    let filled = |row: &[Data]| row.iter().filter(is_there).count();
    let width = range.rows().map(|row| {
        let last = row.iter().rposition(|cell| is_there(&cell));
        last.map_or(0, |last| last + 1)
    });
    let width = width.max().unwrap_or(0);
    // A title has one cell, or a few, of a table that is wider.
    let is_title = |row: &[Data]| filled(row) * 2 < width;
    let mut titles = 0;
    let mut header = 0;
    for row in range.rows() {
        if !is_title(row) {
            break;
        }
        titles += u64::from(filled(row) > 0);
        header += 1;
    }
    if header == range.height() {
        (titles, header) = (0, 0);
    }
    let mut writer = csv::Writer::from_writer(vec![]);
    let mut places = vec![];
    for (at, row) in range.rows().enumerate().skip(header) {
        if filled(row) == 0 {
            continue;
        }
        let at = top + at as u32;
        places.push(u64::from(at) + 1);
        for (column, cell) in row.iter().take(width).enumerate() {
            let place = || {
                let cell = cells::name(at, left + column as u32);
                format!("{}, cell {cell},", cells::shown(file, sheet))
            };
            let text = cells::text(cell, place, &null_call)?;
            let written = writer.write_field(text);
            written.map_err(|error| plan_datafusion_err!("{}: {error}", file.display()))?;
        }
        let written = writer.write_record(None::<&[u8]>);
        written.map_err(|error| plan_datafusion_err!("{}: {error}", file.display()))?;
    }
    let text = writer.into_inner();
    let text = text.map_err(|error| plan_datafusion_err!("{}: {error}", file.display()))?;
    Ok((text, places, titles))
}

/// Whether a cell has nothing but blanks.
fn is_blank(cell: &Data) -> bool {
    matches!(cell, Data::String(text) if text.trim().is_empty())
}
