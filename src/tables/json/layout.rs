//! How the records stand in a JSON file: by themselves, in an array, or in an array that is a member of an object, as web
//! services answer. Only the records are given on, so that no more than one of them is ever held.

use std::io::{self, BufRead, BufReader, Read};

/// Where the records of a file are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::tables) enum JsonLayout {
    /// One after the other.
    Lines,
    /// In an array.
    Array,
    /// In the array that these names lead to.
    Member(Vec<String>),
}

/// How a file is read; it goes with the file.
#[derive(Debug)]
pub(in crate::tables) struct JsonFile {
    pub layout: JsonLayout,
    pub compression:
        datafusion::datasource::file_format::file_compression_type::FileCompressionType,
}

/// A text without the byte order mark that it may begin with.
pub(super) fn without_mark(text: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut text = BufReader::with_capacity(1 << 16, text);
    let begin = text.fill_buf()?;
    if begin.starts_with(b"\xEF\xBB\xBF") {
        text.consume(3);
    }
    Ok(Box::new(text))
}

impl JsonLayout {
    /// The records of a text, one after the other with blanks between them.
    pub fn records(&self, text: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            JsonLayout::Lines => text,
            JsonLayout::Array => Box::new(ArrayItems::new(text)),
            JsonLayout::Member(path) => {
                Box::new(ArrayItems::new(MemberText::new(text, path.clone())))
            }
        }
    }
}

/// The items of an array: its brackets and commas are blanks.
struct ArrayItems<R> {
    text: R,
    depth: usize,
    in_text: bool,
    escaped: bool,
}

impl<R: Read> ArrayItems<R> {
    fn new(text: R) -> Self {
        Self {
            text,
            depth: 0,
            in_text: false,
            escaped: false,
        }
    }

    fn item(&mut self, byte: u8) -> u8 {
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
            return byte;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth == 1 {
                    return b' ';
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 {
                    return b' ';
                }
            }
            b',' if self.depth == 1 => return b'\n',
            _ => {}
        }
        byte
    }
}

impl<R: Read> Read for ArrayItems<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.text.read(into)?;
        for byte in &mut into[..n] {
            *byte = self.item(*byte);
        }
        Ok(n)
    }
}

/// The text of one array in an object, from its bracket to its bracket.
pub(super) struct MemberText<R> {
    text: BufReader<R>,
    path: Vec<String>,
    /// What is open: objects, each with the key that was last, and arrays.
    open: Vec<Option<String>>,
    /// The text that is being read, if it may be a key.
    key: Vec<u8>,
    in_text: bool,
    escaped: bool,
    may_be_key: bool,
    /// How deep the array is open, counted from 1; 0 before and after it.
    inside: usize,
    is_done: bool,
}

impl<R: Read> MemberText<R> {
    pub fn new(text: R, path: Vec<String>) -> Self {
        Self {
            text: BufReader::with_capacity(1 << 16, text),
            path,
            open: vec![],
            key: vec![],
            in_text: false,
            escaped: false,
            may_be_key: false,
            inside: 0,
            is_done: false,
        }
    }

