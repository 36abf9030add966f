//! Reports: what the results of a script say, as a page that needs no network, as Markdown or as a workbook.
//!
//! - `read` and `directives` have the comments of a script, which tell the report what the SQL does not: a title, targets, a baseline.
//! - `compose` runs the statements. `columns` says what each column is, `result_rows` what tells rows apart (`row_order` sorts those that the query does not), `kpi_readings` what
//!   the KPIs are; `choose` says which chart suits.
//! - `figure` has for each KPI the last complete period and what it is compared with (`period`, `comparison`), `words` says it in sentences.
//! - `trend_chart`, `dot_chart` and `bar_chart` draw with `svg` and `axis`.
//! - `page`, `markdown_text` and `workbook_sheets` write a `document`, and `write` knows which of them is asked for; `flat_table` has
//!   the rows for all three.
//!
//! Nothing is computed from rows of a result but comparisons of two of them: rates do not add up, so a total is a row that SQL computed.

pub mod choose;
pub mod columns;
pub mod period;

#[cfg(feature = "cli")]
mod axis;
#[cfg(feature = "cli")]
mod bar_chart;
#[cfg(feature = "cli")]
mod comparison;
#[cfg(feature = "cli")]
pub mod compose;
#[cfg(feature = "cli")]
mod directives;
#[cfg(feature = "cli")]
pub mod document;
#[cfg(feature = "cli")]
mod dot_chart;
#[cfg(feature = "cli")]
mod figure;
#[cfg(feature = "cli")]
mod flat_table;
#[cfg(feature = "cli")]
mod kpi_readings;
#[cfg(feature = "cli")]
mod markdown_text;
#[cfg(feature = "cli")]
mod mix;
#[cfg(feature = "cli")]
mod page;
#[cfg(feature = "cli")]
mod read;
#[cfg(feature = "cli")]
mod result_rows;
#[cfg(feature = "cli")]
mod row_order;
#[cfg(feature = "cli")]
mod svg;
#[cfg(feature = "cli")]
mod trend_chart;
#[cfg(feature = "cli")]
mod words;
#[cfg(feature = "cli")]
mod workbook_sheets;
#[cfg(feature = "cli")]
mod write;

pub use crate::session_support::{ColumnFact, ResultRole, TotalMark};
#[cfg(feature = "cli")]
pub use compose::compose;
#[cfg(feature = "cli")]
pub use write::ReportFile;
