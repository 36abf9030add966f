//! A session, its tables and its notes.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::prelude::SessionContext;

use super::context::context;
use super::rejects;
use crate::session::error::{Error, ErrorKind};
use crate::session::names::{NamedTables, file_options};
use crate::session::output::{StoreAccess, Unfinished};
use crate::session::progress::ProgressWatch;
use crate::session::refused::config_values;
use crate::session::resources::{Folders, Resources};
use crate::session::script::Statement;
use crate::session::settings::{Face, Settings, TableOptions};
use crate::session::words::messages;
use crate::session_support::Remarks;
use crate::tables::{StorageOptions, Stores, TableLayout};

/// A session that keeps to its settings.
pub struct Session {
    pub(in crate::session) ctx: SessionContext,
    pub(in crate::session) resources: Resources,
    pub(in crate::session) names: NamedTables,
    pub(in crate::session) unfinished: Unfinished,
    pub(in crate::session) face: Face,
    pub(in crate::session) remarks: Remarks,
    pub(in crate::session) only_reads: bool,
    /// Where results are written before they are sent to a store.
    spill_dir: Option<PathBuf>,
}

impl Session {
    /// A session with these settings.
    ///
    /// # Errors
    /// A setting that cannot be, such as a folder that is not there.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        for (option, value) in &settings.config {
            config_values::check_one(option, value, "SET")
                .map_err(|problem| Error::new(ErrorKind::Setting, problem))?;
        }
        file_options::check_types(&settings.types)
            .map_err(|problem| Error::new(ErrorKind::Setting, problem))?;
        let resources = Resources::new(settings)?;
        let rejects = rejects::file(settings)?;
        let storage = StorageOptions {
            folder: settings.spill_dir.clone(),
            most_bytes: Some(settings.spill_limit),
            ..settings.storage.clone()
        };
        let (ctx, remarks) = context(&resources, &settings.config, storage, &rejects)
            .map_err(|e| Error::new(ErrorKind::Setting, messages::of(&e)))?;
        let names = NamedTables::new(settings);
        names
            .check(&ctx)
            .and_then(|()| names.register(&ctx))
            .map_err(|e| Error::new(ErrorKind::Setting, messages::of(&e)))?;
        Ok(Self {
            ctx,
            remarks,
            resources,
            names,
            unfinished: Unfinished::default(),
            face: settings.face,
            spill_dir: settings.spill_dir.clone(),
            only_reads: false,
        })
    }

    /// The object stores that results may go to.
    pub fn store_access(&self) -> StoreAccess {
        let folder = self.spill_dir.clone().unwrap_or_else(std::env::temp_dir);
        StoreAccess::new(Stores::of(&self.ctx), folder)
    }

    /// Has somebody told of a server that is waited for although it has failed for a while, one sentence each time. That comes from
    /// any thread.
    pub fn on_waiting(&self, told: impl Fn(&str) + Send + Sync + 'static) {
        Stores::of(&self.ctx).watch().listen(Box::new(told));
    }

    /// How far the planning of a statement is.
    pub fn watch(&self) -> ProgressWatch {
        ProgressWatch::of_planning(Stores::of(&self.ctx).watch())
    }

    /// The DataFusion session below.
    pub fn context(&self) -> &SessionContext {
        &self.ctx
    }

    /// Every table that a statement can name: those that have been given a name, and those of the data folder.
    pub fn table_names(&self) -> Vec<String> {
        self.names.known(&self.ctx).into_iter().collect()
    }

    /// The columns of the table of this name; none if there is no such table.
    pub async fn columns_of(&mut self, table: &str) -> Vec<String> {
        self.names.columns_of(&self.ctx, table).await
    }

    /// How the files of a table that was opened by its path are laid out.
    pub(crate) fn layout(&self, name: &str) -> Option<&TableLayout> {
        self.names.layout(name)
    }

    /// What has to be removed from the disk when a process ends before its queries do.
    pub fn folders(&self) -> Folders {
        self.resources.folders()
    }

    /// What a process that ends in the middle of a COPY leaves behind.
    pub fn unfinished(&self) -> Unfinished {
        self.unfinished.clone()
    }

    /// What a reader should know about choices that were made, one sentence each; each is given once.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.names.take_notes()
    }

    /// Has the notes of all columns told, as if a statement had asked for each of them.
    pub(crate) fn tell_of_columns(&mut self) {
        self.names.asked_for(|_, _| true);
    }

    /// Says whether the damaged lines that were left out are saved.
    ///
    /// # Errors
    /// Why they are not.
    pub fn check_rejects(&self) -> Result<(), Error> {
        rejects::save(&self.ctx)
    }

    /// Says which options of files were for tables and columns that nobody has asked for.
    ///
    /// # Errors
    /// The first such option, with the nearest name that there is.
    pub fn check_file_options(&self) -> Result<(), Error> {
        let checked = self.names.check_options();
        checked.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Refuses, before they run, options for tables that no statement names.
    ///
    /// # Errors
    /// Which option names a table that is not there.
    pub fn check_tables_of_options(&self, statements: &[Statement]) -> Result<(), Error> {
        let texts = statements.iter().map(Statement::text);
        let checked = self.names.check_texts(texts);
        checked.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Names a file, a folder or a glob. A table that has the name gives it up.
    ///
    /// # Errors
    /// Why the path cannot be a table.
    pub async fn add_table(&mut self, name: &str, path: &str) -> Result<(), Error> {
        self.add_table_with(name, path, TableOptions::default())
            .await
    }

    /// The same with options for this table, which take precedence over those of the session. It keeps them until it
    /// gives up its name.
    ///
    /// # Errors
    /// Why the path cannot be a table, or not such a one. Then a table that has the name keeps it.
    pub async fn add_table_with(
        &mut self,
        name: &str,
        path: &str,
        options: TableOptions,
    ) -> Result<(), Error> {
        let opened = self.names.add(&self.ctx, name, path, options).await;
        opened.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))
    }

    /// Names a table that somebody made. A table that has the name gives it up.
    ///
    /// # Errors
    /// Those of DataFusion's catalog.
    pub fn add_provider(
        &mut self,
        name: &str,
        provider: Arc<dyn TableProvider>,
    ) -> Result<(), Error> {
        let reference = TableReference::bare(name);
        self.names.forget(name);
        let registered = self
            .ctx
            .deregister_table(reference.clone())
            .and_then(|_| self.ctx.register_table(reference, provider));
        registered.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))?;
        Ok(())
    }

    /// The names that a statement reads of and that stand for no table yet: neither for one that was named, nor for one of the
    /// data folder, nor for a path. Whoever has such tables may add them, and then plan it. There are none in a session that only
    /// reads.
    pub fn missing_tables(&self, statement: &Statement) -> Vec<String> {
        if self.only_reads {
            return vec![];
        }
        // What is wrong with the statement is said when it is planned.
        let missing = self.names.missing_in(&self.ctx, &statement.ast);
        missing.unwrap_or_default()
    }

    /// Takes a table's name from it; says whether there was such a table.
    ///
    /// # Errors
    /// Those of DataFusion's catalog.
    pub fn remove_table(&mut self, name: &str) -> Result<bool, Error> {
        self.names.forget(name);
        let removed = self.ctx.deregister_table(TableReference::bare(name));
        let removed = removed.map_err(|e| Error::new(ErrorKind::Table, messages::of(&e)))?;
        Ok(removed.is_some())
    }
}
