//! Texts that are addresses, and so no names of columns.

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
