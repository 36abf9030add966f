//! From a path to a table.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::arrow::datatypes::FieldRef;
use datafusion::catalog::TableProvider;
use datafusion::common::plan_err;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, PartitionedFile,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionContext;
use object_store::ObjectMeta;

use super::columns::{TableColumns, columns};
use super::files::{Files, FilesTable, OneFile};
use super::inspect::{Looked, look};
use super::layout::TableLayout;
use super::{guessed, text_columns};
use crate::tables::csv::LateNotes;
use crate::tables::formats::kind::FileKind;
use crate::tables::options::Options;
use crate::tables::paths::partitions::PartitionFolders;
use crate::tables::paths::urls::{folder_url, meta, store};
use crate::tables::paths::{find, lake};
use crate::tables::storage::{FilePath, Stores};
use crate::tables::values::types;

/// A table ready to be registered.
pub struct Opened {
    /// The table, to be registered under any name. It has the files that were found, as they are when a query reads
    /// them; those that come later are not among them.
    pub provider: Arc<dyn TableProvider>,
    /// The files that were found, in the order of their names.
    pub files: Vec<PathBuf>,
    /// True for formats whose types were guessed from a sample of the rows.
    pub types_were_guessed: bool,
    /// What a reader should know about the choices that were made, one sentence each.
    pub notes: Vec<String>,
    /// The same of single columns, for those who ask for them: the column and the sentence.
    pub column_notes: Vec<(String, String)>,
    /// The same of columns whose values are shown in another way than the files have them: for those who only show them, too.
    pub written_notes: Vec<(String, String)>,
    pub(crate) layout: TableLayout,
    /// The same files, to be opened again.
    pub(crate) paths: Vec<FilePath>,
}

/// Opens `path`, a file, a folder or a glob, without reading more of the files than their beginnings and ends.
pub async fn open(ctx: &SessionContext, path: &str, options: &Options) -> Result<Opened> {
    open_with(ctx, path, options, &[]).await
}

