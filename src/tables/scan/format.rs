//! A format for DataFusion's listing tables.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{Statistics, plan_err};
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::file_compression_type::FileCompressionType;
use datafusion::datasource::physical_plan::{
    FileScanConfig, FileScanConfigBuilder, FileSinkConfig, FileSource,
};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::Result;
use datafusion::physical_expr::LexRequirement;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};

use super::file_rows::FileRows;
use super::source::RowsSource;

/// Files whose rows are read here, and written by DataFusion.
#[derive(Debug)]
pub(in crate::tables) struct RowsFormat<R> {
    rows: R,
    compression: Option<FileCompressionType>,
    writer: Arc<dyn FileFormat>,
}

impl<R: FileRows> RowsFormat<R> {
    pub fn new(
        rows: R,
        compression: Option<FileCompressionType>,
        writer: Arc<dyn FileFormat>,
    ) -> Self {
        Self {
            rows,
            compression,
            writer,
        }
    }
}

#[async_trait]
impl<R: FileRows> FileFormat for RowsFormat<R> {
    fn get_ext(&self) -> String {
        self.writer.get_ext()
    }

    fn get_ext_with_compression(&self, compression: &FileCompressionType) -> Result<String> {
        self.writer.get_ext_with_compression(compression)
    }

    fn compression_type(&self) -> Option<FileCompressionType> {
        self.compression
    }

    async fn infer_schema(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        _: &[ObjectMeta],
    ) -> Result<SchemaRef> {
        plan_err!(
            "the columns of {} files are found before they are read",
            self.rows.file_type()
        )
    }

    async fn infer_stats(
        &self,
        _: &dyn Session,
        _: &Arc<dyn ObjectStore>,
        table_schema: SchemaRef,
        _: &ObjectMeta,
    ) -> Result<Statistics> {
        Ok(Statistics::new_unknown(&table_schema))
    }

    async fn create_physical_plan(
        &self,
        _: &dyn Session,
        config: FileScanConfig,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let compression = self
            .compression
            .unwrap_or(FileCompressionType::UNCOMPRESSED);
        let config = FileScanConfigBuilder::from(config)
            .with_file_compression_type(compression)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    async fn create_writer_physical_plan(
        &self,
        input: Arc<dyn ExecutionPlan>,
        state: &dyn Session,
        config: FileSinkConfig,
        order: Option<LexRequirement>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.writer
            .create_writer_physical_plan(input, state, config, order)
            .await
    }

    fn file_source(&self, table_schema: TableSchema) -> Arc<dyn FileSource> {
        Arc::new(RowsSource::new(self.rows.of_a_scan(), table_schema))
    }
}
