//! What a table is: its columns, its rows, and how its files are laid out.

use datafusion::arrow::datatypes::DataType;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::asked::{AskedTable, whole, written};
use super::report::wrapped;
use super::shown;
use crate::session::{self, Session};
use crate::tables::sql_name;

/// A column in the words of SQL.
struct DescribedColumn {
    name: String,
    sql_type: String,
    is_nullable: bool,
    is_partition: bool,
}

/// What is known of the files of a table.
struct DescribedFiles {
    format: &'static str,
    files: usize,
    bytes: u64,
    compression: Option<String>,
    delimiters: Vec<String>,
    header_line: Option<bool>,
    lines_above: u64,
    encodings: Vec<&'static str>,
    sheets: Vec<String>,
    partitions: Vec<String>,
}

/// What a table is.
pub struct DescribedTable {
    name: String,
    rows: u64,
    columns: Vec<DescribedColumn>,
    files: Option<DescribedFiles>,
    notes: Vec<String>,
}

/// Describes whatever FROM takes. Its rows are counted: from what Parquet files say of themselves, else by reading.
///
/// # Errors
/// Why it cannot be read.
pub async fn describe(session: &mut Session, name: &str) -> Result<DescribedTable, session::Error> {
    let asked = AskedTable::open(session, name).await?;
    let count = asked
        .ask_one(&format!("SELECT count(*) FROM {}", asked.from()))
        .await?;
    let layout = session.layout(name).cloned();
    let partitions = layout
        .as_ref()
        .map_or(vec![], |layout| layout.partitions.clone());
    let columns = asked.columns().map(|field| DescribedColumn {
        name: field.name().clone(),
        sql_type: match field.data_type() {
            // The names of folders, each of which is kept once.
            DataType::Dictionary(_, values) => sql_name(values),
            data_type => sql_name(data_type),
        },
        is_nullable: field.is_nullable(),
        is_partition: partitions.contains(field.name()),
    });
    Ok(DescribedTable {
        name: name.to_string(),
        rows: whole(count.first()),
        columns: columns.collect(),
        files: layout.map(|layout| DescribedFiles {
            format: layout.format(),
            files: layout.n_files(),
            bytes: layout.bytes,
            compression: layout.compression(),
            delimiters: layout.delimiters(),
            header_line: layout.header_line,
            lines_above: layout.lines_above(),
            encodings: layout.encodings(),
            sheets: layout.sheets(),
            partitions,
        }),
        notes: [session.take_notes(), asked.notes()].concat(),
    })
}

impl DescribedTable {
    /// What a reader should know beside it.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// For people.
    pub fn text(&self) -> String {
        let n = |n: usize, what: &str| shown::many(n as u64, what);
        let first = format!(
            "{}: {}, {}",
            self.name,
            shown::many(self.rows, "row"),
            n(self.columns.len(), "column")
        );
        let mut text = wrapped("", 2, &first);
        if let Some(files) = &self.files {
            text += &wrapped("  ", 4, &files.in_words());
        }
        let width = |column: &DescribedColumn| written(&column.name).width();
        let widest = self.columns.iter().map(width).max().unwrap_or(0);
        for column in &self.columns {
            let name = written(&column.name);
            let blanks = " ".repeat(widest - name.width());
            let not_null = if column.is_nullable { "" } else { " NOT NULL" };
            let partition = if column.is_partition {
                ", from the names of folders"
            } else {
                ""
            };
            text += &format!(
                "  {name}{blanks}  {}{not_null}{partition}\n",
                column.sql_type
            );
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let columns = self.columns.iter().map(|column| {
            json!({
                "name": column.name,
                "type": column.sql_type,
                "nullable": column.is_nullable,
                "partition": column.is_partition,
            })
        });
        json!({
            "table": self.name,
            "rows": self.rows,
            "columns": columns.collect::<Vec<_>>(),
            "layout": self.files.as_ref().map(DescribedFiles::json),
        })
    }
}

impl DescribedFiles {
    fn in_words(&self) -> String {
        let mut words = vec![self.format.to_string()];
        words.push(format!(
            "{}, {}",
            shown::many(self.files as u64, "file"),
            shown::many(self.bytes, "byte")
        ));
        words.extend(
            self.compression
                .as_ref()
                .map(|codec| format!("compressed with {codec}")),
        );
        if !self.delimiters.is_empty() {
            let delimiters = self
                .delimiters
                .iter()
                .map(|delimiter| match delimiter.as_str() {
                    "tab" => "tab".to_string(),
                    delimiter => format!("'{delimiter}'"),
                });
            words.push(format!(
                "separated by {}",
                delimiters.collect::<Vec<_>>().join(" and ")
            ));
        }
        words.extend(
            self.header_line
                .map(|is_there| match (is_there, self.lines_above) {
                    (false, _) => "without a header line".to_string(),
                    (true, 0) => "with a header line".to_string(),
                    (true, above) => {
                        format!("with a header line below {}", shown::many(above, "line"))
                    }
                }),
        );
        if !self.encodings.is_empty() {
            words.push(self.encodings.join(" and "));
        }
        if !self.sheets.is_empty() {
            words.push(format!("sheet {}", self.sheets.join(" and ")));
        }
        if !self.partitions.is_empty() {
            words.push(format!("in folders by {}", self.partitions.join(", ")));
        }
        words.join(", ")
    }

    fn json(&self) -> Value {
        json!({
            "format": self.format,
            "files": self.files,
            "bytes": self.bytes,
            "compression": self.compression,
            "delimiters": self.delimiters,
            "header_line": self.header_line,
            "lines_above": self.lines_above,
            "encodings": self.encodings,
            "sheets": self.sheets,
            "partitions": self.partitions,
        })
    }
}
