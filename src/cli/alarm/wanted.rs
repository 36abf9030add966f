//! One `--fail-if`: a condition, and the result it is for.

use crate::cli::error::Error;
use crate::session::{Condition, Statement};

/// A condition, and the result it is for.
pub(super) struct WantedCondition {
    /// The condition as it was typed, without the name of a result.
    pub text: String,
    /// The result that it is for alone.
    pub of_result: Option<String>,
    pub condition: Condition,
}

impl WantedCondition {
    /// Reads what was typed.
    pub fn parse(typed: &str, statements: &[Statement]) -> Result<Self, Error> {
        let (of_result, text) = match named(typed) {
            Some((name, text)) => (Some(known(typed, name, statements)?), text),
            None => (None, typed.trim()),
        };
        let condition = Condition::parse("--fail-if", text);
        Ok(Self {
            text: text.to_string(),
            of_result,
            condition: condition.map_err(|e| Error::Usage(e.to_string()))?,
        })
    }

    /// Whether it may be for a result that is called so.
    pub fn is_for(&self, result: &str) -> bool {
        let of_result = self.of_result.as_ref();
        of_result.is_none_or(|name| name.eq_ignore_ascii_case(result))
    }
}

/// `by_segment: customers < 30`. Two colons are a cast, and what stands in quotes or has an operator is no name.
fn named(typed: &str) -> Option<(&str, &str)> {
    let (name, text) = typed.split_once(':')?;
    let is_of_a_name = |c: char| c.is_alphanumeric() || " _-.".contains(c);
    let is_name = !name.trim().is_empty() && name.chars().all(is_of_a_name);
    let is_cast = text.starts_with(':');
    (is_name && !is_cast).then(|| (name.trim(), text.trim()))
}

fn known(typed: &str, name: &str, statements: &[Statement]) -> Result<String, Error> {
    let names = || statements.iter().flat_map(Statement::names);
    if names().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(name.to_string());
    }
    let names: Vec<&str> = names().map(String::as_str).collect();
    let there = match names.is_empty() {
        true => format!("none has a name: write a line -- name: {name} above its statement"),
        false => format!("there are {}", names.join(", ")),
    };
    Err(Error::Usage(format!(
        "--fail-if '{typed}': no result is called {name}; {there}"
    )))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_ends_at_one_colon() {
        for (typed, expected) in [
            ("by_segment: n < 30", Some(("by_segment", "n < 30"))),
            (
                "by_segment:n::INT < 30",
                Some(("by_segment", "n::INT < 30")),
            ),
            ("Umsätze 2026: n < 30", Some(("Umsätze 2026", "n < 30"))),
            ("n::INT < 30", None),
            ("n < 30", None),
            ("label = 'a: b'", None),
            ("\"a: b\" < 30", None),
            (": n < 30", None),
        ] {
            assert_eq!(named(typed), expected, "{typed}");
        }
    }
}
