//! What may be wrong with data before a KPI is computed from it, and how files are laid out.
//!
//! `asked` is a table that questions are put to in SQL. `columns` and `options` say what a column is taken for, `profile` looks at all of
//! them in one pass, `table` finds what is wrong with a table, `joins` what a join of a query multiplies or loses, `report` writes it down,
//! and `schema` says what a table is.

mod asked;
mod columns;
mod finding;
mod joins;
mod options;
mod profile;
mod report;
mod schema;
mod shown;
mod table;
mod text_form;

pub use finding::Severity;
pub use joins::check_joins;
pub use options::SaidColumns;
pub use report::{Report, as_json, as_text};
pub use schema::{DescribedTable, describe};
pub use table::check_table;
