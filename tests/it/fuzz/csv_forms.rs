//! One table in a plain file, and the same rows in several files of all forms: other orders and spellings of the columns,
//! other separators and encodings, lines above the header line.

use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::{Gave, ask, for_a_while, one_of};
use crate::command::Folder;

const COLUMNS: [&str; 4] = ["customer_id", "name", "amount", "day"];

/// Texts of which all but the last two are in Windows-1252, too.
const NAMES: [&str; 8] = [
    "Ann",
    "Zoë",
    "a, b; c | d",
    "say \"hi\"",
    "two\nlines",
    "Köln – Süd",
    "Łódź",
    "日本",
];

/// One row, in the order of [`COLUMNS`].
fn row(rng: &mut ChaCha8Rng, id: usize, names: usize) -> [String; 4] {
    [
        id.to_string(),
        one_of(rng, &NAMES[..names]).to_string(),
        format!("{}.25", rng.random_range(0..1000)),
        format!(
            "2026-0{}-1{}",
            rng.random_range(1..10),
            rng.random_range(0..10)
        ),
    ]
}

fn line(cells: &[&str], delimiter: char, end: &str) -> String {
    let cell = |cell: &&str| match cell.contains([delimiter, '"', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_string(),
    };
    let cells: Vec<_> = cells.iter().map(cell).collect();
    cells.join(&delimiter.to_string()) + end
}

/// A name in capitals is the table's only where no file has it without.
fn spelled(rng: &mut ChaCha8Rng, name: &str, may_have_capitals: bool) -> String {
    match rng.random_range(0..4) {
        0 if may_have_capitals => name.to_uppercase(),
        1 => format!(" {name}"),
        _ => name.to_string(),
    }
}

/// A file of rows in some form, with some of the columns.
fn file(
    rng: &mut ChaCha8Rng,
    rows: &[[String; 4]],
    columns: &[usize],
    is_western: bool,
    is_first: bool,
) -> Vec<u8> {
    let delimiter = *one_of(rng, &[',', ';', '\t', '|']);
    let end = *one_of(rng, &["\n", "\r\n"]);
    let mut order = columns.to_vec();
    order.shuffle(rng);
    let names: Vec<String> = order
        .iter()
        .map(|at| spelled(rng, COLUMNS[*at], !is_first))
        // A blank after a comma may be one within a value of a row.
        .map(|name| match delimiter {
            ',' => name.trim().to_string(),
            _ => name,
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut text = match rng.random_range(0..4) {
        0 => format!("sep={delimiter}{end}"),
        // Above a single column a # may begin a name.
        1 if order.len() > 1 => format!("# made by X{end}# in May{end}"),
        2 if rows.len() > 1 && order.len() > 1 => format!("Customers of May{end}{end}"),
        _ => String::new(),
    };
    text += &line(&names, delimiter, end);
    for row in rows {
        let cells: Vec<&str> = order.iter().map(|at| row[*at].as_str()).collect();
        text += &line(&cells, delimiter, end);
    }
    match rng.random_range(0..4) {
        0 => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        1 => {
            let units = text.encode_utf16().flat_map(u16::to_le_bytes);
            b"\xFF\xFE".iter().copied().chain(units).collect()
        }
        2 if is_western => text
            .chars()
            .map(|c| match c {
                '–' => 0x96,
                c => u8::try_from(u32::from(c)).expect("a letter of Latin-1"),
            })
            .collect(),
        _ => text.into_bytes(),
    }
}

#[test]
fn files_of_all_forms_are_the_table_of_a_plain_one() {
    for_a_while(|rng| {
        let folder = Folder::new();
        let mut plain = line(&COLUMNS, ',', "\n");
        let mut id = 0;
        for number in 0..rng.random_range(1..5) {
            let is_western = rng.random_bool(0.5);
            let names = if is_western {
                NAMES.len() - 2
            } else {
                NAMES.len()
            };
            let rows: Vec<_> = (0..rng.random_range(1..6))
                .map(|_| {
                    id += 1;
                    row(rng, id, names)
                })
                .collect();
            // The first file has all columns; the others have one that tells its header line.
            let has = |at: &usize| number == 0 || *at == 0 || rng.random_bool(0.7);
            let columns: Vec<usize> = (0..COLUMNS.len()).filter(has).collect();
            for row in &rows {
                let cell = |at: usize| match columns.contains(&at) {
                    true => row[at].as_str(),
                    false => "",
                };
                plain += &line(&[0, 1, 2, 3].map(cell), ',', "\n");
            }
            let bytes = file(rng, &rows, &columns, is_western, number == 0);
            folder.file(&format!("t/{number}.csv"), bytes);
        }
        folder.file("plain.csv", &plain);
        let asked = *one_of(
            rng,
            &[
                "SELECT * FROM t ORDER BY customer_id",
                "SELECT day, customer_id FROM t ORDER BY customer_id",
                "SELECT count(*), count(name), sum(amount), min(day), max(name) FROM t",
                "SELECT name FROM t ORDER BY name",
            ],
        );
        let asked = asked.replace("SELECT *", "SELECT customer_id, name, amount, day");
        let of = |path: &str| match ask(&[("t", &folder.path(path))], &asked) {
            Gave::Rows(rows, _) => rows,
            Gave::Error(words) => panic!("{path}: {words}\n{plain}"),
        };
        assert_eq!(of("t"), of("plain.csv"), "{asked}\n{plain}");
    });
}
