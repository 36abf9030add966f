//! The tables a statement names: those registered, paths in FROM, and files of the data folder.
//!
//! Before a statement is planned, its table references are resolved here. DataFusion can open paths itself
//! (`enable_url_table`), but turns every error on the way into "table not found".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::common::config::ParquetOptions;
use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{CreateExternalTable, Statement as Ast};
use datafusion::sql::sqlparser::ast::ColumnDef;

use super::file_options::FileOptions;
use super::read_calls::{ReadCall, ReadCalls};
use super::sources::{is_ours, lists_tables, normalizes, sources};
use super::standard_input::{self, StandardInput};
use crate::session::settings::{Data, Face, Settings, TableOptions};
use crate::session::words::messages::GuessedTable;
use crate::tables;
use crate::tables::ExternalNotes;
use crate::tables::{
    EXTENSIONS, External, FilePath, LARGER_SAMPLE, RAW_FILES, Stamp, Stores, TableLayout,
};

const COMPRESSIONS: &[&str] = &["", ".gz", ".zst", ".bz2", ".xz"];

/// Opens tables when a statement asks for them.
pub(in crate::session) struct NamedTables {
    pub(super) data: Data,
    options: FileOptions,
    pub(super) face: Face,
    /// What nobody has read yet.
    notes: Vec<String>,
    /// The same of columns that nobody has asked for yet.
    column_notes: Vec<ColumnNote>,
    /// What was said of statements.
    said: BTreeSet<String>,
    /// The same of CREATE EXTERNAL TABLE.
    of_external: ExternalNotes,
    /// What was opened here, by name.
    opened: BTreeMap<String, OpenedTable>,
    /// What came from standard input, if it was asked for.
    standard_input: Option<StandardInput>,
    standard_input_has_sql: bool,
}

struct ColumnNote {
    table: String,
    column: String,
    note: String,
    /// Whether it is for those who only show the column, too.
    of_shown: bool,
}

struct OpenedTable {
    path: String,
    by_path_in_sql: bool,
    /// The settings that its files were opened with.
    parquet: ParquetOptions,
    files: Vec<FilePath>,
    layout: TableLayout,
    stamp: Option<Stamp>,
    provider: Arc<dyn TableProvider>,
    types_were_guessed: bool,
    /// What is to be said when a query reads it, if it was only listed so far.
    untold: Vec<String>,
}

impl OpenedTable {
    /// The path, if the table has to be opened anew: COPY and INSERT write files, and SET datafusion.execution.parquet is
    /// for tables that are there as well. A view or table that took the name is left alone.
    async fn is_outdated(&self, ctx: &SessionContext, name: &TableReference) -> Option<String> {
        let changed =
            self.parquet != parquet_options(ctx) || self.stamp != tables::stamp(ctx, &self.path);
        let is_ours = ctx.table_provider(name.clone()).await;
        let is_ours = is_ours.is_ok_and(|provider| Arc::ptr_eq(&provider, &self.provider));
        (changed && is_ours).then(|| self.path.clone())
    }
}

/// What is known about the tables of one statement, for its error messages.
#[derive(Default)]
pub(in crate::session) struct Used {
    pub(super) missing: Vec<TableReference>,
    pub guessed: Vec<GuessedTable>,
    /// Files whose pages may turn out to be damaged.
    pub parquet: Vec<FilePath>,
    /// What messages have another name for.
    pub standard_input: Option<StandardInput>,
}

impl NamedTables {
    pub fn new(settings: &Settings) -> Self {
        Self {
            data: settings.data.clone(),
            options: FileOptions::new(settings),
            face: settings.face,
            notes: vec![],
            column_notes: vec![],
            said: BTreeSet::new(),
            of_external: ExternalNotes::default(),
            opened: BTreeMap::new(),
            standard_input: None,
            standard_input_has_sql: settings.standard_input_has_sql,
        }
    }

    /// Registers a path under a name, with options of its own.
    pub async fn add(
        &mut self,
        ctx: &SessionContext,
        name: &str,
        path: &str,
        own: TableOptions,
    ) -> Result<()> {
        let before = self.options.set_own(name, Some(own));
        // Another path has notes of its own, and so has the same with other options.
        let seen = self.opened.remove(name);
        let notes = self.column_notes_of(name);
        let opened = self.open(ctx, name, path, None, false).await;
        if opened.is_err() {
            // The table that has the name keeps it, and is read as before.
            self.options.set_own(name, before);
            self.column_notes.extend(notes);
            self.opened
                .extend(seen.map(|seen| (name.to_string(), seen)));
        }
        opened
    }

    /// Refuses options that no table can have.
    pub fn check(&self, ctx: &SessionContext) -> Result<()> {
        tables::check(ctx, self.options.of_all(), self.options.types())
    }

