//! Files whose columns have another order, or that have some of them alone, as one table: columns are found by their names.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::Result;

use crate::tables::storage::FilePath;
use crate::tables::united::drift::{self, Shapes};

/// What the files have together.
pub(in crate::tables) struct ByName {
    /// The columns of the table.
    pub names: Vec<String>,
    /// By file: which of them each of its own columns is.
    pub columns: Vec<Vec<usize>>,
    pub notes: Vec<String>,
}

/// Unites files by the names of their columns.
pub(in crate::tables) fn unite(files: &[FilePath], of_files: &[Vec<String>]) -> Result<ByName> {
    let mut shapes = Shapes::default();
    for (file, names) in of_files.iter().enumerate() {
        let fields = names
            .iter()
            .map(|name| Field::new(name, DataType::Utf8, true));
        shapes.add(file, Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    }
    // All columns are texts here, so that none has a value that does not fit.
    let united = drift::unite(&shapes.shapes, files, |_, _, _, _| Ok(None))?;
    let columns = of_files.iter().map(|names| {
        let of_table = |name: &String| {
            let name = united.names.get(name).unwrap_or(name);
            Ok(united.schema.index_of(name)?)
        };
        names.iter().map(of_table).collect::<Result<Vec<_>>>()
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let names = united.schema.fields().iter();
    let mut notes = united.notes;
    let other_order = |file: &usize| !columns[*file].is_sorted();
    let mut others = (0..files.len()).filter(other_order);
    if let Some(first) = others.next() {
        let which = match others.count() {
            0 => format!("{} has", files[first].display()),
            more => format!(
                "{} files have ({}, for example)",
                more + 1,
                files[first].display()
            ),
        };
        notes.push(format!(
            "{which} the columns in another order than {}: they are read by their names",
            files[0].display()
        ));
    }
    Ok(ByName {
        names: names.map(|field| field.name().clone()).collect(),
        columns,
        notes,
    })
}
