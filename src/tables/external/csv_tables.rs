//! CREATE EXTERNAL TABLE … STORED AS CSV: DataFusion's own tables, with the rows read and checked as those of a path.
//!
//! The files are looked at first, so that the statement may leave out what they tell: the header line, what separates
//! the values, the columns. What it says is taken: columns with types are checked value by value, and options of the
//! format are options here, or refused.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::{Session, TableProvider, TableProviderFactory};
use datafusion::common::{GetExt, ToDFSchema, plan_err};
use datafusion::datasource::file_format::csv::{CsvFormat, CsvFormatFactory};
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::file_format::{FileFormat, FileFormatFactory};
use datafusion::datasource::listing_table_factory::ListingTableFactory;
use datafusion::error::Result;
use datafusion::logical_expr::CreateExternalTable;
use datafusion::prelude::SessionContext;
use parking_lot::Mutex;

use super::files::files;
use super::parquet_tables::ParquetTables;
use crate::tables::csv::{self, CsvFile, CsvFiles, LateNotes, Lenient, Looking};
use crate::tables::formats::kind::FileKind;
use crate::tables::formats::{format, sniff};
use crate::tables::opened::guessed;
use crate::tables::options::{Options, READ_OPTIONS, ReadOption, ReadValue, Unfit};
use crate::tables::storage::FilePath;
use crate::tables::values::types;
use crate::tables::values::written::WrittenForm;

/// Notes that nobody has read yet.
pub(crate) type ExternalNotes = Arc<Mutex<Vec<String>>>;

/// Has a session read the CSV files of CREATE EXTERNAL TABLE as those of paths are.
pub(crate) fn register_external(
    ctx: &SessionContext,
    options: &Options,
    notes: &ExternalNotes,
) -> Result<()> {
    let state = ctx.state_ref();
    let mut state = state.write();
    let formats = ExternalFormats {
        options: options.clone(),
    };
    state.register_file_format(Arc::new(formats), true)?;
    let tables = CsvTables {
        options: options.clone(),
        notes: Arc::clone(notes),
    };
    state
        .table_factories_mut()
        .insert("CSV".to_string(), Arc::new(tables));
    let tables = ParquetTables {
        options: options.clone(),
    };
    state
        .table_factories_mut()
        .insert("PARQUET".to_string(), Arc::new(tables));
    Ok(())
}

/// The option that brings the names of guessed columns from the statement to the format.
const GUESSED: &str = "format.guessed columns";

/// Options that DataFusion's format does not know.
const OURS: &[&str] = &[
    "skip",
    "encoding",
    "lenient",
    "max_rejects",
    "decimal_separator",
];

fn of_key(settings: &HashMap<String, String>) -> csv::GuessedColumns {
    let names = settings.get(GUESSED).map(String::as_str);
    let names = names.into_iter().flat_map(|names| names.split('\n'));
    names
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect()
}

/// The option that brings how columns are written; a line for each.
const WRITTEN: &str = "format.written columns";

/// The option that brings the forms that options would give the columns; a line for each, with tabs between the forms.
const OPEN: &str = "format.open columns";

fn open_of_key(settings: &HashMap<String, String>) -> Vec<Vec<WrittenForm>> {
    let codes = settings.get(OPEN).map(String::as_str);
    let of_column = |codes: &str| -> Vec<_> {
        codes
            .split('\t')
            .filter_map(WrittenForm::from_code)
            .collect()
    };
    codes.map_or(vec![], |codes| codes.split('\n').map(of_column).collect())
}

fn written_of_key(settings: &HashMap<String, String>) -> Vec<Option<WrittenForm>> {
    let codes = settings.get(WRITTEN).map(String::as_str);
    codes.map_or(vec![], |codes| {
        codes.split('\n').map(WrittenForm::from_code).collect()
    })
}

#[derive(Debug)]
struct CsvTables {
    options: Options,
    notes: ExternalNotes,
}