    /// The zone of columns that a statement declares as TIMESTAMPTZ of a CSV file. Without one they would be times of no
    /// zone, and an offset in the file an error.
    pub fn zone_of_columns(&self, statement: &Ast) -> Option<String> {
        match statement {
            Ast::CreateExternalTable(table) if table.file_type.eq_ignore_ascii_case("CSV") => {
                let zone = self.options.of_all().time_zone.clone();
                Some(zone.unwrap_or_else(|| "UTC".to_string()))
            }
            _ => None,
        }
    }

    /// Opens whatever `statement` names and nobody has opened before.
    pub async fn prepare(
        &mut self,
        ctx: &SessionContext,
        statement: &Ast,
        calls: &ReadCalls,
    ) -> Result<Used> {
        let mut used = Used::default();
        Stores::of(ctx).forget();
        let normalize = normalizes(ctx);
        if let Ast::CreateExternalTable(table) = statement {
            self.check_external(ctx, table, normalize).await?;
        }
        let sources = sources(statement, normalize)?;
        if lists_tables(statement, &sources) {
            self.open_all(ctx).await;
        }
        for reference in sources {
            let name = reference.table().to_string();
            let is_bare = is_ours(ctx, &reference);
            // A schema that is not there is an error to DataFusion; here its table is missing like any other.
            let exists = ctx.table_exist(reference.clone()).unwrap_or(false);
            // A path is opened anew by every statement: an earlier one may have written to it.
            let seen = self.opened.get(&name);
            let is_own_path = seen.is_some_and(|seen| seen.by_path_in_sql);
            let outdated = match seen {
                Some(seen) if exists && is_bare => seen.is_outdated(ctx, &reference).await,
                _ => None,
            };
            // A table that somebody has named takes precedence.
            let call = calls
                .get(&name)
                .filter(|_| is_bare && (is_own_path || !exists));
            if let Some(call) = call {
                self.open(ctx, &name, &call.path, Some(call), true).await?;
            } else if is_bare && (is_own_path || (!exists && tables::looks_like_a_path(&name))) {
                self.open(ctx, &name, &name, None, true).await?;
            } else if let Some(path) = outdated {
                self.open(ctx, &name, &path, None, false).await?;
            } else if !exists {
                match self.in_data_folder(ctx, &name).filter(|_| is_bare) {
                    Some(path) => {
                        self.open(ctx, &name, &path, None, false).await?;
                        self.notes.extend(self.where_it_is(&name, &path));
                    }
                    None => used.missing.push(reference),
                }
            }
            if let Some(seen) = self.opened.get_mut(&name).filter(|_| is_bare) {
                self.notes.append(&mut seen.untold);
            }
            if let Some(seen) = self.opened.get(&name).filter(|_| is_bare)
                && !seen.types_were_guessed
            {
                used.parquet.extend(seen.files.iter().cloned());
            }
            if let Some(seen) = self.opened.get(&name).filter(|_| is_bare)
                && seen.types_were_guessed
            {
                let name = match seen.by_path_in_sql {
                    true => name,
                    false => format!("{name} ({})", seen.path),
                };
                used.guessed.push(GuessedTable { name });
            }
        }
        used.standard_input = self.standard_input.clone();
        Ok(used)
    }

    /// Refuses the places of an external table that would not be read as their paths are.
    async fn check_external(
        &mut self,
        ctx: &SessionContext,
        table: &CreateExternalTable,
        normalize: bool,
    ) -> Result<()> {
        let column = |column: &ColumnDef| match column.name.quote_style {
            None if normalize => column.name.value.to_lowercase(),
            _ => column.name.value.clone(),
        };
        for location in &table.locations {
            let checked = tables::check_location(location, self.options.of_all());
            checked.map_err(|e| self.error_in_words(e))?;
            let external = External {
                name: table.name.to_string(),
                location: location.clone(),
                stored_as: table.file_type.to_uppercase(),
                columns: table.columns.iter().map(column).collect(),
                is_compressed: table
                    .options
                    .iter()
                    .any(|(key, _)| key.contains("compression")),
            };
            let checked = tables::check_external(ctx, &external, self.options.of_all()).await;
            let note = checked.map_err(|e| self.error_in_words(e))?;
            self.note(note.into_iter().collect());
        }
        Ok(())
    }

    /// Opens every table of the data folder, for a list of them; what cannot be opened is not on it.
    async fn open_all(&mut self, ctx: &SessionContext) {
        for name in self.in_folder(ctx) {
            self.open_quietly(ctx, &name).await;
        }
    }

