//! How the sheets of workbooks are read: as CSV files that lie in memory.

use std::path::PathBuf;

use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::Result;

use super::looking::Looking;
use crate::tables::options::Options;
use crate::tables::workbook::Sheet;

/// How each of the workbooks is read.
pub(super) fn sheets(
    files: &[PathBuf],
    named: Option<&str>,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<Vec<Looking>> {
    let looking = Looking::new(FileCompressionType::UNCOMPRESSED, options)?;
    let lookings = files.iter().map(|file| {
        let null_call = |error: &str| {
            let is_null = looking.nulls.contain(error);
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
        if sheet.titles > 0 {
            let rows = match sheet.titles {
                1 => "row".to_string(),
                n => format!("{n} rows"),
            };
            notes.push(format!(
                "{shown} is read without the {rows} above the header line, which look like a title"
            ));
        }
        let mut looking = looking.clone();
        looking.dialect.delimiter = b',';
        looking.dialect.quote = b'"';
        looking.dialect.escape = None;
        looking.dialect.comment = None;
        looking.sheet = Some(sheet);
        Ok(looking)
    });
    lookings.collect()
}
