//! Columns that fit a terminal: those of long texts are narrower than their values, which are cut and counted.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text is not cut to less.
const LEAST: usize = 8;

/// The mark where a value goes on.
const MORE: char = '…';

/// What a column would take, and what it can do with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// The width of its widest value, or of its name.
    pub width: usize,
    /// The width of its name.
    pub name: usize,
    /// Numbers are never cut.
    pub is_number: bool,
}

impl Wanted {
    fn least(&self) -> usize {
        match self.is_number {
            true => self.width,
            false => self.name.max(self.width.min(LEAST)),
        }
    }
}

/// The widths of the columns of a table that is to be no wider than `screen`; `None` if there are too many columns.
pub(super) fn widths(columns: &[Wanted], screen: usize) -> Option<Vec<usize>> {
    let frame = 3 * columns.len() + 1;
    let room = screen.checked_sub(frame)?;
    let at_most = |most: usize| -> Vec<usize> {
        let widths = columns.iter();
        let widths = widths.map(|column| column.width.min(most).max(column.least()));
        widths.collect()
    };
    let fits = |most: usize| at_most(most).iter().sum::<usize>() <= room;
    // The narrowest columns keep what they want, the others share the rest.
    let (mut low, mut high) = (0, room);
    if !fits(low) {
        return None;
    }
    while low < high {
        let middle = (low + high).div_ceil(2);
        match fits(middle) {
            true => low = middle,
            false => high = middle - 1,
        }
    }
    Some(at_most(low))
}

/// A value that is no wider than `width`, if it has to be cut: its first line, with a mark that it goes on.
pub(super) fn cut(text: &str, width: usize) -> Option<String> {
    let first = text.split(['\n', '\r']).next().unwrap_or_default();
    if first.len() == text.len() && text.width() <= width {
        return None;
    }
    let mut cut = String::new();
    let mut taken = 1;
    for letter in first.chars() {
        taken += letter.width().unwrap_or(0);
        if taken > width {
            break;
        }
        cut.push(letter);
    }
    cut.push(MORE);
    Some(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(width: usize, name: usize) -> Wanted {
        Wanted {
            width,
            name,
            is_number: false,
        }
    }

    #[test]
    fn long_texts_share_what_the_others_leave() {
        let number = Wanted {
            is_number: true,
            ..text(12, 3)
        };
        assert_eq!(widths(&[text(5, 2), number], 80), Some(vec![5, 12]));
        assert_eq!(
            widths(&[number, text(5, 2), text(90, 4), text(900, 4)], 80),
            Some(vec![12, 5, 25, 25])
        );
        assert_eq!(widths(&[text(90, 40), number], 59), Some(vec![40, 12]));
        assert_eq!(widths(&[text(90, 40), number], 58), None);
        assert_eq!(widths(&[text(3, 3); 20], 80), None);
    }

    #[test]
    fn values_are_cut_at_a_letter_and_at_a_line() {
        assert_eq!(cut("abcde", 5), None);
        assert_eq!(cut("abcdef", 5).as_deref(), Some("abcd…"));
        assert_eq!(cut("漢字漢", 5).as_deref(), Some("漢字…"));
        assert_eq!(cut("漢字漢", 4).as_deref(), Some("漢…"));
        assert_eq!(cut("a\nb", 5).as_deref(), Some("a…"));
    }
}
