//! How the files of a table are laid out, for those who ask.

use std::sync::Arc;

use datafusion::arrow::datatypes::FieldRef;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use object_store::ObjectMeta;

use super::inspect::Inspected;
use crate::tables::csv::{CsvFile, encoding, shown_delimiter};
use crate::tables::formats::kind::FileKind;
use crate::tables::parquet::codec;
use crate::tables::storage::FilePath;

/// How the files of a table are laid out. What has to be read for it is read when it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct TableLayout {
    kind: FileKind,
    compression: FileCompressionType,
    files: Vec<FilePath>,
    csv_files: Vec<Arc<CsvFile>>,
    /// Whether there is a line of names, in files of lines.
    pub header_line: Option<bool>,
    /// The columns whose values are names of folders.
    pub partitions: Vec<String>,
    pub bytes: u64,
}

/// Each value once, in the order in which they come.
fn each_once<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut once = vec![];
    for value in values {
        if !once.contains(&value) {
            once.push(value);
        }
    }
    once
}

impl TableLayout {
    pub(in crate::tables) fn of(
        inspected: &Inspected,
        files: &[FilePath],
        metas: &[ObjectMeta],
        partitions: &[FieldRef],
    ) -> Self {
        let names = partitions.iter().map(|column| column.name().clone());
        Self {
            kind: inspected.kind,
            compression: inspected.compression,
            files: files.to_vec(),
            csv_files: inspected.csv_files.clone(),
            header_line: inspected.has_header,
            partitions: names.collect(),
            bytes: metas.iter().map(|meta| meta.size).sum(),
        }
    }

    /// What people call the format.
    pub fn format(&self) -> &'static str {
        self.kind.name()
    }

    pub fn n_files(&self) -> usize {
        self.files.len()
    }

    /// What the files are compressed with, or the pages of the first of them.
    pub fn compression(&self) -> Option<String> {
        match self.kind {
            FileKind::Parquet => self.files.first().and_then(codec),
            _ if self.compression.is_compressed() => {
                Some(self.compression.get_variant().to_string().to_lowercase())
            }
            _ => None,
        }
    }

    /// What separates the values of CSV files: several where the files differ.
    pub fn delimiters(&self) -> Vec<String> {
        let csv = self.csv_files.iter().filter(|_| self.kind == FileKind::Csv);
        each_once(csv.map(|file| shown_delimiter(file.looking.dialect.delimiter)))
    }

    /// What CSV files are written in, as far as their beginnings show.
    pub fn encodings(&self) -> Vec<&'static str> {
        let csv = self.csv_files.iter().filter(|_| self.kind == FileKind::Csv);
        each_once(csv.map(|csv| encoding(&csv.looking)))
    }

    /// How many lines above the header line are left out, at most.
    pub fn lines_above(&self) -> u64 {
        let above = self.csv_files.iter().map(|file| file.looking.skipped);
        above.max().unwrap_or(0)
    }

    /// The sheets of workbooks that are read.
    pub fn sheets(&self) -> Vec<String> {
        let sheets = self.csv_files.iter();
        each_once(sheets.filter_map(|file| Some(file.looking.sheet.as_ref()?.name.clone())))
    }
}
