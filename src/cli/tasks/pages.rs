//! Pages for a terminal of 80 columns.

use textwrap::{Options, WordSplitter};

const WIDTH: usize = 80;

/// A space within quotes, where a line of SQL must not end.
const FIXED: &str = "\u{a0}";

/// A page that grows from its top.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// A line at the very left, with an empty one above it.
    pub fn heading(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0 += text;
        self.0.push('\n');
    }

    /// Text below a heading; each line of it is a paragraph.
    pub fn text(&mut self, text: &str) {
        self.wrapped(text, "  ", "  ");
    }

    /// One of several points.
    pub fn point(&mut self, text: &str) {
        self.wrapped(text, "  - ", "    ");
    }

    /// An entry, and what is said of it below it.
    pub fn entry(&mut self, name: &str, text: &str) {
        self.wrapped(name, "  ", "    ");
        self.wrapped(text, "      ", "      ");
    }

    /// SQL, which may be broken between its words and nowhere else.
    pub fn sql(&mut self, sql: &str) {
        for line in sql.lines() {
            let depth = line.len() - line.trim_start().len();
            let first = " ".repeat(4 + depth);
            let next = " ".repeat(6 + depth);
            let kept = fixed_in_quotes(line.trim());
            self.wrapped(&kept, &first, &next);
        }
    }

    fn wrapped(&mut self, text: &str, first: &str, next: &str) {
        let options = Options::new(WIDTH)
            .initial_indent(first)
            .subsequent_indent(next)
            .break_words(false)
            .word_splitter(WordSplitter::NoHyphenation);
        for line in textwrap::wrap(text, options) {
            self.0 += &line.replace(FIXED, " ");
            self.0.push('\n');
        }
    }

    pub fn into_text(self) -> String {
        self.0
    }
}

fn fixed_in_quotes(line: &str) -> String {
    let parts = line.split('\'').enumerate();
    let parts = parts.map(|(i, part)| match i % 2 {
        0 => part.to_string(),
        _ => part.replace(' ', FIXED),
    });
    parts.collect::<Vec<_>>().join("'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_not_broken_within_quotes() {
        let mut page = Page::default();
        let sql = format!(
            "SELECT {} FROM t",
            "'Mid Market and more of it', ".repeat(6)
        );
        page.sql(&sql);
        assert_eq!(page.0.matches("'Mid Market and more of it'").count(), 6);
        assert!(page.0.lines().all(|line| line.chars().count() <= WIDTH));
    }
}
