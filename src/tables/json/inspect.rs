//! JSON files: one object after the other, or one array of objects; both are called .json.
//!
//! Every record is looked at before any is read: the reader takes `1.5` for 1 and `"7"` for 7 in a column of whole
//! numbers, and forgets a key that comes late. So the columns are those of all records, and a value that does not fit the
//! others is an error with its line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::{StreamExt, TryStreamExt};
use serde::de::DeserializeSeed;

use super::records::Records;
use super::types::{EMPTY, SeenRecords, Trouble};
use crate::tables::united::drift::{self, Shapes, United};

/// What the files of a table have together.
pub(in crate::tables) struct InspectedJson {
    pub united: United,
    pub shapes: Shapes,
    pub notes: Vec<String>,
    /// One object after the other, and not one array.
    pub one_by_one: bool,
    /// A record does not end where a line ends, so files are read whole.
    pub whole: bool,
}

/// What one file has.
struct OfFile {
    seen: SeenRecords,
    is_array: bool,
    whole: bool,
    records: usize,
}

pub(in crate::tables) async fn inspect(
    files: &[PathBuf],
    compression: FileCompressionType,
    at_a_time: usize,
) -> Result<InspectedJson> {
    // Looking blocks; on threads of its own it uses the cores that there are.
    let each = files.iter().cloned().map(|file| async move {
        let looked = tokio::task::spawn_blocking(move || look(&file, compression)).await;
        looked.map_err(|e| DataFusionError::External(Box::new(e)))?
    });
    let found: Vec<OfFile> = futures::stream::iter(each)
        .buffered(at_a_time.max(1))
        .try_collect()
        .await?;
    let mut shapes = Shapes::default();
    let mut notes = vec![];
    for (i, (of_file, file)) in found.iter().zip(files).enumerate() {
        if of_file.is_array != found[0].is_array {
            return plan_err!(
                "{} and {} are written differently: one has an object per line, the other an array of objects",
                files[0].display(),
                file.display()
            );
        }
        let schema = of_file.seen.schema();
        if notes.is_empty() {
            notes.extend(wrapper(file, of_file));
            notes.extend(of_file.seen.notes(file));
        }
        shapes.add(i, schema);
    }
    let united = drift::unite(&shapes.shapes, files, |_, _, _, _| Ok(None))?;
    Ok(InspectedJson {
        united,
        shapes,
        notes,
        one_by_one: !found[0].is_array,
        whole: found.iter().any(|f| f.is_array || f.whole),
    })
}

/// What services call the list of the rows.
const ROWS: &[&str] = &[
    "data", "items", "results", "records", "rows", "value", "values", "hits", "edges",
];

/// What is said about a file that is one object around the rows, as web services and pandas write it.
fn wrapper(file: &Path, of_file: &OfFile) -> Option<String> {
    if of_file.records != 1 || of_file.is_array {
        return None;
    }
    let file = file.display();
    let start = format!("{file} is a single object, a table of one row");
    if let Some(orientation) = of_file.seen.orientation() {
        let orient = match orientation {
            "columns" => String::new(),
            other => format!(", orient='{other}'"),
        };
        return Some(format!(
            "{start}, and looks like a table of many that pandas wrote; it writes one row to a line with \
             pandas.read_json('{file}'{orient}).to_json('rows.json', orient='records', lines=True)"
        ));
    }
    if let Some(columns) = of_file.seen.columns_of_lists() {
        let columns: Vec<_> = columns
            .iter()
            .map(|name| format!("unnest(\"{name}\") AS \"{name}\""))
            .collect();
        return Some(format!(
            "{start}, and looks like a table of many whose columns are lists: SELECT {} FROM '{file}' has its rows",
            columns.join(", ")
        ));
    }
    let mut lists = of_file.seen.lists_of_objects();
    // What describes the rows, as "schema" does, is not what they are in.
    let is_named = |list: &Vec<&str>| list.last().is_some_and(|name| ROWS.contains(name));
    lists.sort_by_key(|list| !is_named(list));
    let Some(list) = lists.first() else {
        let rows = of_file.seen.list_of_lists()?;
        return Some(format!(
            "{start}; the rows in its list {} are lists, and their values have no names: a table in JSON is one object \
             after the other, or an array of objects",
            rows.join(".")
        ));
    };
    let (first, below) = list.split_first()?;
    let below: String = below.iter().map(|name| format!("['{name}']")).collect();
    let others = match lists.len() {
        1 => String::new(),
        n => format!(", one of {n},"),
    };
    Some(format!(
        "{start}; the objects in its list {}{others} are rows in \
         SELECT r FROM (SELECT unnest(\"{first}\"{below}) AS r FROM '{file}'), and r['name'] is a value of one",
        list.join(".")
    ))
}

