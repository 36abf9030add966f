//! What every file in `queries/` has in common.

use std::fs::{read_dir, read_to_string};
use std::path::Path;

#[test]
fn first_line_is_the_question() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    for entry in read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        let sql = read_to_string(&path).expect("the query is UTF-8");
        let question = sql.lines().next().unwrap_or_default();
        let is_question = question.starts_with("-- ") && question.ends_with('?');
        assert!(is_question, "{}: {question}", path.display());
    }
}