#[async_trait]
impl TableProviderFactory for CsvTables {
    async fn create(
        &self,
        state: &dyn Session,
        statement: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        refuse_without_effect(&statement.options)?;
        let options = with_settings(&self.options, &statement.options)?;
        let mut statement = statement.clone();
        let files = files(&statement);
        if !files.is_empty() {
            let threads = state.config().target_partitions();
            let looked = tokio::task::spawn_blocking(move || {
                look(&files, &options, &mut statement, threads).map(|notes| (notes, statement))
            });
            let (notes, looked) = looked
                .await
                .map_err(|e| datafusion::error::DataFusionError::External(Box::new(e)))??;
            statement = looked;
            self.notes.lock().extend(notes);
        }
        let guessed = of_key(&statement.options);
        let table = ListingTableFactory::new().create(state, &statement).await?;
        let is_guess = |column: &str| guessed.iter().any(|guessed| guessed == column);
        let ways = types::ways(&table.schema(), is_guess, |name| {
            types::of_text(name, &self.options.option_names)
        });
        Ok(guessed::marked(table, ways))
    }
}

/// Writes into the statement what the files say and it does not.
fn look(
    files: &[FilePath],
    options: &Options,
    statement: &mut CreateExternalTable,
    threads: usize,
) -> Result<Vec<String>> {
    let compression = match statement.options.get("format.compression") {
        Some(name) => name.parse()?,
        None => match format::of(&files[0]) {
            Some(format) => format.compression,
            None => FileCompressionType::UNCOMPRESSED,
        },
    };
    sniff::check(files, compression, FileKind::Csv)?;
    let is_partition = |name: &String| statement.table_partition_cols.contains(name);
    let declared: Vec<Arc<Field>> = statement.schema.fields().iter().cloned().collect();
    let declared: Vec<_> = declared
        .into_iter()
        .filter(|f| !is_partition(f.name()))
        .collect();
    let mut csv = csv::inspect(files, compression, options, &[], None, threads)?;
    refuse_other_forms(
        &statement.name.to_string(),
        files,
        &csv.files,
        compression,
        options.skip,
    )?;
    let mut renames = None;
    if declared.is_empty() && statement.schema.fields().is_empty() {
        let text = DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8));
        let partitions = statement.table_partition_cols.iter();
        let partitions = partitions.map(|name| Arc::new(Field::new(name, text.clone(), false)));
        let fields = csv.schema.fields().iter().cloned().chain(partitions);
        let schema = Schema::new(fields.collect::<Vec<_>>());
        statement.schema = Arc::new(schema).to_dfschema_ref()?;
    } else {
        let names: Vec<&String> = declared.iter().map(|f| f.name()).collect();
        let found: Vec<&String> = csv.schema.fields().iter().map(|f| f.name()).collect();
        let shown = files[0].display();
        let list = |names: &[&String]| {
            names
                .iter()
                .map(|n| n.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        if names.len() != found.len() {
            return plan_err!(
                "CREATE EXTERNAL TABLE {} has the columns {}, but {shown} has {}",
                statement.name,
                list(&names),
                list(&found)
            );
        }
        if csv.has_header {
            let name = statement.name.to_string();
            renames = renamed(&name, &names, &found, &shown.to_string())?;
        }
        let types = found.iter().zip(&declared);
        let types: Vec<_> = types
            .map(|(n, f)| (n.to_string(), f.data_type().clone()))
            .collect();
        csv = csv::inspect(files, compression, options, &types, None, threads)?;
    }
    let first = &csv.files[0].looking;
    let dialect = first.dialect;
    let mut set = |key: &str, value: String| {
        statement.options.insert(key.to_string(), value);
    };
    set(GUESSED, csv.guessed.join("\n"));
    let written = csv.files[0].written.iter();
    let codes = written.map(|form| form.as_ref().map_or(String::new(), WrittenForm::code));
    set(WRITTEN, codes.collect::<Vec<_>>().join("\n"));
    let open = csv.files[0].open.iter();
    let codes = open.map(|forms| {
        let codes: Vec<String> = forms.iter().map(WrittenForm::code).collect();
        codes.join("\t")
    });
    set(OPEN, codes.collect::<Vec<_>>().join("\n"));
    set("format.has_header", csv.has_header.to_string());
    set("format.delimiter", (dialect.delimiter as char).to_string());
    // What a file says of its quotes without doubt, the statement need not.
    set("format.quote", (dialect.quote as char).to_string());
    if let Some(escape) = dialect.escape {
        set("format.escape", (escape as char).to_string());
    }
    if compression.is_compressed() {
        let ending = compression.get_ext();
        let name = match ending.trim_start_matches('.') {
            "gz" => "gzip",
            "zst" => "zstd",
            "bz2" => "bzip2",
            other => other,
        };
        set("format.compression", name.to_string());
    }
    let of_columns = csv.column_notes.into_iter().chain(csv.written_notes);
    let of_columns = of_columns.map(|(_, note)| note);
    let notes = csv.notes.into_iter().chain(of_columns);
    Ok(notes.chain(renames).collect())
}

/// DataFusion lists the files of such a table anew for each query, and all are read as the first one.
fn refuse_other_forms(
    table: &str,
    files: &[FilePath],
    forms: &[Arc<CsvFile>],
    compression: FileCompressionType,
    skip: Option<u64>,
) -> Result<()> {
    let first = &forms[0];
    for (file, form) in files.iter().zip(forms) {
        let shown = file.display();
        let what = if form.names != first.names {
            format!(
                "other columns, or the same in another order, than {}",
                files[0].display()
            )
        } else if form.written != first.written {
            format!(
                "numbers or dates that are written in another way than those of {}",
                files[0].display()
            )
        } else if form.looking.dialect != first.looking.dialect {
            format!("another separator than {}", files[0].display())
        } else if form.looking.skipped != first.looking.skipped
            || form.looking.skipped > 0 && skip != Some(form.looking.skipped)
        {
            "a line above its header line".to_string()
        } else if form.looking.left_out.second {
            "a second header line".to_string()
        } else if form.looking.compression != compression {
            "a compression that its name does not say".to_string()
        } else {
            continue;
        };
        return plan_err!(
            "{shown} has {what}. The files of CREATE EXTERNAL TABLE {table} are read by position, and all alike; by path \
             each is read as it is: CREATE VIEW {table} AS SELECT * FROM 'folder/*.csv'"
        );
    }
    Ok(())
}

/// Columns are read by position. Says which have another name in the header line; refuses a name that stands at
/// another place there.
fn renamed(
    table: &str,
    declared: &[&String],
    found: &[&String],
    file: &str,
) -> Result<Option<String>> {
    let is = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
    let others: Vec<_> = declared
        .iter()
        .zip(found)
        .filter(|(declared, found)| !is(declared, found))
        .collect();
    for (name, at) in &others {
        if found.iter().any(|found| is(name, found)) {
            let list = found.iter().map(|n| n.as_str()).collect::<Vec<_>>();
            return plan_err!(
                "CREATE EXTERNAL TABLE {table} has the columns of {file} in another order: {}. The columns of CSV files \
                 are read by position, so {name} would have the values of {at}. Declare them in that order",
                list.join(", ")
            );
        }
    }
    let Some((name, found)) = others.first() else {
        return Ok(None);
    };
    let more = match others.len() {
        1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    Ok(Some(format!(
        "the columns of {table} are those of {file} by position, and have other names than in its header line: {name} \
         is {found} there{more}"
    )))
}

/// Makes formats of CSV files from the options of statements.
struct ExternalFormats {
    options: Options,
}

impl fmt::Debug for ExternalFormats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Formats").finish_non_exhaustive()
    }
}

