//! The encoding of a text, by its name.

use std::fmt;
use std::str::FromStr;

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    pub(in crate::tables) fn of_bytes(self) -> &'static encoding_rs::Encoding {
        self.0
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

/// What people call encodings that have another name on the Web.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("cp1250", "windows-1250"),
    ("cp1251", "windows-1251"),
    ("cp1252", "windows-1252"),
    ("ansi", "windows-1252"),
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("mac", "macintosh"),
    ("mac-roman", "macintosh"),
    ("utf8", "utf-8"),
    ("utf-8-sig", "utf-8"),
    ("utf16", "utf-16le"),
    ("utf-16", "utf-16le"),
];

impl FromStr for Encoding {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let name = typed.trim().to_ascii_lowercase();
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == name);
        let label = other.map_or(name.as_str(), |(_, label)| *label);
        // This is no encoding but a word for none.
        let found = encoding_rs::Encoding::for_label_no_replacement(label.as_bytes());
        match found {
            Some(found) => Ok(Self(found)),
            None if name.starts_with("cp850")
                || name.starts_with("cp437")
                || name.starts_with("ibm") =>
            {
                Err(format!(
                    "'{typed}' is not supported; iconv -f {} -t UTF-8 converts the file",
                    name.to_uppercase()
                ))
            }
            None => Err(format!(
                "'{typed}' is not a supported encoding; use utf-8, windows-1252, iso-8859-15, utf-16le, utf-16be, \
                 macintosh, shift_jis, gbk or another encoding of the Web"
            )),
        }
    }
}