/// The same with types for those of some columns that there are.
pub(crate) async fn open_with(
    ctx: &SessionContext,
    path: &str,
    options: &Options,
    if_there: &[(String, String)],
) -> Result<Opened> {
    let said = types::resolve(ctx, &options.types, options)?;
    let types = [said.clone(), types::resolve(ctx, if_there, options)?].concat();
    let late = ctx.state_ref().read().config().get_extension::<LateNotes>();
    let (path_owned, options_owned, types_owned) =
        (path.to_string(), options.clone(), types.clone());
    // Looking at files blocks; on a thread of its own it leaves the caller free to hear Ctrl-C.
    let stores = Stores::of(ctx);
    let threads = ctx.state_ref().read().config().target_partitions();
    let looked = tokio::task::spawn_blocking(move || {
        look(
            &stores,
            &path_owned,
            &options_owned,
            &types_owned,
            late,
            threads,
        )
    })
    .await
    .map_err(|e| DataFusionError::External(Box::new(e)))??;
    let Looked {
        files,
        partitions,
        mut inspected,
    } = looked;

    let metas: Vec<ObjectMeta> = files.iter().map(meta).collect::<Result<_>>()?;
    let store = store(&files[0])?;
    let TableColumns {
        format,
        schema,
        of_files,
        names,
        json_files,
        whole,
        notes,
    } = columns(ctx, &inspected, &files, &metas, options).await?;
    inspected.notes.extend(notes);
    if inspected.kind == FileKind::Parquet {
        match options.raw_files {
            true => inspected
                .notes
                .extend(lake::insisted_columns(path, &schema)),
            false => lake::check_columns(path, &schema)?,
        }
    }

    types::check(path, &schema, &said, options)?;
    let columns = partitions
        .as_ref()
        .map_or(vec![], PartitionFolders::columns);
    if let Some(partitions) = &partitions {
        inspected.column_notes.extend(partitions.notes(&columns));
    }
    let twice = |c: &&FieldRef| schema.index_of(c.name()).is_ok();
    if let Some(column) = columns.iter().find(twice) {
        let name = column.name();
        return plan_err!(
            "{path} has {name} twice: as a column of its files and as the name of its folders {name}=...; \
             rename one of them"
        );
    }
    let layout = TableLayout::of(&inspected, &files, &metas, &columns);
    let values = match &partitions {
        Some(partitions) => partitions.typed(&columns)?,
        None => vec![vec![]; files.len()],
    };
    let each = metas.into_iter().zip(values).zip(of_files).zip(&files);
    let each = each.enumerate();
    let each = each.map(|(number, (((meta, values), schema), path))| {
        let mut file = PartitionedFile::from(meta);
        if let Some(csv) = inspected.csv_files.get(number) {
            file.extensions.insert_arc(Arc::clone(csv));
        }
        if let Some(json) = json_files.get(number) {
            file.extensions.insert_arc(Arc::clone(json));
        }
        if path.is_remote() {
            file.extensions.insert(path.clone());
        }
        file.partition_values = values;
        Arc::new(OneFile {
            path: path.clone(),
            file,
            schema,
        })
    });
    let inserts = match &partitions {
        Some(partitions) if !partitions.base.is_remote() => {
            let by_name = columns
                .iter()
                .map(|c| (c.name().clone(), c.data_type().clone()));
            let listing = ListingOptions::new(Arc::clone(&format))
                .with_file_extension(inspected.extension)
                .with_table_partition_cols(by_name.collect());
            let config = ListingTableConfig::new(folder_url(&partitions.base)?)
                .with_listing_options(listing)
                .with_schema(Arc::clone(&schema));
            Some(ListingTable::try_new(config)?)
        }
        _ => None,
    };
    let table = FilesTable::new(Files {
        file_schema: schema,
        partitions: columns,
        format,
        store,
        files: each.collect(),
        names,
        whole,
        is_parquet: inspected.kind == FileKind::Parquet,
        by_own_names: matches!(inspected.kind, FileKind::Parquet | FileKind::Arrow),
        inserts,
    });
    let is_guess = |column: &str| match inspected.kind {
        FileKind::Parquet | FileKind::Arrow => false,
        FileKind::Csv | FileKind::Workbook => inspected.guessed.iter().any(|guess| guess == column),
        FileKind::Json => !types.iter().any(|(said, _)| said == column),
    };
    let mut provider: Arc<dyn TableProvider> = Arc::new(table);
    let columns = provider.schema();
    if inspected.kind == FileKind::Json {
        types::refuse_lost_codes(path, &columns, &types, options)?;
    }
    let ways = match inspected.kind {
        FileKind::Parquet | FileKind::Arrow => BTreeMap::new(),
        FileKind::Csv | FileKind::Workbook => types::ways(&columns, is_guess, |name| {
            types::of_text(name, &options.option_names)
        }),
        FileKind::Json => types::ways(&columns, is_guess, |name| {
            match columns
                .field_with_name(name)
                .map(|f| f.data_type().is_nested())
            {
                Ok(true) => types::of_object(name),
                _ => types::of_json(name, &options.option_names),
            }
        }),
    };
    provider = guessed::marked(provider, ways);
    // Those of CSV files are proven where they are read.
    let is_proven = matches!(inspected.kind, FileKind::Csv | FileKind::Workbook);
    if !is_proven {
        let are_all = inspected.kind == FileKind::Json;
        let notes = text_columns::notes(ctx, &provider, &types, options, are_all).await;
        inspected.column_notes.extend(notes);
    }
    if !is_proven {
        provider = types::proven(ctx, provider, path, &types, options)?;
    }
    Ok(Opened {
        provider,
        files: files.iter().map(|file| file.to_path_buf()).collect(),
        paths: files,
        types_were_guessed: !matches!(inspected.kind, FileKind::Parquet | FileKind::Arrow),
        notes: inspected.notes,
        column_notes: inspected.column_notes,
        written_notes: inspected.written_notes,
        layout,
    })
}

/// What the texts of a table that has types look like, by column.
pub(crate) async fn notes_of_texts(
    ctx: &SessionContext,
    table: &Arc<dyn TableProvider>,
    options: &Options,
) -> Vec<(String, String)> {
    text_columns::notes(ctx, table, &[], options, true).await
}

/// Refuses types and zones that there are not, before a table is opened with them.
pub(crate) fn check(
    ctx: &SessionContext,
    options: &Options,
    types: &[(String, String)],
) -> Result<()> {
    types::resolve(ctx, types, options).map(|_| ())
}

/// Refuses the place of an external table that is one of a table format.
pub(crate) fn check_location(location: &str, options: &Options) -> Result<()> {
    let path = location.strip_prefix("file://").unwrap_or(location);
    if options.raw_files || path.contains("://") {
        return Ok(());
    }
    let path = FilePath::of_disk(path);
    lake::check_folder(&path)?;
    // Where nothing is yet, INSERT will write.
    match find::find(&path) {
        Ok(found) => lake::check_files(&path, &found.files),
        Err(_) => Ok(()),
    }
}
