//! Alternatives in patterns, `orders-{jan,feb}.csv`, as shells write them.

/// Whether there is something to choose from in the pattern.
pub(in crate::tables) fn has_alternatives(pattern: &str) -> bool {
    first_choice(pattern).is_some()
}

/// Every pattern that is meant, in the order in which they are written; the pattern itself where it has no braces.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let Some((before, choices, after)) = first_choice(pattern) else {
        return vec![pattern.to_string()];
    };
    choices
        .iter()
        .flat_map(|choice| expand(&format!("{before}{choice}{after}")))
        .collect()
}

/// What is before the first braces with a comma between them, what can be chosen there, and what is after them.
fn first_choice(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    for (start, _) in pattern.match_indices('{') {
        let inner = &pattern[start + 1..];
        let mut depth = 0;
        let mut choices = vec![];
        let mut from = 0;
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' if depth == 0 => {
                    choices.push(&inner[from..at]);
                    from = at + 1;
                }
                '}' if !choices.is_empty() => {
                    choices.push(&inner[from..at]);
                    return Some((&pattern[..start], choices, &inner[at + 1..]));
                }
                '}' => break,
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_combination_is_meant() {
        for (pattern, meant) in [
            ("a.csv", vec!["a.csv"]),
            ("{a,b}.csv", vec!["a.csv", "b.csv"]),
            ("{x,y}/{1,2}", vec!["x/1", "x/2", "y/1", "y/2"]),
            ("{a{1,2},b}", vec!["a1", "a2", "b"]),
            ("a{,.old}.csv", vec!["a.csv", "a.old.csv"]),
        ] {
            assert_eq!(expand(pattern), meant, "{pattern}");
        }
    }

    #[test]
    fn braces_without_a_choice_are_plain() {
        for pattern in ["{a}.csv", "{a", "a}", "a,b", "{}", "{a{b}c}"] {
            assert_eq!(expand(pattern), [pattern]);
            assert!(!has_alternatives(pattern));
        }
    }
}
