//! JSON files: one object after the other, or one array of objects; both are called .json.
//!
//! Every record is looked at before any is read: the reader takes `1.5` for 1 and `"7"` for 7 in a column of whole
//! numbers, and forgets a key that comes late. So the columns are those of all records, and a value that does not fit the
//! others is an error with its line.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::common::plan_err;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::error::{DataFusionError, Result};
use futures::{StreamExt, TryStreamExt};
use serde::de::DeserializeSeed;

use super::layout::{JsonFile, JsonLayout, MemberText, without_mark};
use super::records::Records;
use super::types::{EMPTY, Of, SeenRecords, Trouble};
use super::wrapped::{self, OneObject, ROWS, asked, has_rows_by_lines, is_of_pages};
use crate::tables::united::drift::{self, Shapes, United};
use crate::tables::united::proof::Misfit;

/// What the files of a table have together.
pub(in crate::tables) struct InspectedJson {
    pub united: United,
    pub shapes: Shapes,
    pub notes: Vec<String>,
    /// How each file is read, where not all of them have one object after the other and nothing else.
    pub layouts: Option<Vec<Arc<JsonFile>>>,
    /// A record does not end where a line ends, so files are read whole.
    pub whole: bool,
}

/// What one file has.
struct OfFile {
    seen: SeenRecords,
    is_array: bool,
    whole: bool,
    has_mark: bool,
    records: usize,
}

/// `records` is the list of the rows, if somebody said it; an empty one says that there is none.
pub(in crate::tables) async fn inspect(
    files: &[PathBuf],
    compression: FileCompressionType,
    records: Option<&str>,
    at_a_time: usize,
) -> Result<InspectedJson> {
    // Looking blocks; on threads of its own it uses the cores that there are.
    let each = files.iter().cloned().map(|file| async move {
        let looked = tokio::task::spawn_blocking(move || look(&file, compression)).await;
        looked.map_err(|e| DataFusionError::External(Box::new(e)))?
    });
    let mut found: Vec<OfFile> = futures::stream::iter(each)
        .buffered(at_a_time.max(1))
        .try_collect()
        .await?;
    let mut notes = vec![];
    let member = member(&found, files, records, &mut notes)?;
    for (of_file, file) in found.iter_mut().zip(files) {
        if let Some(path) = &member {
            of_file.unwrap(file, compression, path)?;
        } else if let Some(trouble) = of_file.seen.trouble() {
            return refused(file, compression, &of_file.layout(None), &trouble);
        } else if records.is_none() && of_file.is_one_object(file) {
            let seen = &of_file.seen;
            wrapped::refuse_lists(&OneObject { file, seen })?;
        }
    }
    let mut shapes = Shapes::default();
    for (i, (of_file, file)) in found.iter().zip(files).enumerate() {
        if notes.is_empty() {
            if member.is_none() && records.is_none() {
                notes.extend(wrapper(file, of_file));
            }
            notes.extend(of_file.seen.notes(file));
        }
        shapes.add(i, of_file.seen.schema());
    }
    if let Some(path) = member.as_ref().filter(|_| {
        shapes
            .shapes
            .iter()
            .all(|shape| shape.schema.fields().is_empty())
    }) {
        return plan_err!(
            "{} has no rows: its list {} is empty, so there are no columns; read_json('{}', records => '') reads the object as \
             one row",
            files[0].display(),
            path.join("."),
            files[0].display()
        );
    }
    let united = drift::unite(&shapes.shapes, files, |file, _, place, to| {
        let misfit = found[file].seen.misfit(place, to);
        Ok(misfit.map(|Of { what, record }| Misfit {
            row: record,
            value: what.to_string(),
        }))
    })?;
    let is_plain = |f: &OfFile| !f.is_array && !f.has_mark && member.is_none();
    let layouts = (!found.iter().all(is_plain)).then(|| {
        let layouts = found.iter().map(|f| f.layout(member.as_deref()));
        layouts
            .map(|layout| {
                Arc::new(JsonFile {
                    layout,
                    compression,
                })
            })
            .collect()
    });
    Ok(InspectedJson {
        united,
        shapes,
        notes,
        whole: layouts.is_some() || found.iter().any(|f| f.whole),
        layouts,
    })
}

