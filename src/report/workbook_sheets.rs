//! A report as a workbook: a sheet with the totals in words, and one for each result, whose numbers are numbers.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

use super::comparison::Against;
use super::document::ReportDocument;
use crate::session::Error;
use crate::session::output::{About, Output};

/// The sheet of the totals.
const SUMMARY: &str = "Summary";

/// Writes the sheets of a report.
///
/// # Errors
/// What has no room in a workbook, or cannot be written.
pub fn workbook_sheets(document: &ReportDocument, output: &mut Output) -> Result<(), Error> {
    let names = document
        .sections
        .iter()
        .filter_map(|section| section.name.as_deref());
    let names: Vec<String> = names.map(str::to_lowercase).collect();
    // A result may be called so, and then this one is not.
    let is_free = |name: &str| !names.contains(&name.to_lowercase());
    let summary = summary(document);
    let name = [SUMMARY, "Report summary"]
        .into_iter()
        .find(|name| is_free(name));
    let about = About {
        name: name.map(String::from),
        units: vec![],
    };
    let mut sheet = output.begin(summary.schema_ref(), about)?;
    sheet.write(&summary)?;
    sheet.finish()?;
    for (i, section) in document.sections.iter().enumerate() {
        let named = section.name.clone().filter(|name| !name.is_empty());
        let numbered = format!("Result {}", i + 1);
        let about = About {
            name: named.or_else(|| Some(numbered).filter(|name| is_free(name))),
            units: section.table.units.clone(),
        };
        let mut sheet = output.begin(section.table.batch.schema_ref(), about)?;
        sheet.write(&section.table.batch)?;
        sheet.finish()?;
    }
    Ok(())
}

/// The totals in words.
fn summary(document: &ReportDocument) -> RecordBatch {
    let glances = document.glances();
    type Cell<'a> = Box<dyn Fn(&super::document::Glance<'_>) -> Option<String> + 'a>;
    let columns: Vec<(&str, Cell<'_>)> = vec![
        ("KPI", Box::new(|glance| Some(glance.figure.name.clone()))),
        (
            "Value",
            Box::new(|glance| Some(glance.view.latest.as_ref()?.reading.text.clone())),
        ),
        (
            "From",
            Box::new(|glance| Some(glance.figure.basis(glance.view))),
        ),
        (
            "Change",
            Box::new(|glance| {
                let mut all = glance.view.comparisons.iter();
                glance
                    .figure
                    .difference(all.find(|one| one.against == Against::Before)?)
            }),
        ),
        (
            "Summary",
            Box::new(|glance| Some(glance.figure.sentences(glance.view).join(" "))),
        ),
        (
            "Result",
            Box::new(|glance| Some(glance.section.heading.clone())),
        ),
    ];
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, _)| Field::new(*name, DataType::Utf8, true))
        .collect();
    let columns = columns.iter().map(|(_, cell)| {
        let texts: StringArray = glances.iter().map(cell).collect();
        Arc::new(texts) as ArrayRef
    });
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.collect())
        .expect("all columns have a text for each total")
}
