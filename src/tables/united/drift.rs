//! One schema for files that differ: columns that some of them lack, spell otherwise, or have with another type.
//!
//! A column is one if its names are the same but for capitals and blanks around them. What was united, and what is NULL
//! because a file lacks it, is said with the names of the files; types that no value can be lost by are united without a
//! word, and others are refused.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::plan_err;
use datafusion::error::Result;

use super::adapt::ColumnNames;
use super::keys;
use super::promote::{self, Exact};
use super::proof::Misfit;
use super::shape::{FileShape, count, lacks, listed};
use crate::tables::storage::FilePath;

/// What the files have together.
#[derive(Debug)]
pub(in crate::tables) struct United {
    pub schema: SchemaRef,
    /// The table's names for columns that are spelled otherwise somewhere.
    pub names: ColumnNames,
    pub notes: Vec<String>,
}

/// A column of the table.
struct UnitedColumn {
    /// Its place in the schema of each shape; `None` where it is missing.
    places: Vec<Option<usize>>,
}

/// Shapes of schemas that are given file by file.
#[derive(Default)]
pub(in crate::tables) struct Shapes {
    pub shapes: Vec<FileShape>,
    known: HashMap<Vec<(String, DataType, bool)>, usize>,
}

impl Shapes {
    pub fn add(&mut self, file: usize, schema: SchemaRef) {
        let key = schema
            .fields()
            .iter()
            .map(|f| (f.name().clone(), f.data_type().clone(), f.is_nullable()));
        let new = self.shapes.len();
        let at = *self.known.entry(key.collect()).or_insert(new);
        match self.shapes.get_mut(at) {
            Some(shape) => shape.files.push(file),
            None => self.shapes.push(FileShape {
                schema,
                files: vec![file],
            }),
        }
    }
}

/// SQL has no name for the second of two columns with one.
pub(in crate::tables) fn named_once(file: &FilePath, schema: &Schema) -> Result<()> {
    let mut seen = HashSet::new();
    match schema.fields().iter().find(|f| !seen.insert(f.name())) {
        Some(field) => plan_err!(
            "{} has two columns named {}; write it with another name for one of them",
            file.display(),
            field.name()
        ),
        None => Ok(()),
    }
}

/// Unites the schemas. `misfit` finds a value of a file's column that has no place in another type: the file, the
/// schema and the place in it, and the type.
pub(in crate::tables) fn unite(
    shapes: &[FileShape],
    files: &[FilePath],
    misfit: impl Fn(usize, &SchemaRef, usize, &DataType) -> Result<Option<Misfit>>,
) -> Result<United> {
    if let [only] = shapes {
        return Ok(United {
            schema: with_text_for_nothing(&only.schema, only.files.len() > 1),
            names: ColumnNames::new(),
            notes: vec![],
        });
    }
    let columns = columns(shapes);
    let mut names = ColumnNames::new();
    let mut notes = vec![];
    let mut fields = vec![];
    for column in &columns {
        let name = name_of(column, shapes);
        notes.extend(other_spellings(column, &name, shapes, files));
        for (place, shape) in column.places.iter().zip(shapes) {
            let written = place.map(|place| shape.schema.field(place).name());
            if let Some(written) = written.filter(|written| **written != name) {
                names.insert(written.clone(), name.clone());
            }
        }
        let data_type = type_of(&name, column, shapes, files, &misfit)?;
        notes.extend(other_zone(&name, &data_type, column, shapes, files));
        let places = column.places.iter().zip(shapes);
        let types: Vec<_> = places
            .filter_map(|(place, shape)| Some((shape.schema.field((*place)?).data_type(), shape)))
            .collect();
        notes.extend(keys::notes(&name, &data_type, &types, files));
        fields.push(Field::new(&name, data_type, true));
    }
    let mut said = missing(&columns, &fields, shapes, files);
    said.extend(notes);
    let schema = Schema::new(fields).with_metadata(shapes[0].schema.metadata().clone());
    Ok(United {
        schema: with_text_for_nothing(&schema, true),
        names,
        notes: said,
    })
}

/// A column without a single value has no type; as text it can at least be compared and counted.
/// A column that one of several files lacks is NULL there, also where the others declare it NOT NULL.
pub(super) fn with_text_for_nothing(schema: &Schema, several_files: bool) -> SchemaRef {
    let fields = schema.fields().iter().map(|f| match f.data_type() {
        DataType::Null => Arc::new(Field::new(f.name(), DataType::Utf8, true)),
        _ if several_files => Arc::new(f.as_ref().clone().with_nullable(true)),
        _ => Arc::clone(f),
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()).with_metadata(schema.metadata().clone()))
}