    /// Opens a table of the data folder if it can be, and keeps its notes for the first statement that reads it.
    async fn open_quietly(&mut self, ctx: &SessionContext, name: &str) {
        let exists = ctx.table_exist(TableReference::bare(name));
        let Some(path) = self
            .in_data_folder(ctx, name)
            .filter(|_| !exists.unwrap_or(true))
        else {
            return;
        };
        let told = self.notes.len();
        if self.open(ctx, name, &path, None, false).await.is_err() {
            self.notes.truncate(told);
            return;
        }
        let mut untold = self.notes.split_off(told);
        untold.extend(self.where_it_is(name, &path));
        if let Some(seen) = self.opened.get_mut(name) {
            seen.untold = untold;
        }
    }

    /// The columns of a table, which is opened for it if it is one of the data folder; none of a table that is not there.
    pub async fn columns_of(&mut self, ctx: &SessionContext, name: &str) -> Vec<String> {
        self.open_quietly(ctx, name).await;
        let table = ctx.table_provider(TableReference::bare(name)).await;
        let schema = table.map(|table| table.schema());
        let fields = schema.iter().flat_map(|schema| schema.fields().iter());
        fields.map(|field| field.name().clone()).collect()
    }

    /// The note that a table comes from a folder nobody chose.
    fn where_it_is(&self, name: &str, path: &str) -> Option<String> {
        match self.data {
            Data::Usual(_) => {
                let instead = self.face.own_table_instead(name);
                Some(format!("{name} is {path}; {instead}"))
            }
            Data::Nowhere | Data::Chosen(_) => None,
        }
    }

    async fn open(
        &mut self,
        ctx: &SessionContext,
        name: &str,
        path: &str,
        call: Option<&ReadCall>,
        by_path_in_sql: bool,
    ) -> Result<()> {
        let (mut options, if_there) = self.options.of(name);
        if let Some(read) = call.and_then(|call| call.options.as_ref()) {
            read.apply(&mut options);
            if let Some(words) = read.without_effect(&options) {
                return plan_err!("{words}");
            }
        }
        let of_input;
        let path = match standard_input::is_named(path) {
            true => {
                of_input = self.read_standard_input(ctx).await?;
                // It has no name that tells.
                if options.format.is_none() {
                    let begins = tables::begins_as(&FilePath::of_disk(&of_input));
                    options.format = Some(begins.map_err(|e| self.error_in_words(e))?);
                }
                of_input.as_str()
            }
            false => path,
        };
        let stamp = tables::stamp(ctx, path);
        let opened = tables::open_with(ctx, path, &options, &if_there).await;
        let opened = opened.map_err(|e| self.error_in_words(e))?;
        let columns: Vec<String> = opened
            .provider
            .schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .collect();
        self.options.seen(&columns)?;
        let seen = OpenedTable {
            path: path.to_string(),
            by_path_in_sql,
            parquet: parquet_options(ctx),
            files: opened.paths,
            layout: opened.layout.clone(),
            stamp,
            provider: Arc::clone(&opened.provider),
            types_were_guessed: opened.types_were_guessed,
            untold: vec![],
        };
        let is_new = !self.opened.contains_key(name);
        let reference = TableReference::bare(name);
        ctx.deregister_table(reference.clone())?;
        ctx.register_table(reference, opened.provider)?;
        if is_new {
            let notes: Vec<_> = opened
                .notes
                .into_iter()
                .map(|note| self.in_words(note))
                .collect();
            self.notes.extend(notes);
            let of_used = opened.column_notes.into_iter().map(|note| (note, false));
            let of_shown = opened.written_notes.into_iter().map(|note| (note, true));
            let of_columns = of_used.chain(of_shown);
            let of_columns = of_columns.map(|((column, note), of_shown)| ColumnNote {
                table: name.to_string(),
                column,
                note: self.in_words(note),
                of_shown,
            });
            let of_columns: Vec<_> = of_columns.collect();
            self.column_notes.extend(of_columns);
        }
        self.opened.insert(name.to_string(), seen);
        Ok(())
    }

    /// The path of what came from standard input, which is read when it is asked for the first time.
    async fn read_standard_input(&mut self, ctx: &SessionContext) -> Result<String> {
        if self.standard_input.is_none() {
            let has_sql = self.standard_input_has_sql;
            let read = StandardInput::read(ctx, has_sql, self.face.spill_limit).await?;
            self.standard_input = Some(read);
        }
        Ok(self
            .standard_input
            .as_ref()
            .map_or_else(String::new, StandardInput::path))
    }

    /// Whether a name is a path that a statement has named.
    pub(super) fn is_path_in_sql(&self, name: &str) -> bool {
        self.opened
            .get(name)
            .is_some_and(|seen| seen.by_path_in_sql)
    }

    /// How the files of a table that was opened here are laid out.
    pub fn layout(&self, name: &str) -> Option<&TableLayout> {
        self.opened.get(name).map(|seen| &seen.layout)
    }

    /// Refuses options of tables and columns that no statement has named.
    pub fn check_options(&self) -> Result<()> {
        self.options.check(self.opened.keys().map(String::as_str))
    }

