//! INSERT and UPDATE of values that a column would cut.

use crate::command::Folder;

#[test]
fn a_number_with_a_point_is_not_cut() {
    let made = "CREATE TABLE x (b TEXT, a INT);";
    for (sql, words) in [
        (
            "INSERT INTO x (a, b) VALUES (8.9, 'z')",
            "8.9 is of type DOUBLE and the column a of type INT",
        ),
        (
            "INSERT INTO x (a) VALUES (1), (-8.5)",
            "CAST(round(-8.5) AS INT)",
        ),
        (
            "INSERT INTO x SELECT 'z', value / 2.0 FROM generate_series(1, 3)",
            "the column a of type INT",
        ),
        (
            "INSERT INTO x SELECT 'z', CAST(2.5 AS DECIMAL(4, 1))",
            "the column a of type INT",
        ),
        ("UPDATE x SET a = 2.9", "CAST(2.9 AS INT) cuts it"),
        ("UPDATE x SET a = a * 1.5", "UPDATE: "),
    ] {
        let sql = format!("{made} {sql}");
        Folder::new().run(&["-c", &sql]).failed(1, &[words]);
    }
    let sql = format!(
        "{made} INSERT INTO x (a) VALUES (8.0), (CAST(8.9 AS INT)), (-3); UPDATE x SET a = CAST(a * 1.5 AS INT) WHERE a < 0; SELECT a FROM x ORDER BY a"
    );
    // -3 times 1.5 is -4.5, which CAST cuts.
    let printed = Folder::new().csv(&["-c", &sql]);
    assert!(printed.ends_with("a\n-4\n8\n8\n"), "{printed}");
}
