//! What may separate the values of CSV files, as it is typed and as files of settings have it.

/// The character: itself, or the word tab.
pub(super) fn delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        _ if text == "tab" || text == "\\t" => Some(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !b"\"\n\r".contains(byte) => {
            Some(*byte)
        }
        _ => None,
    }
}
