//! CSV files with slips, beside the `csv` crate as the second reader.

use std::collections::BTreeSet;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{Gave, ask, for_a_while, one_of, records, same, with_slips};
use crate::command::Folder;

/// Cells as people's exports have them.
const ODD: &[&str] = &[
    "00123",
    "+5",
    " 7",
    "7 ",
    "1E5",
    "1e5",
    "1.10",
    "1.1",
    "-0",
    "12345678901234567890",
    "N/A",
    "NULL",
    "-",
    "\\N",
    "",
    " ",
    "\"\"",
    "\"a,b\"",
    "\"a\nb\"",
    "\"say \"\"hi\"\"\"",
    "a\"b",
    "\"open",
    "12,5",
    "\"1.234,50\"",
    "$5",
    "5%",
    "Yes",
    "no",
    "TRUE",
    "t",
    "2026-13-01",
    "13/04/2026",
    "2026-01-01 10:00",
    "2026-01-01T10:00:00+02:00",
    "2026-01-01T10:00:00.123456789",
    "9999-12-31",
    "é",
    "Total",
    "nan",
    "Infinity",
    "0x10",
    "1_000",
    "٣",
];

fn file(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut lines = vec![];
    if rng.random_bool(0.9) {
        lines.push("customer_id,product,amount,day,flag".to_string());
    }
    let texts = rng.random_bool(0.5);
    for _ in 0..rng.random_range(0..12) {
        let n = rng.random_range(1..5);
        let customer = if texts {
            format!("c{n}")
        } else {
            n.to_string()
        };
        lines.push(format!(
            "{customer},{},{}.{:02},2026-0{}-1{},{}",
            one_of(rng, &["CRM", "Chat", "Phone"]),
            rng.random_range(0..100),
            rng.random_range(0..100),
            rng.random_range(1..10),
            rng.random_range(0..10),
            rng.random_bool(0.5)
        ));
    }
    for _ in 0..rng.random_range(0..3) {
        if lines.is_empty() {
            break;
        }
        let line = rng.random_range(0..lines.len());
        let mut cells: Vec<String> = lines[line].split(',').map(str::to_string).collect();
        let cell = rng.random_range(0..cells.len());
        cells[cell] = one_of(rng, ODD).to_string();
        lines[line] = cells.join(",");
    }
    let end = *one_of(rng, &["\n", "\r\n", "\n", "\n\n"]);
    let mut bytes = lines.join(end).into_bytes();
    if rng.random_bool(0.8) {
        bytes.extend(end.as_bytes());
    }
    if rng.random_bool(0.3) {
        with_slips(rng, &mut bytes, 2, b"\",;\n\r\t 0\xff");
    }
    bytes
}

/// The records as the second reader has them; `None` where it finds them of different lengths, or not text.
fn second_reader(bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(bytes);
    let records = reader.records().map(|record| {
        let record = record.ok()?;
        Some(record.iter().map(str::to_string).collect())
    });
    records.collect()
}

#[test]
fn a_file_that_is_read_without_a_word_says_what_its_lines_say() {
    let mut compared = 0;
    for_a_while(|rng| {
        let bytes = file(rng);
        let folder = Folder::new();
        folder.file("t.csv", &bytes);
        let path = folder.path("t.csv");
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let Gave::Rows(csv, notes) = ask(&[("t", &path)], "SELECT * FROM t") else {
            return;
        };
        if !notes.is_empty() {
            return;
        }
        let theirs =
            second_reader(&bytes).unwrap_or_else(|| panic!("read without a word:\n{shown}"));
        let ours = records(&csv);
        assert_eq!(ours.len(), theirs.len(), "rows of\n{shown}\ngave\n{csv}");
        for (ours, theirs) in ours[0].iter().zip(&theirs[0]) {
            let is_named = ours == theirs.trim() || theirs.trim().is_empty();
            assert!(is_named, "{theirs:?} is called {ours:?}:\n{shown}");
        }
        for (ours, theirs) in ours[1..].iter().zip(&theirs[1..]) {
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert!(same(ours, theirs), "{theirs:?} became {ours:?}:\n{shown}");
            }
        }
        // Customers that are written differently are different.
        let customers: BTreeSet<_> = theirs[1..]
            .iter()
            .map(|record| record[0].as_str())
            .filter(|text| !text.is_empty())
            .collect();
        let first = &ours[0][0];
        let parts = format!(
            "SELECT products_per_customer_parts(\"{first}\", \"{first}\")['denominator'] FROM t"
        );
        if let Gave::Rows(csv, notes) = ask(&[("t", &path)], &parts)
            && notes.is_empty()
        {
            let ours = records(&csv)[1][0].parse::<f64>().unwrap_or(0.0);
            assert_eq!(ours, customers.len() as f64, "customers of\n{shown}");
            compared += 1;
        }
    });
    assert!(compared > 0, "nothing was compared");
}
