//! How the sheets of workbooks are read: as CSV files that lie in memory.

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::first_look::{lines_above, of_sheet};
use super::looking::Looking;
use crate::tables::options::Options;
use crate::tables::storage::FilePath;
use crate::tables::workbook::{MergedCells, Sheet};

/// How each of the workbooks is read.
pub(super) fn sheets(
    files: &[FilePath],
    named: Option<&str>,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Vec<Looking>> {
    if let Some(option) = options.of_texts.first() {
        return plan_err!(
            "{option} does not apply to {}, which is a workbook: its cells need no separator and have no encoding, \
             quotes or comments; leave it out",
            files[0].display()
        );
    }
    let plain = Looking::new(FileCompressionType::UNCOMPRESSED, options)?;
    let lookings = files.iter().map(|file| {
        let null_call = |error: &str| {
            let is_null = plain.nulls.contain(error);
            (!is_null).then(|| options.option_names.null([error]))
        };
        let sheet = Sheet::read(file, named, null_call)?;
        let shown = file.display();
        if let Some(other) = sheet.others.first() {
            notes.push(format!(
                "{shown} has the sheets {}, {}: {} is read, and '{shown}#{other}' reads another one",
                sheet.name,
                sheet.others.join(", "),
                sheet.name
            ));
        }
        if let Some((n, first)) = &sheet.without_value {
            let which = match n {
                1 => format!("the formula in cell {first} has"),
                n => format!("{n} formulas, the first in cell {first}, have"),
            };
            notes.push(format!(
                "{which} no value in {shown}, sheet {}, and are NULL; open the workbook in a spreadsheet and save it",
                sheet.name
            ));
        }
        let mut looking = plain.clone();
        looking.dialect.delimiter = b',';
        looking.dialect.quote = b'"';
        looking.dialect.escape = None;
        looking.dialect.comment = None;
        // The quotes are ours, so lines within a cell are none of its rows, whatever they look like.
        looking.dialect.newlines_in_values = true;
        looking.sheet = Some(sheet);
        let (mut looking, above) = of_sheet(file, looking, options)?;
        // Until here nothing was known by which a row is damaged.
        looking.left_out.damaged = options.lenient;
        merged(file, &looking, notes);
        Ok((looking, above))
    });
    let (lookings, above): (Vec<_>, Vec<_>) =
        lookings.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    lines_above(files, &lookings, &above, notes);
    Ok(lookings)
}

/// Says what became of cells that are merged, of those below the header line.
fn merged(file: &FilePath, looking: &Looking, notes: &mut Vec<String>) {
    let Some(sheet) = &looking.sheet else {
        return;
    };
    let header = sheet.below(looking.skipped).first();
    let header = header.map_or(0, |header| header.row);
    let of = |is: fn(&MergedCells) -> bool| {
        let below = sheet.merged.iter().filter(|cells| cells.last_row > header);
        let mut of_them = below.filter(|cells| is(cells));
        let first = &of_them.next()?.cells;
        let place = format!("{}, sheet {}", file.display(), sheet.name);
        Some(match of_them.count() {
            0 => format!("the cells {first} of {place}, are merged"),
            more => format!(
                "cells are merged in {} places of {place}, such as {first}",
                more + 1
            ),
        })
    };
    if let Some(tall) = of(|cells| cells.is_filled) {
        notes.push(format!(
            "{tall}: the value is that of each of their rows, and a sum has it once for each"
        ));
    }
    if let Some(wide) = of(|cells| cells.is_wide) {
        notes.push(format!(
            "{wide}: the value is that of their first column, and the others have none"
        ));
    }
}
