//! A report as Markdown, with the sentences of the page and the tables that results have.

use std::sync::Arc;

use parking_lot::Mutex;

use super::document::{ReportDocument, ReportSection};
use super::figure::{Figure, FigureView};
use super::page::generator;
use super::words::{heading, summary};
use crate::session::output::{About, Format, Output, Place};
use crate::session::{Error, ErrorKind};

/// The text of a report.
///
/// # Errors
/// Values that cannot be written.
pub fn markdown_text(document: &ReportDocument) -> Result<String, Error> {
    let mut text = format!("# {}\n", plain(&document.title));
    for paragraph in &document.text {
        text += &format!("\n{}\n", plain(paragraph));
    }
    for section in &document.sections {
        text += &section_text(section)?;
    }
    text += "\n## Where these figures come from\n";
    for section in &document.sections {
        let origin = &section.origin;
        text += &format!(
            "\n- {} ({})\n",
            plain(&section.heading),
            plain(&origin.place)
        );
        for table in &origin.tables {
            text += &format!("  - table {}\n", plain(table));
        }
        if let Some(newest) = origin.newest {
            text += &format!("  - newest row: {newest}\n");
        }
        for note in &origin.notes {
            text += &format!("  - note: {}\n", plain(note));
        }
    }
    text += &format!("\nMade by {}.\n", generator());
    Ok(text)
}

fn section_text(section: &ReportSection) -> Result<String, Error> {
    let mut text = format!("\n## {}\n", plain(&section.heading));
    for paragraph in &section.text {
        text += &format!("\n{}\n", plain(paragraph));
    }
    if let Some(why) = &section.why_no_chart {
        text += &format!("\nThere is no chart: {}.\n", plain(why));
    }
    for figure in &section.figures {
        let title = heading(&figure.name);
        if title != section.heading || section.figures.len() > 1 {
            text += &format!("\n### {}\n", plain(&title));
        }
        text += &format!("\n{}\n", plain(&summary(figure.kpi)));
        if let Some(why) = figure.without_chance() {
            text += &format!("\n{}\n", plain(&why));
        }
        for view in &figure.views {
            text += &view_text(figure, view);
        }
    }
    if section.table.batch.num_columns() > 0 {
        text += &format!("\n{}", table_text(section)?);
    }
    Ok(text)
}

/// A view as a line for the total, and an item for each segment.
fn view_text(figure: &Figure, view: &FigureView) -> String {
    let Some(latest) = &view.latest else {
        return String::new();
    };
    let sentences: Vec<String> = figure.sentences(view);
    let basis = match figure.basis(view) {
        basis if basis.is_empty() => basis,
        basis => format!(" ({})", plain(&basis)),
    };
    let said = format!(
        "**{}**{basis}. {}",
        plain(&latest.reading.text),
        plain(&sentences.join(" "))
    );
    match view.is_total {
        true => format!("\n{}\n", said.trim_end()),
        false => format!("\n- {}: {}\n", plain(&view.segment), said.trim_end()),
    }
}

fn table_text(section: &ReportSection) -> Result<String, Error> {
    let bytes = Arc::new(Mutex::new(vec![]));
    let mut output = Output::new(Format::Markdown, Place::Memory(Arc::clone(&bytes)));
    let about = About {
        name: None,
        units: section.table.units.clone(),
    };
    let batch = section.table.for_people();
    let batch = batch.map_err(|e| Error::new(ErrorKind::Data, e.to_string()))?;
    let mut table = output.begin(batch.schema_ref(), about)?;
    table.write(&batch)?;
    table.finish()?;
    output.close()?;
    let bytes = std::mem::take(&mut *bytes.lock());
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text whose letters mean nothing in Markdown, or in the HTML that it may have.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in spaced_lines(text).chars() {
        match letter {
            '<' => plain += "&lt;",
            '>' => plain += "&gt;",
            '&' => plain += "&amp;",
            '\\' | '`' | '*' | '[' | ']' => {
                plain.push('\\');
                plain.push(letter);
            }
            _ => plain.push(letter),
        }
    }
    plain
}

/// On one line.
fn spaced_lines(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}
