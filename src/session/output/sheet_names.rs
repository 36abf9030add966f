//! What a sheet of a workbook can be called.

/// The letters that Excel takes.
const LONGEST: usize = 31;

/// Why no sheet can have this name, if it cannot.
pub fn why_no_sheet(name: &str) -> Option<String> {
    let forbidden = |letter: &char| "[]:*?/\\".contains(*letter);
    if let Some(letter) = name.chars().find(forbidden) {
        return Some(format!("a sheet name cannot contain {letter}"));
    }
    let length = name.encode_utf16().count();
    if length > LONGEST {
        let many = "a sheet name has at most 31 characters, and this one";
        return Some(format!("{many} {length}"));
    }
    if name.starts_with('\'') || name.ends_with('\'') {
        return Some("a sheet name cannot begin or end with '".to_string());
    }
    let is_taken = name.eq_ignore_ascii_case("history");
    is_taken.then(|| "Excel keeps the name History for itself".to_string())
}

/// The first name `Result N` from here on that no sheet has.
pub(super) fn without_one(mut number: usize, taken: &[String]) -> String {
    loop {
        let name = format!("Result {number}");
        if !taken.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            return name;
        }
        number += 1;
    }
}
