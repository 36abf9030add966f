//! Columns and their types in one text: `id=TEXT,amount=DECIMAL(12,2)`.

/// A comma within brackets belongs to the type, one within double quotes to the name; `None` for what is no such text.
pub(crate) fn types(typed: &str) -> Option<Vec<(String, String)>> {
    let mut parts = vec![String::new()];
    let (mut depth, mut is_quoted) = (0, false);
    for c in typed.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '(' if !is_quoted => depth += 1,
            ')' if !is_quoted => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 && !is_quoted {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    let pair = |part: &String| match part.rsplit_once('=') {
        Some((column, name)) if !column.trim().is_empty() && !name.trim().is_empty() => {
            let column = column.trim();
            let quoted = column.strip_prefix('"').and_then(|c| c.strip_suffix('"'));
            let column = match quoted {
                Some(quoted) => quoted.replace("\"\"", "\""),
                None => column.to_string(),
            };
            Some((column, name.trim().to_string()))
        }
        _ => None,
    };
    parts.iter().map(pair).collect()
}
