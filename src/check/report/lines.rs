//! Text in lines of 80 columns.

use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 80;

/// The words of a text in lines: `first` stands before the first, as many blanks as `indent` before the others.
pub(in crate::check) fn wrapped(first: &str, indent: usize, text: &str) -> String {
    let mut lines = String::new();
    let mut line = first.to_string();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && line.width() + 1 + word.width() > WIDTH {
            lines += line.trim_end();
            lines.push('\n');
            line = " ".repeat(indent);
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line += word;
        is_empty = false;
    }
    lines += line.trim_end();
    lines.push('\n');
    lines
}
