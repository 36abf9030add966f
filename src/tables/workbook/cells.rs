//! Cells as the texts that a CSV file would have for them.

use crate::tables::storage::FilePath;
use calamine::{Data, ExcelDateTime};
use datafusion::common::plan_err;
use datafusion::error::Result;

/// The text of a cell. An error, such as `#REF!`, is one unless it is said to mean NULL: `null_call` gives the call that
/// says so, if it was not said.
pub(super) fn text(
    cell: &Data,
    place: impl Fn() -> String,
    null_call: impl Fn(&str) -> Option<String>,
) -> Result<String> {
    Ok(match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(flag) => flag.to_string(),
        Data::DateTime(time) => moment(time),
        Data::Error(error) => {
            let shown = error.to_string();
            if let Some(call) = null_call(&shown) {
                return plan_err!(
                    "{} is {shown}, an error in its formula; fix it, or {call} reads it as NULL",
                    place()
                );
            }
            shown
        }
    })
}

/// A number with a point of decimals for sure: three digits after it may be thousands in a text, and here they are none.
fn number_text(number: f64) -> String {
    let text = number.to_string();
    match text.split_once('.') {
        Some((_, fraction)) if fraction.len() == 3 => text + "0",
        _ => text,
    }
}

/// A day, a day with a time, or a time alone, which workbooks count in days as well.
fn moment(time: &ExcelDateTime) -> String {
    if time.is_duration() {
        let seconds = (time.as_f64() * 86_400.0).round() as i64;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        return format!("{hours:02}:{minutes:02}:{:02}", seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let day = format!("{year:04}-{month:02}-{day:02}");
    let fraction = match milli {
        0 => String::new(),
        milli => format!(".{milli:03}"),
    };
    let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
    match (time.as_f64() < 1.0, time.as_f64().fract() == 0.0) {
        (true, _) => clock,
        (false, true) => day,
        (false, false) => format!("{day} {clock}"),
    }
}

/// The name of a cell, `B7`, from its row and column, which count from 0.
pub(super) fn name(row: u32, column: u32) -> String {
    let mut letters = vec![];
    let mut rest = column + 1;
    while rest > 0 {
        letters.push((b'A' + ((rest - 1) % 26) as u8) as char);
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row + 1)
}

/// `crm.xlsx, sheet Orders`.
pub(super) fn shown(file: &FilePath, sheet: &str) -> String {
    format!("{}, sheet {sheet}", file.display())
}