fn look(file: &Path, compression: FileCompressionType) -> Result<OfFile> {
    let name = file.display();
    let is_array = match first_byte(file, compression)? {
        Some(b'{') => false,
        Some(b'[') => true,
        Some(0xFF | 0xFE | 0) => {
            return plan_err!("{name} is not UTF-8 text (it may be UTF-16); save it as UTF-8");
        }
        Some(_) => {
            return plan_err!(
                "{name} is not a table in JSON: it has to begin with an object, one per line, or with an array of objects"
            );
        }
        None => {
            return plan_err!("{name} is empty: there is only white space in it");
        }
    };
    if !is_array && let Some((seen, records)) = by_lines(open(file, compression)?) {
        return match seen.trouble() {
            Some(_) => in_records(file, compression, is_array),
            None => Ok(OfFile {
                seen,
                is_array,
                whole: false,
                records,
            }),
        };
    }
    in_records(file, compression, is_array)
}

/// The fast way, for a record on every line; `None` for files that are written otherwise, or not rightly.
fn by_lines(text: Box<dyn Read + Send>) -> Option<(SeenRecords, usize)> {
    let mut text = BufReader::with_capacity(1 << 18, text);
    let mut seen = SeenRecords::default();
    let mut line = vec![];
    let mut n = 0;
    while text.read_until(b'\n', &mut line).ok()? > 0 {
        if !line.trim_ascii().is_empty() {
            n += 1;
            let mut parser = serde_json::Deserializer::from_slice(&line);
            seen.record(n).deserialize(&mut parser).ok()?;
            parser.end().ok()?;
        }
        line.clear();
    }
    Some((seen, n))
}

/// Any way of writing records, and the place of what is wrong with one.
fn in_records(file: &Path, compression: FileCompressionType, is_array: bool) -> Result<OfFile> {
    let name = file.display();
    let mut records = Records::new(open(file, compression)?, is_array);
    let mut seen = SeenRecords::default();
    let mut n = 0;
    loop {
        n += 1;
        match records.next(&mut seen, n) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => {
                let at = place(file, compression, records.offset());
                return plan_err!("{name}, {at}: {}", e.of(is_array));
            }
        }
    }
    if let Some(Trouble {
        column,
        first,
        second,
    }) = seen.trouble()
    {
        let line = |record: usize| {
            let mut again = Records::new(open(file, compression)?, is_array);
            for n in 1..=record {
                again.next(&mut SeenRecords::default(), n).ok();
            }
            Ok::<_, DataFusionError>(place(file, compression, again.offset()))
        };
        if column.ends_with("[].[]") {
            return plan_err!(
                "{name}: the rows in {} are lists, and their values have no names; a table in JSON is one object after \
                 the other, or an array of objects: pandas writes one with orient='records'",
                column.trim_end_matches(".[].[]")
            );
        }
        if first.what == EMPTY || second.what == EMPTY {
            return plan_err!(
                "{name}: {column} is {} in {}, but {} in {}; one column has one type: write null where there is no value, \
                 sed 's/: *\"\"/: null/g' {name} > clean.json",
                first.what,
                line(first.record)?,
                second.what,
                line(second.record)?
            );
        }
        return plan_err!(
            "{name}: {column} is {} in {}, but {} in {}; one column has one type: write {column} alike in all \
             records, numbers that are names in quotes",
            first.what,
            line(first.record)?,
            second.what,
            line(second.record)?
        );
    }
    Ok(OfFile {
        seen,
        is_array,
        whole: records.is_over_lines(),
        records: n - 1,
    })
}

/// The line of the record that begins after so many bytes.
fn place(file: &Path, compression: FileCompressionType, offset: usize) -> String {
    let mut line = 1;
    let Ok(text) = open(file, compression) else {
        return "somewhere".to_string();
    };
    for (at, byte) in BufReader::new(text).bytes().enumerate() {
        let Ok(byte) = byte else { break };
        // White space before a record belongs to it for the parser.
        if at >= offset && !byte.is_ascii_whitespace() && !matches!(byte, b',' | b'[') {
            break;
        }
        if byte == b'\n' {
            line += 1;
        }
    }
    format!("line {line}")
}

fn open(file: &Path, compression: FileCompressionType) -> Result<Box<dyn Read + Send>> {
    let unreadable = |e: &dyn std::fmt::Display| {
        DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
    };
    let opened = File::open(file).map_err(|e| unreadable(&e))?;
    compression
        .convert_read(BufReader::new(opened))
        .map_err(|e| unreadable(&e))
}

/// The first byte of the text, after white space.
fn first_byte(file: &Path, compression: FileCompressionType) -> Result<Option<u8>> {
    let mut start = vec![];
    open(file, compression)?
        .take(4096)
        .read_to_end(&mut start)?;
    if start.starts_with(b"\xEF\xBB\xBF") {
        return plan_err!(
            "{} begins with a byte order mark, which is no JSON; save it as UTF-8 without one",
            file.display()
        );
    }
    Ok(start.into_iter().find(|b| !b.is_ascii_whitespace()))
}
