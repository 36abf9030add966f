//! CSV files: what separates their values, whether their first line has names, which types their columns have.
//!
//! The way of a file: `delimiter` and `header` decide how it is read, `sample` takes its first rows, `column` finds
//! the types that all of these have, and `notes` says what somebody should know of them. `format` reads the
//! rows: `opener` opens a file, `decoding` has arrow split its lines, `batches` and `rows` make values of the texts, which
//! become what they are taken for only if every one of them is that, and every error has its file and its line.
//!
//! `sieve` leaves out lines that are no rows: header lines that stand again, and damaged lines where somebody asked for that, which
//! `reject_log` keeps until they are saved.
//!
//! Each file is read as it is, with its own separator, encoding and lines above its header line, and its columns are
//! found by their names (`by_name`): how, goes with the file into the plan.

mod addresses;
mod batches;
mod by_name;
mod column;
mod column_place;
mod csv_file;
mod decoding;
mod delimiter;
mod dialect;
mod encoding;
mod fault;
mod first_look;
mod format;
mod forms;
mod has_header;
mod header;
pub(in crate::tables) mod inspect;
mod late;
mod looking;
mod most_rejects;
mod names;
mod notes;
mod nothing_words;
mod number_texts;
mod numbers;
mod opener;
mod pieces;
mod place;
mod points;
mod position;
mod preamble;
mod quote_fault;
mod quotes;
mod reader;
mod record_lines;
mod reject_log;
mod rows;
mod sample;
mod second_header;
mod shared;
mod sheets;
mod sieve;
mod sifted;
mod totals;
mod utf8;
mod walker;

pub(in crate::tables) use column::SeenColumn;
pub(in crate::tables) use column_place::ColumnPlace;
pub(in crate::tables) use csv_file::{CsvFile, Lenient};
pub(in crate::tables) use delimiter::shown as shown_delimiter;
pub(in crate::tables) use encoding::encoding;
pub(in crate::tables) use format::CsvFiles;
pub(in crate::tables) use inspect::inspect;
pub(crate) use late::LateNotes;
pub(in crate::tables) use looking::{GuessedColumns, Looking};
pub(in crate::tables) use notes::{of as notes_of, said_without_zone};
pub(crate) use number_texts::NumberTexts;
pub(in crate::tables) use points::Points;
pub(crate) use reject_log::Reject;
