//! Whether the places that a Parquet file gives for its columns are in the file. Those of a damaged footer may be
//! anywhere, and the reader takes them for granted.

use datafusion::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};

/// What is wrong with the first place that cannot be, if one is.
pub(super) fn misplaced(footer: &ParquetMetaData, bytes_of_file: u64) -> Option<String> {
    let mut rows = 0_i64;
    for (number, group) in footer.row_groups().iter().enumerate() {
        for column in group.columns() {
            if !is_inside(column, bytes_of_file) || column.num_values() < 0 {
                return Some(format!(
                    "column {} of row group {number} claims a position outside of a file of {bytes_of_file} bytes",
                    column.column_path().string()
                ));
            }
        }
        match rows
            .checked_add(group.num_rows())
            .filter(|_| group.num_rows() >= 0)
        {
            Some(sum) => rows = sum,
            None => {
                return Some(format!(
                    "row group {number} is said to have {} rows",
                    group.num_rows()
                ));
            }
        }
    }
    let said = footer.file_metadata().num_rows();
    (said != rows)
        .then(|| format!("it is said to have {said} rows, and its row groups have {rows}"))
}

fn is_inside(column: &ColumnChunkMetaData, bytes_of_file: u64) -> bool {
    let start = column
        .dictionary_page_offset()
        .unwrap_or(column.data_page_offset());
    let (Ok(start), Ok(length)) = (
        u64::try_from(start),
        u64::try_from(column.compressed_size()),
    ) else {
        return false;
    };
    let end = start.checked_add(length);
    column.data_page_offset() >= 0 && end.is_some_and(|end| end <= bytes_of_file)
}
