//! `kpi-sql kpis`: the list of KPIs.

use super::called::Called;
use super::pages::Page;
use crate::cli::error::Error;
use crate::define::Kpi;
use crate::kpi::all;
use crate::tables::closest;

/// The KPIs that have the word in their name or meaning, or all of them.
pub(in crate::cli) fn kpis(word: Option<&str>, called: &Called) -> Result<String, Error> {
    let found: Vec<_> = all()
        .filter(|kpi| word.is_none_or(|word| is_about(kpi, word)))
        .collect();
    if found.is_empty() {
        let word = word.unwrap_or_default();
        let names = all().flat_map(|kpi| kpi.aliases.iter().copied().chain([kpi.name]));
        let near = closest(word, names);
        let near = near.map_or(String::new(), |near| format!("did you mean {near}? "));
        return Err(Error::Usage(format!(
            "no KPI has {word:?} in its name or meaning; {near}{} lists all of them",
            called.kpis
        )));
    }
    let mut page = Page::default();
    let mut family = None;
    for kpi in found {
        if family.replace(kpi.family) != Some(kpi.family) {
            page.heading(kpi.family.title());
        }
        page.entry(&names(kpi), kpi.summary);
    }
    if word.is_none() {
        page.heading("More");
        page.text(&format!(
            "{} NAME shows the page of a KPI; in SQL, kpi_catalog() is a table of all.",
            called.describe
        ));
    }
    Ok(page.into_text())
}

/// The name, and its aliases behind it.
pub(super) fn names(kpi: &Kpi) -> String {
    match kpi.aliases {
        [] => kpi.name.to_string(),
        aliases => format!("{}, also {}", kpi.name, aliases.join(", ")),
    }
}

fn is_about(kpi: &Kpi, word: &str) -> bool {
    let word = word.to_lowercase();
    // cross-sell is written with a hyphen in prose, and with _ in names.
    let in_names = word.replace(['-', ' '], "_");
    let has = |text: &str| text.to_lowercase().contains(&word);
    kpi.name.contains(&in_names)
        || kpi.aliases.iter().any(|alias| alias.contains(&in_names))
        || has(kpi.family.title())
        || has(kpi.summary)
        || has(kpi.knowledge.definition)
}