impl GetExt for ExternalFormats {
    fn get_ext(&self) -> String {
        CsvFormatFactory::new().get_ext()
    }
}

impl FileFormatFactory for ExternalFormats {
    fn create(
        &self,
        state: &dyn Session,
        settings: &HashMap<String, String>,
    ) -> Result<Arc<dyn FileFormat>> {
        let mut known = settings.clone();
        known.retain(|key, _| {
            let name = key.strip_prefix("format.").unwrap_or(key);
            ![GUESSED, WRITTEN, OPEN].contains(&key.as_str()) && !OURS.contains(&name)
        });
        let options = with_settings(&self.options, settings)?;
        write_plainly(&options, &mut known);
        let writer = CsvFormatFactory::new().create(state, &known)?;
        let Some(format) = writer.downcast_ref::<CsvFormat>() else {
            return Ok(writer);
        };
        let has_header = format.has_header();
        let has_header = has_header.unwrap_or_else(|| state.config_options().catalog.has_header);
        let compression = format.options().compression.into();
        let mut looking = Looking::new(compression, &options)?;
        looking.skipped = options.skip.unwrap_or(0);
        looking.left_out.damaged = options.lenient;
        looking.left_out.header_again = has_header;
        let late = state.config().get_extension::<LateNotes>();
        let lenient = options.lenient.then_some(Lenient {
            table: None,
            max: options.max_rejects,
        });
        let guessed = of_key(settings);
        let files = CsvFiles::new(looking, has_header, guessed)
            .written_as(written_of_key(settings), open_of_key(settings))
            .telling(late)
            .leaving_out(lenient);
        Ok(Arc::new(files.format_with(writer)))
    }

