//! Where results go and how they look.
//!
//! The formats that can are written while the query runs, batch by batch. A file appears under its name when the
//! whole run has succeeded: it is written beside it and renamed at the end, so nobody reads half a result.

mod about;
mod cells;
mod compressed;
mod excel_dates;
mod fit;
mod format;
mod grid;
mod html;
mod pager;
mod replacement;
mod results;
mod rows;
mod sheet_names;
mod shown;
mod sink;
mod store_access;
mod terminal;
mod unfinished;
mod vertical;
#[cfg(feature = "cli")]
mod whole;
mod workbook;
mod written;

pub use about::About;
pub use cells::ShownCells;
pub use compressed::Compression;
pub use format::Format;
pub use pager::Pager;
pub(in crate::session) use replacement::{behind_links, keep_rights, sync, sync_folder};
pub use results::{OneResult, Output};
pub use sheet_names::why_no_sheet;
pub use shown::Shown;
pub use sink::Place;
pub use store_access::StoreAccess;
pub use terminal::Terminal;
pub use unfinished::Unfinished;
pub(in crate::session) use unfinished::beside;
#[cfg(feature = "cli")]
pub(crate) use whole::write_whole;
