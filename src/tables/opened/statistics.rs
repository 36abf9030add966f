//! What is known of the files of a table before they are read: how many rows, between which bounds, in which order.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::catalog::Session;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::error::Result;
use datafusion::physical_expr::LexOrdering;

use super::files::{FilesTable, OneFile};
use crate::tables::parquet;

/// Whether all values of a column lie between what its file says of them. Those of floats leave NaN out: a column of 1 and
/// NaN is said to go from 1 to 1, and would be read as nothing but 1. A damaged file may have the greatest before the least.
fn are_bounds(read: &ColumnStatistics, data_type: &DataType) -> bool {
    let ordered = match (read.min_value.get_value(), read.max_value.get_value()) {
        (Some(least), Some(most)) => least <= most,
        _ => true,
    };
    ordered && !data_type.is_floating()
}

impl FilesTable {
    /// The statistics of some columns of a file; the others are unknown.
    pub(in crate::tables) async fn statistics(
        &self,
        state: &dyn Session,
        file: &OneFile,
        wanted: &BTreeSet<usize>,
    ) -> Result<Statistics> {
        let table = &self.files.file_schema;
        let mut all = Statistics::new_unknown(table);
        if self.files.is_parquet {
            let is_it = |name: &str, field: &FieldRef| {
                field.name() == name
                    || self
                        .files
                        .names
                        .get(field.name())
                        .is_some_and(|n| n == name)
            };
            let own = |i: usize| {
                let field = table.field(i);
                // Mostly it is at the same place.
                let fields = file.schema.fields();
                fields
                    .get(i)
                    .filter(|own| is_it(field.name(), own))
                    .or_else(|| fields.iter().find(|own| is_it(field.name(), own)))
            };
            let found: Vec<(usize, Option<&FieldRef>)> =
                wanted.iter().map(|&i| (i, own(i))).collect();
            let there = found.iter().filter_map(|(_, own)| own.cloned());
            let schema = Arc::new(Schema::new(there.collect::<Vec<_>>()));
            let store = state.runtime_env().object_store(&self.files.store)?;
            let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
            let meta = &file.file.object_meta;
            let read = parquet::statistics(cache, store.as_ref(), &schema, meta).await?;
            all.num_rows = read.num_rows;
            let mut columns = read.column_statistics.into_iter();
            for (i, own) in found {
                all.column_statistics[i] = match own {
                    None => ColumnStatistics {
                        null_count: all.num_rows,
                        ..ColumnStatistics::new_unknown()
                    },
                    Some(own) => {
                        let read = columns.next().unwrap_or_default();
                        match own.data_type() == table.field(i).data_type() {
                            true if are_bounds(&read, own.data_type()) => read,
                            // Its bounds are values of another type, or none.
                            _ => ColumnStatistics {
                                null_count: read.null_count,
                                ..ColumnStatistics::new_unknown()
                            },
                        }
                    }
                };
            }
        }
        let of_partitions = file
            .file
            .partition_values
            .iter()
            .map(|value| match value.is_null() {
                true => ColumnStatistics {
                    null_count: all.num_rows,
                    ..ColumnStatistics::new_unknown()
                },
                false => ColumnStatistics {
                    null_count: Precision::Exact(0),
                    max_value: Precision::Exact(value.clone()),
                    min_value: Precision::Exact(value.clone()),
                    distinct_count: Precision::Exact(1),
                    ..ColumnStatistics::new_unknown()
                },
            });
        let of_partitions: Vec<ColumnStatistics> = of_partitions.collect();
        all.column_statistics.extend(of_partitions);
        Ok(all)
    }

    /// The order of a file's rows, if it says one and its columns are the table's.
    pub(in crate::tables) async fn ordering(
        &self,
        state: &dyn Session,
        file: &OneFile,
    ) -> Result<Option<LexOrdering>> {
        let own = file
            .schema
            .fields()
            .iter()
            .map(|f| (f.name(), f.data_type()));
        let table = self
            .files
            .file_schema
            .fields()
            .iter()
            .map(|f| (f.name(), f.data_type()));
        if !self.files.is_parquet || !own.eq(table) {
            return Ok(None);
        }
        let store = state.runtime_env().object_store(&self.files.store)?;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let schema = Arc::clone(&self.files.file_schema);
        let meta = &file.file.object_meta;
        // DataFusion reads the indexes of all pages for an order that mostly is none.
        if !parquet::is_sorted(cache, store.as_ref(), meta).await? {
            return Ok(None);
        }
        self.files
            .format
            .infer_ordering(state, &store, schema, meta)
            .await
    }
}