/// The table's columns under the names that the files of a shape have for them.
pub(in crate::tables) fn spelled(united: &United, of_shape: &Schema) -> SchemaRef {
    let fields = united.schema.fields().iter().map(|field| {
        let own = of_shape.fields().iter().map(|f| f.name()).find(|own| {
            united
                .names
                .get(*own)
                .is_some_and(|name| name == field.name())
        });
        match own {
            Some(own) => Arc::new(field.as_ref().clone().with_name(own)),
            None => Arc::clone(field),
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// What capitals and blanks around a name do not change.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

/// The columns in the order in which they are met.
fn columns(shapes: &[FileShape]) -> Vec<UnitedColumn> {
    // A file that has both id and ID means two columns by them.
    let mut apart: HashSet<String> = HashSet::new();
    for shape in shapes {
        let mut seen = HashSet::new();
        for field in shape.schema.fields() {
            if !seen.insert(key(field.name())) {
                apart.insert(key(field.name()));
            }
        }
    }
    let mut columns: Vec<UnitedColumn> = vec![];
    let mut known: HashMap<String, usize> = HashMap::new();
    for (of_shape, shape) in shapes.iter().enumerate() {
        for (place, field) in shape.schema.fields().iter().enumerate() {
            let key = key(field.name());
            let identity = match apart.contains(&key) {
                true => format!("={}", field.name()),
                false => key,
            };
            let at = *known.entry(identity).or_insert_with(|| {
                columns.push(UnitedColumn {
                    places: vec![None; shapes.len()],
                });
                columns.len() - 1
            });
            columns[at].places[of_shape] = Some(place);
        }
    }
    columns
}

/// The spellings of a column, each with the shapes that have it.
fn spellings<'a>(
    column: &UnitedColumn,
    shapes: &'a [FileShape],
) -> Vec<(&'a str, Vec<&'a FileShape>)> {
    let mut spellings: Vec<(&str, Vec<&FileShape>)> = vec![];
    for (place, shape) in column.places.iter().zip(shapes) {
        let Some(place) = place else { continue };
        let written = shape.schema.field(*place).name().as_str();
        match spellings.iter_mut().find(|(known, _)| *known == written) {
            Some((_, with)) => with.push(shape),
            None => spellings.push((written, vec![shape])),
        }
    }
    spellings
}

/// The name that SQL can write without quotes, if there is one, or else the first.
fn name_of(column: &UnitedColumn, shapes: &[FileShape]) -> String {
    let spellings = spellings(column, shapes);
    let is_plain = |name: &&str| **name == key(name);
    let is_trimmed = |name: &&str| *name == name.trim();
    let all = || spellings.iter().map(|(name, _)| *name);
    let name = all()
        .find(is_plain)
        .or_else(|| all().find(is_trimmed))
        .unwrap_or(spellings[0].0);
    name.trim().to_string()
}

fn other_spellings(
    column: &UnitedColumn,
    name: &str,
    shapes: &[FileShape],
    files: &[FilePath],
) -> Option<String> {
    let others: Vec<String> = spellings(column, shapes)
        .into_iter()
        .filter(|(written, _)| *written != name)
        .map(|(written, with)| {
            let (n, first) = count(with.into_iter());
            let written = match written.trim() == written {
                true => written.to_string(),
                false => format!("\"{written}\""),
            };
            format!(
                "{written} in {} ({n} of {} files)",
                files[first].display(),
                files.len()
            )
        })
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "column {name} is written {}; it is read as one column",
            others.join(" and ")
        )
    })
}

/// Notes of columns that are missing in some files, one for each set of files.
fn missing(
    columns: &[UnitedColumn],
    fields: &[Field],
    shapes: &[FileShape],
    files: &[FilePath],
) -> Vec<String> {
    let mut sets: BTreeMap<Vec<usize>, Vec<&str>> = BTreeMap::new();
    for (column, field) in columns.iter().zip(fields) {
        let lacking: Vec<usize> = (0..shapes.len())
            .filter(|&shape| column.places[shape].is_none())
            .collect();
        if !lacking.is_empty() {
            sets.entry(lacking).or_default().push(field.name());
        }
    }
    let note = |(lacking, names): (&Vec<usize>, &Vec<&str>)| {
        let without = count(lacking.iter().map(|&shape| &shapes[shape]));
        lacks(&listed("column", names), without, files)
    };
    sets.iter().map(note).collect()
}

