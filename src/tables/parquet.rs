//! Whether a file that is called .parquet is Parquet: it begins and ends with `PAR1`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};

pub(super) fn check(files: &[PathBuf]) -> Result<()> {
    for file in files {
        let (head, tail) = ends(file).map_err(|e| {
            DataFusionError::Plan(format!("{} cannot be read: {e}", file.display()))
        })?;
        let is_parquet = |end: &[u8]| matches!(end, b"PAR1" | b"PARE");
        if is_parquet(&head[..head.len().min(4)]) && is_parquet(&tail) {
            continue;
        }
        if is_parquet(&head[..head.len().min(4)]) {
            return plan_err!(
                "{} begins as Parquet but does not end so: it was cut off, or is still being written",
                file.display()
            );
        }
        return plan_err!(
            "{} is not a Parquet file: {}",
            file.display(),
            what_it_is(&head)
        );
    }
    Ok(())
}

fn ends(file: &Path) -> std::io::Result<(Vec<u8>, Vec<u8>)> {
    let mut file = File::open(file)?;
    let mut head = vec![];
    (&mut file).take(24).read_to_end(&mut head)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(4)))?;
    let mut tail = vec![];
    file.read_to_end(&mut tail)?;
    Ok((head, tail))
}

fn what_it_is(head: &[u8]) -> String {
    let is_text = |b: &u8| b.is_ascii_graphic() || *b >= 0x80 || b.is_ascii_whitespace();
    if head.iter().all(is_text) {
        let start = String::from_utf8_lossy(head);
        let start = start
            .trim_end_matches(char::REPLACEMENT_CHARACTER)
            .escape_debug();
        return format!(
            "it begins with the text \"{start}\"; if it is CSV, rename it to .csv and name that file"
        );
    }
    let bytes: Vec<String> = head.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("it begins with the bytes {}", bytes.join(" "))
}