    fn default(&self) -> Arc<dyn FileFormat> {
        CsvFormatFactory::new().default()
    }
}

/// Refuses options that only writers know: nothing that is read would be different.
fn refuse_without_effect(settings: &HashMap<String, String>) -> Result<()> {
    for (key, value) in settings {
        let name = key.strip_prefix("format.").unwrap_or(key);
        let works = match name {
            "null_value" => format!(
                "('format.null_regex' '^{}$') reads a text as NULL",
                regex::escape(value).replace('\'', "''")
            ),
            "null_regex" if value.is_empty() => {
                "a value that is empty is NULL in any case; ('format.null_regex' '^N/A$') reads a text as NULL"
                    .to_string()
            }
            "datetime_format" | "timestamp_format" | "timestamp_tz_format" | "time_format" => {
                "('format.date_format' '%d/%m/%Y %H:%M') reads dates and times".to_string()
            }
            "double_quote" if !value.eq_ignore_ascii_case("true") => {
                "two quotes inside of a quoted value are one; ('format.escape' '\\') reads files that have a backslash \
                 before a quote"
                    .to_string()
            }
            "ignore_leading_whitespace" | "ignore_trailing_whitespace"
                if !value.eq_ignore_ascii_case("false") =>
            {
                "blanks belong to a text, and trim(name) takes them off; a column that is declared as a number or a \
                 date is read without them"
                    .to_string()
            }
            "quote_style" if !value.eq_ignore_ascii_case("necessary") => {
                "values are read with quotes or without; it is an option of COPY … TO".to_string()
            }
            _ => continue,
        };
        return plan_err!("OPTIONS ('{key}' '{value}') has no effect on reading: {works}");
    }
    Ok(())
}

/// Writes values as DataFusion reads them, which knows no word for a tab and no yes.
fn write_plainly(options: &Options, settings: &mut HashMap<String, String>) {
    let of_byte = |byte: Option<u8>| byte.map(|byte| char::from(byte).to_string());
    for (key, value) in settings {
        let plain = match key.strip_prefix("format.").unwrap_or(key) {
            "delimiter" => of_byte(options.delimiter),
            "quote" => of_byte(options.quote),
            "escape" => of_byte(options.escape),
            "comment" => of_byte(options.comment),
            "has_header" => options.header.map(|flag| flag.to_string()),
            "newlines_in_values" => Some(options.newlines_in_values.to_string()),
            _ => None,
        };
        if let Some(plain) = plain {
            *value = plain;
        }
    }
}

/// The options with those that a statement says.
fn with_settings(options: &Options, settings: &HashMap<String, String>) -> Result<Options> {
    let mut options = options.clone();
    for (key, value) in settings {
        let name = key.strip_prefix("format.").unwrap_or(key);
        let is = |option: &&ReadOption| option.name_in_options() == name;
        let mut of_csv = READ_OPTIONS
            .iter()
            .filter(|option| option.of.contains(&FileKind::Csv));
        if let Some(option) = of_csv.find(is) {
            match (option.set)(&mut options, &ReadValue::Text(value.clone())) {
                Ok(()) => {}
                Err(Unfit::Expected(what)) => {
                    return plan_err!("OPTIONS ('{key}' '{value}'): it is {what}");
                }
                Err(Unfit::Because(words)) => {
                    return plan_err!("OPTIONS ('{key}' '{value}'): {words}");
                }
            }
        }
        match name {
            "truncated_rows" if !value.eq_ignore_ascii_case("false") => {
                return plan_err!(
                    "OPTIONS ('{key}' '{value}') is not supported: every line of a CSV file needs a value for each column"
                );
            }
            "terminator" if value != "\n" && value != "\\n" => {
                return plan_err!(
                    "OPTIONS ('{key}' '{value}') is not supported: the lines of CSV files end with \\n, \\r\\n or \\r"
                );
            }
            _ => {}
        }
    }
    let says_max = |key: &&String| key.strip_prefix("format.").unwrap_or(key) == "max_rejects";
    match settings.keys().find(says_max) {
        Some(key) if !options.lenient => plan_err!(
            "OPTIONS ('{key}' '{}') has no effect without lenient: OPTIONS ('format.lenient' 'true', '{key}' '{}') leaves out \
             that many damaged lines at most",
            settings[key],
            settings[key]
        ),
        _ => Ok(options),
    }
}