/// The list in the object of each file that has the rows, if it has; a note says so.
fn member(
    found: &[OfFile],
    files: &[PathBuf],
    records: Option<&str>,
    notes: &mut Vec<String>,
) -> Result<Option<Vec<String>>> {
    let is_asked = records.is_some();
    let is_one = |(of_file, file): &(&OfFile, &PathBuf)| match is_asked {
        true => of_file.records == 1 && !of_file.is_array,
        false => of_file.is_one_object(file),
    };
    let objects = found.iter().zip(files).filter(is_one);
    let objects: Vec<OneObject<'_>> = objects
        .map(|(of_file, file)| OneObject {
            file,
            seen: &of_file.seen,
        })
        .collect();
    if let Some(records) = records {
        return asked(records, &objects, files);
    }
    let is_table_of_pandas = |object: &OneObject<'_>| {
        object.seen.orientation().is_some() || object.seen.columns_of_lists().is_some()
    };
    if objects.len() < files.len() || objects.iter().any(is_table_of_pandas) {
        return Ok(None);
    }
    let member = wrapped::member(&objects)?;
    notes.extend(
        member
            .as_ref()
            .and_then(|member| wrapped::note(&objects, member)),
    );
    Ok(member)
}

impl OfFile {
    /// Whether it is one object that may be around the rows, and is not a row itself by the file's name.
    fn is_one_object(&self, file: &Path) -> bool {
        self.records == 1 && !self.is_array && !has_rows_by_lines(file)
    }

    fn layout(&self, member: Option<&[String]>) -> JsonLayout {
        match (member, self.is_array) {
            (Some(path), _) => JsonLayout::Member(path.to_vec()),
            (None, true) => JsonLayout::Array,
            (None, false) => JsonLayout::Lines,
        }
    }

    /// Takes the rows out of the object around them.
    fn unwrap(
        &mut self,
        file: &Path,
        compression: FileCompressionType,
        path: &[String],
    ) -> Result<()> {
        let seen = std::mem::take(&mut self.seen);
        self.seen = seen.into_list_at(path).unwrap_or_default();
        // The records of a list are told apart and counted where one of them is wrong.
        if self.seen.has_other_than_objects() || self.seen.trouble().is_some() {
            let layout = JsonLayout::Member(path.to_vec());
            self.seen = in_records(file, compression, &layout)?.seen;
            if let Some(trouble) = self.seen.trouble() {
                return refused(file, compression, &layout, &trouble);
            }
        }
        Ok(())
    }
}

/// What is said about a file of several objects that are nothing but pages around their rows.
fn pages(file: &Path, of_file: &OfFile) -> Option<String> {
    let names = of_file.seen.names();
    let has_rows = |name: &&&str| {
        let list = of_file.seen.list_at(&[name.to_string()]);
        ROWS.contains(*name) && list.is_some()
    };
    let list = *names.iter().find(has_rows)?;
    let mut others = names.iter().filter(|name| **name != list);
    if !others.all(|name| is_of_pages(name)) {
        return None;
    }
    let file = file.display();
    let n = match of_file.records {
        1 => "1 page, a table of 1 row".to_string(),
        n => format!("{n} pages, a table of {n} rows"),
    };
    Some(format!(
        "{file} looks like {n}; the objects in the list {list} of each are rows in \
         SELECT r FROM (SELECT unnest(\"{list}\") AS r FROM '{file}'), and r['name'] is a value of one"
    ))
}

