//! Texts that are addresses or ids, and so no names of columns.

/// Whether a text is the address of a mailbox.
pub(in crate::tables) fn is_mail(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, place)| {
        !name.is_empty() && place.contains('.') && !value.contains(char::is_whitespace)
    })
}

/// Whether a text is the address of a page.
pub(in crate::tables) fn is_link(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        !rest.is_empty() && !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

/// Whether a text is a UUID, or so many hexadecimal digits as a hash has.
pub(in crate::tables) fn is_uuid(value: &str) -> bool {
    let digits = value.bytes().filter(|b| *b != b'-');
    let is_hex = value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    is_hex
        && matches!(value.len(), 32 | 36 | 40 | 64)
        && matches!(digits.count(), 32 | 40 | 64)
        && value.bytes().any(|b| b.is_ascii_digit())
}
