//! The lines of a record, by which two stray quotes are told from a value of several lines.

/// What a line has by itself.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OneLine {
    pub separators: usize,
    /// Of these, those that a blank follows.
    pub with_blank: usize,
    pub has_text: bool,
}

/// The lines of a record, which are several only where a quoted value has line ends.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RecordLines {
    pub all: usize,
    pub with_text: usize,
    /// Those that are rows by themselves, whatever is after a separator.
    pub rows: usize,
    /// Those that are rows without separators that a blank follows.
    pub plain_rows: usize,
    pub first_is_plain: bool,
    pub last_is_plain: bool,
}

impl RecordLines {
    pub fn add(&mut self, line: OneLine, columns: Option<usize>) {
        self.all += 1;
        if !line.has_text {
            return;
        }
        let is_row = |separators: usize| {
            columns.is_some_and(|columns| columns > 1 && separators + 1 == columns)
        };
        let is_plain = is_row(line.separators.saturating_sub(line.with_blank));
        self.first_is_plain = if self.with_text == 0 {
            is_plain
        } else {
            self.first_is_plain
        };
        self.last_is_plain = is_plain;
        self.with_text += 1;
        self.rows += usize::from(is_plain || is_row(line.separators));
        self.plain_rows += usize::from(is_plain);
    }
}