/// The type that holds the values of all files.
fn type_of(
    name: &str,
    column: &UnitedColumn,
    shapes: &[FileShape],
    files: &[FilePath],
    misfit: &impl Fn(usize, &SchemaRef, usize, &DataType) -> Result<Option<Misfit>>,
) -> Result<DataType> {
    let placed = || {
        let places = column.places.iter().zip(shapes);
        places.filter_map(|(place, shape)| {
            place.map(|place| (shape, place, shape.schema.field(place).data_type()))
        })
    };
    let mut joined = DataType::Null;
    for (shape, _, data_type) in placed() {
        joined = match promote::join(&joined, data_type) {
            Some(joined) => joined,
            None => {
                let apart = |with: &DataType| promote::join(with, data_type).is_none();
                let (other, _, before) = placed()
                    .find(|(_, _, with)| apart(with))
                    .unwrap_or((shape, 0, data_type));
                let cast = in_sql(before, data_type);
                return refused(
                    name,
                    &cast,
                    (other, before),
                    (shape, data_type),
                    files,
                    None,
                );
            }
        };
    }
    let mut first_misfit = None;
    for to in std::iter::once(joined.clone()).chain(promote::instead(&joined)) {
        let mut fits = true;
        'shapes: for (shape, place, from) in placed() {
            if promote::exactness(from, &to) == Exact::Always {
                continue;
            }
            for &file in &shape.files {
                if let Some(misfit) = misfit(file, &shape.schema, place, &to)? {
                    first_misfit.get_or_insert((shape, from, file, misfit));
                    fits = false;
                    break 'shapes;
                }
            }
        }
        if fits {
            return Ok(to);
        }
    }
    let Some((shape, from, lost_in, lost)) = first_misfit else {
        return Ok(joined);
    };
    let (other, _, before) = placed()
        .find(|(_, _, with)| *with != from)
        .unwrap_or((shape, 0, from));
    // Floating-point numbers that are whole are ids, perhaps: no digit of one may change.
    let mut are_whole = true;
    for (shape, place, _) in placed().filter(|(_, _, with)| with.is_floating()) {
        for &file in &shape.files {
            are_whole &= misfit(file, &shape.schema, place, &DataType::Int64)?.is_none();
        }
    }
    let cast = match in_sql(before, from) {
        cast if cast == FRACTIONS && are_whole => "DECIMAL(38, 0)".to_string(),
        cast => cast,
    };
    refused(
        name,
        &cast,
        (other, before),
        (shape, from),
        files,
        Some((lost_in, lost, joined)),
    )
}

/// The error for two types that no type unites.
fn refused<T>(
    name: &str,
    cast: &str,
    (before, before_type): (&FileShape, &DataType),
    (shape, data_type): (&FileShape, &DataType),
    files: &[FilePath],
    misfit: Option<(usize, Misfit, DataType)>,
) -> Result<T> {
    let (a, b) = (
        files[before.files[0]].display(),
        files[shape.files[0]].display(),
    );
    let value = match misfit {
        Some((file, Misfit { row, value }, joined)) => format!(
            " (in row {row} of {} it is {value}, which {joined} does not hold)",
            files[file].display()
        ),
        None => String::new(),
    };
    let read = |data_type: &DataType| match data_type {
        // A cast would give the time in UTC.
        DataType::Timestamp(_, Some(_)) if cast != "VARCHAR" => {
            format!("CAST(to_local_time(\"{name}\") AS {cast})")
        }
        _ => format!("CAST(\"{name}\" AS {cast})"),
    };
    let (read_before, read_this) = (read(before_type), read(data_type));
    plan_err!(
        "column {name} is {before_type} in {a} but {data_type} in {b}{value}; a table needs one type: write the \
         files with the same types, or combine them with a CAST in each, SELECT {read_before} AS \"{name}\" FROM \
         '{a}' UNION ALL BY NAME SELECT {read_this} AS \"{name}\" FROM '{b}'"
    )
}

/// What holds every whole number there is, and fractions. DOUBLE would make one of several ids beyond 2^53.
const FRACTIONS: &str = "DECIMAL(38, 9)";

/// The type that both can be cast to, if somebody wants it.
fn in_sql(a: &DataType, b: &DataType) -> String {
    let both = |is: fn(&DataType) -> bool| is(a) && is(b);
    let cast = if both(DataType::is_temporal) {
        // Those of six digits reach as far as anybody writes them.
        "TIMESTAMP(6)"
    } else if both(DataType::is_integer) {
        "DECIMAL(20, 0)"
    } else if both(DataType::is_numeric) {
        let decimal = promote::decimal(a).or_else(|| promote::decimal(b));
        let any_is_floating = a.is_floating() || b.is_floating();
        // The scale of one would round the fractions of the other.
        if any_is_floating && decimal.is_some_and(|(digits, _)| digits <= 15) {
            return "DOUBLE".to_string();
        }
        if let Some((digits, scale)) = decimal {
            let scale = scale.clamp(0, 38).unsigned_abs();
            let most = if digits > 38 { 76 } else { 38 };
            return format!("DECIMAL({most}, {scale})");
        }
        FRACTIONS
    } else if both(|t| t.is_integer() || *t == DataType::Boolean) {
        "BIGINT"
    } else {
        "VARCHAR"
    };
    cast.to_string()
}

/// What is said where moments of several zones are shown in one.
fn other_zone(
    name: &str,
    to: &DataType,
    column: &UnitedColumn,
    shapes: &[FileShape],
    files: &[FilePath],
) -> Option<String> {
    let mut places = column.places.iter().zip(shapes);
    let (from, file) = places.find_map(|(place, shape)| {
        let from = shape.schema.field((*place)?).data_type();
        promote::changes_zone(from, to).then_some((from, shape.files[0]))
    })?;
    Some(format!(
        "column {name} has times of different zones ({from} in {}); its hours and days are those of UTC",
        files[file].display()
    ))
}