/// What is said about a file that is one object around the rows, as web services and pandas write it.
fn wrapper(file: &Path, of_file: &OfFile) -> Option<String> {
    if of_file.records != 1 || of_file.is_array {
        return pages(file, of_file);
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
    let names = list.join(".");
    let below: String = below.iter().map(|name| format!("['{name}']")).collect();
    let others = match lists.len() {
        1 => String::new(),
        n => format!(", one of {n},"),
    };
    Some(format!(
        "{start}; read_json('{file}', records => '{}') reads the objects in its list {names}{others} as rows, and so does \
         SELECT r FROM (SELECT unnest(\"{first}\"{below}) AS r FROM '{file}'), where r['name'] is a value of one",
        names.replace('\'', "''")
    ))
}

fn look(file: &Path, compression: FileCompressionType) -> Result<OfFile> {
    let name = file.display();
    let (has_mark, first) = first_byte(file, compression)?;
    let is_array = match first {
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
        return Ok(OfFile {
            seen,
            is_array,
            whole: false,
            has_mark,
            records,
        });
    }
    let layout = match is_array {
        true => JsonLayout::Array,
        false => JsonLayout::Lines,
    };
    let of_file = in_records(file, compression, &layout)?;
    Ok(OfFile {
        has_mark,
        ..of_file
    })
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
fn in_records(
    file: &Path,
    compression: FileCompressionType,
    layout: &JsonLayout,
) -> Result<OfFile> {
    let name = file.display();
    let is_array = *layout != JsonLayout::Lines;
    let mut records = records(file, compression, layout)?;
    let mut seen = SeenRecords::default();
    let mut n = 0;
    loop {
        n += 1;
        match records.next(&mut seen, n) {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => {
                let before = before(file, compression, layout)?;
                let at = place(file, compression, before + records.offset());
                return plan_err!("{name}, {at}: {}", e.of(is_array));
            }
        }
    }
    Ok(OfFile {
        seen,
        is_array,
        whole: records.is_over_lines(),
        has_mark: false,
        records: n - 1,
    })
}

/// A reader of the records of a file; those of a member as if it were the file.
fn records(file: &Path, compression: FileCompressionType, layout: &JsonLayout) -> Result<Records> {
    let text = open(file, compression)?;
    Ok(match layout {
        JsonLayout::Lines => Records::new(text, false),
        JsonLayout::Array => Records::new(text, true),
        JsonLayout::Member(path) => {
            Records::new(Box::new(MemberText::new(text, path.clone())), true)
        }
    })
}

/// How many bytes stand before the text that [`records`] reads.
fn before(file: &Path, compression: FileCompressionType, layout: &JsonLayout) -> Result<usize> {
    Ok(match layout {
        JsonLayout::Member(path) => MemberText::skipped(open(file, compression)?, path.clone()),
        JsonLayout::Lines | JsonLayout::Array => 0,
    })
}

/// The error for two values of a column that have no type in common.
fn refused<T>(
    file: &Path,
    compression: FileCompressionType,
    layout: &JsonLayout,
    trouble: &Trouble,
) -> Result<T> {
    let name = file.display();
    let Trouble {
        column,
        first,
        second,
    } = trouble;
    let line = |record: usize| {
        let mut again = records(file, compression, layout)?;
        for n in 1..=record {
            again.next(&mut SeenRecords::default(), n).ok();
        }
        let before = before(file, compression, layout)?;
        Ok::<_, DataFusionError>(place(file, compression, before + again.offset()))
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
    plan_err!(
        "{name}: {column} is {} in {}, but {} in {}; one column has one type: write {column} alike in all \
         records, numbers that are names in quotes",
        first.what,
        line(first.record)?,
        second.what,
        line(second.record)?
    )
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

/// The text, without a byte order mark.
fn open(file: &Path, compression: FileCompressionType) -> Result<Box<dyn Read + Send>> {
    let text = open_as_it_is(file, compression)?;
    without_mark(text).map_err(|e| unreadable(file, &e))
}

fn open_as_it_is(file: &Path, compression: FileCompressionType) -> Result<Box<dyn Read + Send>> {
    let opened = File::open(file).map_err(|e| unreadable(file, &e))?;
    compression
        .convert_read(BufReader::new(opened))
        .map_err(|e| unreadable(file, &e))
}

fn unreadable(file: &Path, e: &dyn std::fmt::Display) -> DataFusionError {
    DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
}

/// Whether the text has a byte order mark, and its first byte after that and white space.
fn first_byte(file: &Path, compression: FileCompressionType) -> Result<(bool, Option<u8>)> {
    let mut start = vec![];
    open_as_it_is(file, compression)?
        .take(4096)
        .read_to_end(&mut start)?;
    let mark = b"\xEF\xBB\xBF".as_slice();
    let text = start.strip_prefix(mark);
    let first = text
        .unwrap_or(&start)
        .iter()
        .find(|b| !b.is_ascii_whitespace());
    Ok((text.is_some(), first.copied()))
}
