//! Damaged Parquet files, beside the row reader of the `parquet` crate, which decodes by other ways than the one to Arrow.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};
use rand::RngExt;

use super::{Gave, ask, for_a_while, one_of, records};
use crate::command::Folder;

const MAKE: &str = "SELECT 'c' || (value % 7) AS customer, value % 3 AS product, value * 1.5 AS amount, \
    DATE '2026-01-01' AS day, value % 2 = 0 AS flag FROM generate_series(1, 60) AS t(value)";

/// How many rows the second reader finds; `None` where it fails.
fn second_reader(path: &Path) -> Option<usize> {
    let rows = || {
        let reader = SerializedFileReader::new(File::open(path).ok()?).ok()?;
        let mut rows = 0;
        for row in reader.get_row_iter(None).ok()? {
            row.ok()?;
            rows += 1;
        }
        Some(rows)
    };
    catch_unwind(AssertUnwindSafe(rows)).ok().flatten()
}

#[test]
fn a_damaged_file_is_an_error_or_has_all_its_rows() {
    let folder = Folder::new();
    let made = folder.run(&["-o", "whole.parquet", "-c", MAKE]);
    made.succeeded();
    let whole = std::fs::read(folder.path("whole.parquet")).expect("it was written");
    let path = folder.path("damaged.parquet");
    for_a_while(|rng| {
        let mut bytes = whole.clone();
        match rng.random_range(0..6) {
            0 => bytes.truncate(rng.random_range(0..whole.len())),
            1 => {
                // The length of the footer stands before the last four bytes.
                let at = bytes.len() - 8 + rng.random_range(0..4);
                bytes[at] = rng.random_range(0..=255);
            }
            _ => {
                for _ in 0..rng.random_range(1..4) {
                    let at = rng.random_range(0..bytes.len());
                    bytes[at] = *one_of(rng, &[0, 1, 0x7f, 0x80, 0xff, rng_byte(at)]);
                }
            }
        }
        std::fs::write(&path, &bytes).expect("it can be written");
        let table = [("t", path.as_path())];
        let Gave::Rows(csv, _) = ask(&table, "SELECT * FROM t") else {
            return;
        };
        let ours = records(&csv).len() - 1;
        if let Some(theirs) = second_reader(&path) {
            assert_eq!(ours, theirs, "rows");
        }
        // A figure, and a filter that looks at statistics.
        ask(
            &table,
            "SELECT cross_sell_rate(customer, product), arpa(customer, amount) FROM t",
        );
        ask(
            &table,
            "SELECT count(*) FROM t WHERE product = 2 AND day > '2025-01-01'",
        );
    });
}

/// A byte that depends on its place.
fn rng_byte(at: usize) -> u8 {
    (at.wrapping_mul(31) % 251) as u8
}
