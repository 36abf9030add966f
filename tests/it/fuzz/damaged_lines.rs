//! Files with damage at random: what a lenient query gives is what the file gives without the lines that it saves.

use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::command::Folder;

const QUERY: &str = "SELECT * FROM 't.csv'";

fn damage(line: &str, rng: &mut ChaCha8Rng) -> String {
    let at = rng.random_range(0..=line.len());
    let at = (0..=at)
        .rev()
        .find(|at| line.is_char_boundary(*at))
        .unwrap_or(0);
    let (before, after) = line.split_at(at);
    let marks = [
        "\"", ",", "\"\"", "\"x", ",\"", "\0", "\n", "'", "\",\"", "\\\"",
    ];
    match rng.random_range(0..5) {
        0 => before.to_string(),
        1 => format!("{line},{line}"),
        2 => line.replacen("17", "x17", 1),
        _ => format!(
            "{before}{}{after}",
            marks.choose(rng).expect("there are some")
        ),
    }
}

#[test]
fn a_lenient_query_gives_what_the_file_gives_without_the_lines_that_it_saves() {
    for seed in 0..40 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let end = ["\n", "\r\n"][rng.random_range(0..2)];
        let records = (1..120).map(|i| match rng.random_range(0..6) {
            0 => format!("c{i},17{i},\"a \"\"b\"\", c\",x"),
            1 => format!("c{i},17{i},\"two{end}lines\",\u{e4}"),
            2 => format!("\"c{i}\",17{i},,"),
            _ => format!("c{i},17{i},plain,y"),
        });
        let mut records: Vec<String> = records.collect();
        for _ in 0..rng.random_range(1..8) {
            let at = rng.random_range(0..records.len());
            records[at] = damage(&records[at], &mut rng);
        }
        let text = format!("id,amount,note,more{end}{}{end}", records.join(end));
        let folder = Folder::new();
        folder.file("t.csv", &text);
        let args = [
            "--lenient",
            "--max-rejects",
            "100%",
            "--types",
            "amount=BIGINT",
            "-c",
            QUERY,
        ];
        let lenient = folder.csv(&args);

        let mut lines: Vec<Option<&str>> = text.split_inclusive('\n').map(Some).collect();
        let saved = folder.path("rejects.csv").exists();
        let saved = if saved {
            folder.read("rejects.csv")
        } else {
            String::new()
        };
        let mut rejects = csv::Reader::from_reader(saved.as_bytes());
        for reject in rejects.records() {
            let reject = reject.expect("the saved lines are CSV");
            let line: usize = reject[1].parse().expect("a number");
            for line in line..=line + reject[4].matches('\n').count() {
                lines[line - 1] = None;
            }
        }
        let clean: String = lines.into_iter().flatten().collect();
        folder.file("t.csv", &clean);
        let strict = folder.csv(&["--types", "amount=BIGINT", "--quote", "\"", "-c", QUERY]);
        assert_eq!(lenient, strict, "seed {seed}: {text}\n{saved}");
    }
}
