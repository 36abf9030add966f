//! Settings nobody would choose: each is refused, or changes no answer.

use rand::RngExt;

use super::{Gave, ask, for_a_while, one_of, records};

const VALUES: &[&str] = &[
    "0",
    "1",
    "2",
    "7",
    "-1",
    "4294967296",
    "18446744073709551615",
    "18446744073709551616",
    "1e9",
    "0.5",
    "true",
    "false",
    "",
    "NULL",
    "abc",
    "100000",
    "1K",
    "-0",
    "nan",
];

const QUERY: &str = "SELECT value % 2 AS k, cross_sell_rate(value % 5, value % 3) AS rate, arpa(value % 5, value) AS arpa, \
    count(*) AS n FROM generate_series(1, 500) AS t(value) GROUP BY k ORDER BY k";

/// Settings that change what is shown of numbers and times, or what SQL means, and do not promise not to.
fn changes_meaning(name: &str) -> bool {
    name.starts_with("datafusion.sql_parser.")
        || name.starts_with("datafusion.format.")
        || name.starts_with("datafusion.catalog.")
        || name.starts_with("kpi.benchmarks")
        || name.ends_with("time_zone")
        || name.starts_with("datafusion.explain.")
}

#[test]
fn a_setting_is_refused_or_changes_no_answer() {
    let Gave::Rows(all, _) = ask(&[], "SHOW ALL") else {
        panic!("SHOW ALL lists the settings");
    };
    let names: Vec<String> = records(&all)[1..]
        .iter()
        .map(|row| row[0].clone())
        .collect();
    assert!(names.len() > 50, "{all}");
    let Gave::Rows(expected, _) = ask(&[], QUERY) else {
        panic!("the query runs");
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut ran = 0;
    for_a_while(|rng| {
        let mut script = String::new();
        let mut meaning_changed = false;
        for _ in 0..rng.random_range(1..3) {
            let name = one_of(rng, &names);
            meaning_changed |= changes_meaning(name);
            let value = one_of(rng, VALUES);
            // A folder of any name is made, so it is one that goes again.
            script += &match name.ends_with("temp_directory") {
                true => format!("SET {name} = '{}/{value}'; ", folder.path().display()),
                false => format!("SET {name} = '{value}'; "),
            };
        }
        if let Gave::Rows(csv, _) = ask(&[], &format!("{script}{QUERY}"))
            && !meaning_changed
        {
            assert_eq!(csv, expected, "{script}");
            ran += 1;
        }
    });
    assert!(ran > 0, "every setting was refused");
}
