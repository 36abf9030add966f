//! What somebody may have meant.

use strsim::osa_distance;

/// The candidate that differs least from `wanted`, if one is near enough to be a slip of the fingers.
pub(crate) fn closest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (osa_distance(&wanted, &c.to_lowercase()), c))
        .filter(|(distance, c)| distance * 3 <= c.chars().count().max(wanted.chars().count()))
        .min()
        .map(|(_, c)| c)
}
