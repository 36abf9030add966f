//! Where a report goes: the ending of the file says what it is, and the file is there whole or not at all.

use std::path::{Path, PathBuf};

use super::document::ReportDocument;
use super::markdown_text::markdown_text;
use super::page::page;
use super::workbook_sheets::workbook_sheets;
use crate::session::output::{Format, Output, Place, Unfinished};
use crate::session::{Error, ErrorKind};

/// A page that is larger is slow to open, and refused by those who send mail.
const MOST_BYTES: usize = 3 << 20;

/// A file for a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    path: PathBuf,
    format: Format,
}

impl ReportFile {
    /// The file of this name.
    ///
    /// # Errors
    /// An ending that does not say what a report is to be.
    pub fn new(path: &Path) -> Result<Self, String> {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        let format = match ending.as_deref() {
            Some("html" | "htm") => Format::Html,
            Some("md") => Format::Markdown,
            Some("xlsx") => Format::Xlsx,
            _ => {
                return Err(format!(
                    "-o {}: a report is a page, a text or a workbook, and the ending says which: -o pack.html, -o pack.md or -o pack.xlsx",
                    path.display()
                ));
            }
        };
        Ok(Self {
            path: path.to_path_buf(),
            format,
        })
    }

    /// Whether it has a sheet for each result.
    pub fn has_sheets(&self) -> bool {
        self.format == Format::Xlsx
    }

    /// Writes a report to it. `unfinished` is what a process that ends in the middle of it leaves behind.
    ///
    /// # Errors
    /// A page that is too large, a result that has no room in a workbook, a file that cannot be written.
    pub fn write(&self, document: &ReportDocument, unfinished: Unfinished) -> Result<(), Error> {
        let place = Place::File(self.path.clone());
        let mut output = Output::new(self.format, place).sharing(unfinished);
        match self.format {
            Format::Xlsx => workbook_sheets(document, &mut output)?,
            Format::Markdown => output.write_text(&sized(markdown_text(document)?)?)?,
            _ => {
                let page =
                    page(document).map_err(|e| Error::new(ErrorKind::Data, e.to_string()))?;
                output.write_text(&sized(page)?)?;
            }
        }
        output.close()
    }
}

fn sized(text: String) -> Result<String, Error> {
    match text.len() > MOST_BYTES {
        true => Err(Error::new(
            ErrorKind::Output,
            format!(
                "the report would have {:.1} MB, and has at most 3 MB: fewer segments or periods, -- chart: table above a statement, or a report for each \
                 part make it smaller; -o FILE.xlsx has room for all rows",
                text.len() as f64 / f64::from(1 << 20)
            ),
        )),
        false => Ok(text),
    }
}