    /// Takes a byte; whether it is one of the array.
    fn takes(&mut self, byte: u8) -> bool {
        if self.in_text {
            let is_end = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            if is_end {
                self.in_text = false;
            }
            if self.may_be_key {
                self.key.push(byte);
            }
            return self.inside > 0;
        }
        if self.inside > 0 {
            match byte {
                b'"' => {
                    self.in_text = true;
                    self.may_be_key = false;
                }
                b'{' | b'[' => self.inside += 1,
                b'}' | b']' => {
                    self.inside -= 1;
                    self.is_done = self.inside == 0;
                }
                _ => {}
            }
            return true;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                // Deeper ones lead nowhere.
                self.may_be_key =
                    self.open.len() <= self.path.len() && matches!(self.open.last(), Some(Some(_)));
                self.key.clear();
                self.key.push(byte);
            }
            b':' if self.may_be_key => {
                let key = serde_json::from_slice::<String>(&self.key).unwrap_or_default();
                if let Some(last) = self.open.last_mut() {
                    *last = Some(key);
                }
                self.may_be_key = false;
            }
            b'{' => self.open.push(Some(String::new())),
            b'[' if self.is_here() => {
                self.inside = 1;
                return true;
            }
            b'[' => self.open.push(None),
            b'}' | b']' => {
                self.open.pop();
            }
            b',' => self.may_be_key = false,
            _ => {}
        }
        false
    }

    fn is_here(&self) -> bool {
        self.open.len() == self.path.len()
            && self
                .open
                .iter()
                .zip(&self.path)
                .all(|(open, name)| open.as_ref() == Some(name))
    }

    /// How many bytes stand before the array.
    pub fn skipped(text: R, path: Vec<String>) -> usize {
        let mut this = Self::new(text, path);
        let mut skipped = 0;
        loop {
            let Ok(buffer) = this.text.fill_buf() else {
                return skipped;
            };
            let buffer = buffer.to_vec();
            if buffer.is_empty() {
                return skipped;
            }
            for byte in &buffer {
                if this.takes(*byte) {
                    return skipped;
                }
                skipped += 1;
            }
            this.text.consume(buffer.len());
        }
    }
}

impl<R: Read> Read for MemberText<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut n = 0;
        while n == 0 && !self.is_done && !into.is_empty() {
            let buffer = self.text.fill_buf()?;
            if buffer.is_empty() {
                return Ok(0);
            }
            let some: Vec<u8> = buffer[..buffer.len().min(into.len())].to_vec();
            self.text.consume(some.len());
            for byte in some {
                if self.is_done {
                    break;
                }
                if self.takes(byte) {
                    into[n] = byte;
                    n += 1;
                }
            }
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text that comes a byte at a time, as it may be cut anywhere.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            match (self.0.get(self.1), into.first_mut()) {
                (Some(byte), Some(first)) => {
                    *first = *byte;
                    self.1 += 1;
                    Ok(1)
                }
                _ => Ok(0),
            }
        }
    }

    fn read(layout: &JsonLayout, text: &str) -> String {
        let whole = Box::new(io::Cursor::new(text.as_bytes().to_vec()));
        let slow = Box::new(Slow(text.as_bytes().to_vec(), 0));
        let texts = [whole as Box<dyn Read + Send>, slow].map(|text| {
            let mut all = String::new();
            layout
                .records(text)
                .read_to_string(&mut all)
                .expect("a text");
            all.split_whitespace().collect::<Vec<_>>().join(" ")
        });
        assert_eq!(texts[0], texts[1]);
        texts[0].clone()
    }

    #[test]
    fn the_records_of_each_layout() {
        let member =
            |path: &[&str]| JsonLayout::Member(path.iter().map(ToString::to_string).collect());
        for (layout, text, records) in [
            (
                JsonLayout::Lines,
                "{\"a\":1}\n{\"a\":2}",
                "{\"a\":1} {\"a\":2}",
            ),
            (
                JsonLayout::Array,
                "[{\"a\":[1,2]}, {\"a\":\"],[\\\"\"}]",
                "{\"a\":[1,2]} {\"a\":\"],[\\\"\"}",
            ),
            (
                member(&["data"]),
                "{\"data\\\"\": [{\"x\":1}], \"p\": {\"data\": [{\"x\":2}]}, \"q\": \"data\", \"l\": [\"data\", [1]], \"data\" : [{\"a\":{\"data\":[3]}}], \"z\": [4]}",
                "{\"a\":{\"data\":[3]}}",
            ),
            (
                member(&["r", "items"]),
                "{\"items\":[{\"x\":1}],\"r\":{\"n\":1,\"items\":[{\"a\":1},{\"a\":2}]}}",
                "{\"a\":1} {\"a\":2}",
            ),
            (
                member(&["d\u{e9}"]),
                "{\"d\\u00e9\":[{\"a\":1}]}",
                "{\"a\":1}",
            ),
            (member(&["data"]), "{\"data\":[],\"more\":false}", ""),
            (member(&["data"]), "{\"rows\":[{\"a\":1}]}", ""),
        ] {
            assert_eq!(read(&layout, text), records, "{text}");
        }
    }
}
