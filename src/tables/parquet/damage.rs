//! Which Parquet file is damaged, and where.
//!
//! What reads the pages of many files does not say which one an error is of. After such an error the files are read
//! once more, page by page.

use crate::tables::storage::FilePath;
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};

/// What is wrong with the first of these files that cannot be read, if there is one.
pub(crate) fn find(files: &[FilePath]) -> Option<String> {
    files.iter().find_map(of)
}

fn of(file: &FilePath) -> Option<String> {
    let shown = file.display();
    let opened = file.open().map_err(ParquetError::from);
    let is_parquet = file.open().and_then(|mut file| {
        let mut head = [0; 4];
        std::io::Read::read_exact(&mut file, &mut head).map(|()| head == *b"PAR1")
    });
    // Arrow files are among them.
    if is_parquet.is_ok_and(|is| !is) {
        return None;
    }
    let reader = match opened.and_then(SerializedFileReader::new) {
        Ok(reader) => reader,
        Err(e) => return Some(format!("{shown} cannot be read: {e}")),
    };
    for number in 0..reader.num_row_groups() {
        let group = match reader.get_row_group(number) {
            Ok(group) => group,
            Err(e) => return Some(format!("{shown} is damaged in row group {number}: {e}")),
        };
        for column in 0..group.num_columns() {
            if let Err(e) = pages(group.as_ref(), column) {
                let name = group.metadata().column(column).column_path().string();
                return Some(format!(
                    "{shown} is damaged in column {name}, row group {number} of {}: {e}. \
                     Its other columns can be read; copy or write the file again",
                    reader.num_row_groups()
                ));
            }
        }
    }
    None
}

fn pages(group: &dyn RowGroupReader, column: usize) -> Result<(), ParquetError> {
    let mut pages = group.get_column_page_reader(column)?;
    while pages.get_next_page()?.is_some() {}
    Ok(())
}
