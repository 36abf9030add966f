//! JSON files with slips, beside `serde_json` as the second reader.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::Value;

use super::{Gave, ask, for_a_while, one_of, records, same, with_slips};
use crate::command::Folder;

const ODD: &[&str] = &[
    "null",
    "\"\"",
    "\"N/A\"",
    "1",
    "1.10",
    "\"1\"",
    "1e5",
    "12345678901234567890",
    "9007199254740993",
    "true",
    "\"2026-01-01T10:00:00Z\"",
    "[1,2]",
    "[]",
    "{}",
    "{\"a\":1}",
    "\"\\u00e9\"",
    "\"a\\nb\"",
    "-0",
    "0.1",
];

fn file(rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut objects = vec![];
    for _ in 0..rng.random_range(1..8) {
        let mut members = vec![
            format!("\"customer\":\"c{}\"", rng.random_range(1..4)),
            format!("\"product\":\"{}\"", one_of(rng, &["CRM", "Chat"])),
            format!("\"amount\":{}", rng.random_range(0..1000)),
        ];
        if rng.random_bool(0.2) {
            let member = rng.random_range(0..3);
            let name = ["customer", "product", "amount"][member];
            members[member] = format!("\"{name}\":{}", one_of(rng, ODD));
        }
        if rng.random_bool(0.1) {
            members.remove(rng.random_range(0..3));
        }
        objects.push(format!("{{{}}}", members.join(",")));
    }
    let mut bytes = match rng.random_bool(0.7) {
        true => objects.join("\n").into_bytes(),
        false => format!("[{}]", objects.join(",\n")).into_bytes(),
    };
    if rng.random_bool(0.2) {
        with_slips(rng, &mut bytes, 2, b"\"{}[],:\n0 ");
    }
    bytes
}

fn second_reader(bytes: &[u8]) -> Option<Vec<Value>> {
    if let Ok(Value::Array(values)) = serde_json::from_slice(bytes) {
        return Some(values);
    }
    let values = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    values.collect::<Result<_, _>>().ok()
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[test]
fn a_file_that_is_read_without_a_word_says_what_its_objects_say() {
    let mut compared = 0;
    for_a_while(|rng| {
        let bytes = file(rng);
        let folder = Folder::new();
        folder.file("t.json", &bytes);
        let path = folder.path("t.json");
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let Gave::Rows(csv, notes) = ask(&[("t", &path)], "SELECT * FROM t") else {
            return;
        };
        if !notes.is_empty() {
            return;
        }
        let Some(theirs) = second_reader(&bytes) else {
            // Arrow's reader is laxer than the grammar in places; what it must not do is lose objects.
            return;
        };
        let ours = records(&csv);
        assert_eq!(
            ours.len() - 1,
            theirs.len(),
            "rows of\n{shown}\ngave\n{csv}"
        );
        for (record, object) in ours[1..].iter().zip(&theirs) {
            for (name, value) in ours[0].iter().zip(record) {
                let theirs = object.get(name);
                if theirs.is_some_and(|value| value.is_array() || value.is_object()) {
                    continue;
                }
                let theirs = text(theirs);
                assert!(
                    same(value, &theirs),
                    "{name}: {theirs:?} became {value:?}:\n{shown}"
                );
                compared += 1;
            }
        }
    });
    assert!(compared > 0, "nothing was compared");
}