    /// The same of single tables, before the statements with these texts run.
    pub fn check_texts<'a>(&self, texts: impl Iterator<Item = &'a str>) -> Result<()> {
        self.options.check_texts(texts)
    }

    /// An error with the words of the program for its options.
    fn error_in_words(&self, error: DataFusionError) -> DataFusionError {
        match error {
            DataFusionError::Plan(message) => {
                let message = message.replace(RAW_FILES, self.face.raw_files);
                DataFusionError::Plan(self.with_known_names(message))
            }
            other => other,
        }
    }

    /// Forgets what was known of a name, which stands for something else now.
    pub fn forget(&mut self, name: &str) {
        self.opened.remove(name);
        self.options.set_own(name, None);
        self.column_notes_of(name);
    }

    /// Takes what nobody has asked for of a table.
    fn column_notes_of(&mut self, name: &str) -> Vec<ColumnNote> {
        let of_it = |n: &mut ColumnNote| n.table == name;
        self.column_notes.extract_if(.., of_it).collect()
    }

    /// Keeps notes about a statement; what was said once is not said again.
    pub fn note(&mut self, notes: Vec<String>) {
        for note in notes {
            if self.said.insert(note.clone()) {
                self.notes.push(note);
            }
        }
    }

    /// Says what there is to say of columns that a statement asks for.
    ///
    /// The caller is told whether the note is for those who only show the column, too.
    pub fn asked_for(&mut self, is_asked_for: impl Fn(&str, bool) -> bool) {
        let all = std::mem::take(&mut self.column_notes);
        let is_said = |n: &ColumnNote| is_asked_for(&n.column, n.of_shown);
        let (said, kept): (Vec<_>, _) = all.into_iter().partition(is_said);
        self.notes.extend(said.into_iter().map(|n| n.note));
        self.column_notes = kept;
    }

    /// Says what the texts of Parquet files look like that a statement has taken for something else: rows are looked at
    /// only where it failed.
    pub async fn look_at_texts(&mut self, ctx: &SessionContext, text: &str) {
        let parquet = self
            .opened
            .iter()
            .filter(|(_, seen)| !seen.types_were_guessed);
        let named = parquet.filter(|(name, _)| text.contains(name.as_str()));
        let tables: Vec<_> = named
            .map(|(name, seen)| (name.clone(), Arc::clone(&seen.provider)))
            .collect();
        for (name, provider) in tables {
            let (options, _) = self.options.of(&name);
            let notes = tables::notes_of_texts(ctx, &provider, &options).await;
            let asked = notes
                .into_iter()
                .filter(|(column, _)| text.contains(column.as_str()));
            let asked = asked.map(|(_, note)| self.in_words(note)).collect();
            self.note(asked);
        }
    }

    fn in_words(&self, note: String) -> String {
        self.with_known_names(note.replace(LARGER_SAMPLE, self.face.infer_rows))
    }

    fn with_known_names(&self, message: String) -> String {
        match &self.standard_input {
            Some(input) => input.in_words(&message),
            None => message,
        }
    }

    /// Has a session read the files of CREATE EXTERNAL TABLE as those of paths are.
    pub fn register(&self, ctx: &SessionContext) -> Result<()> {
        tables::register_external(ctx, self.options.of_all(), &self.of_external)
    }

    /// What a reader should know, one sentence each; each is given once.
    pub fn take_notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.notes);
        let of_external = std::mem::take(&mut *self.of_external.lock());
        notes.extend(of_external.into_iter().map(|note| self.in_words(note)));
        notes
    }

    pub(super) fn in_data_folder(&self, ctx: &SessionContext, name: &str) -> Option<String> {
        // Otherwise ".." would be a folder of data too.
        if name.is_empty() || name.starts_with('.') {
            return None;
        }
        let shown = |path: FilePath| path.to_string_lossy().into_owned();
        let data = self.data_folder(ctx)?;
        let folder = data.join(name);
        if folder.is_dir() {
            return Some(shown(folder));
        }
        let names = EXTENSIONS
            .iter()
            .flat_map(|e| COMPRESSIONS.iter().map(move |c| format!("{name}{e}{c}")));
        let mut files = names.map(|file| data.join(file));
        if data.is_remote() {
            // A list is one request, each of these would be another.
            let there = data.entries().ok()?;
            return files.find(|file| there.contains(file)).map(shown);
        }
        files.find(|file| file.is_file()).map(shown)
    }

    /// The folder of data, wherever it is.
    pub(super) fn data_folder(&self, ctx: &SessionContext) -> Option<FilePath> {
        let data = self.data.folder()?;
        Stores::of(ctx).path(&data.to_string_lossy()).ok()
    }
}

fn parquet_options(ctx: &SessionContext) -> ParquetOptions {
    let state = ctx.state_ref();
    let state = state.read();
    state.config_options().execution.parquet.clone()
}
