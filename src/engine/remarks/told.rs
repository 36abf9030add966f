//! The remarks of a session, and the sentences that they make.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use parking_lot::Mutex;

use super::met::{Counts, MetPlace, Role, quoted};
use super::{blanks, flags};

/// More columns than a query has are not kept for a reader who never asks.
const MOST_PLACES: usize = 1_000;

/// Remarks of the queries of a session, shared by all who make them.
#[derive(Debug, Clone, Default)]
pub struct Remarks(Option<Arc<Mutex<BTreeMap<MetPlace, Counts>>>>);

/// What is said of the same calls is the same wherever it is said.
impl PartialEq for Remarks {
    fn eq(&self, other: &Self) -> bool {
        self.are_kept() == other.are_kept()
    }
}

impl Eq for Remarks {}

impl Hash for Remarks {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.are_kept().hash(state);
    }
}

impl Remarks {
    /// Remarks that somebody is going to [`take`](Self::take).
    pub fn kept() -> Self {
        Remarks(Some(Arc::default()))
    }

    /// Whether anybody is going to.
    pub(in crate::engine) fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn add(&self, place: &MetPlace, counts: Counts) {
        let Some(all) = &self.0 else {
            return;
        };
        let mut all = all.lock();
        if let Some(known) = all.get_mut(place) {
            known.add(counts);
        } else if all.len() < MOST_PLACES {
            all.insert(place.clone(), counts);
        }
    }

    /// A value of a KPI in percent is judged.
    pub(in crate::engine) fn judged(&self, kpi: &str, value: f64) {
        let place = MetPlace {
            role: Role::Judged,
            column: kpi.to_string(),
            call: String::new(),
        };
        let counts = Counts {
            scores: Some((1, value)),
            ..Counts::default()
        };
        self.add(&place, counts);
    }

    /// What has been met since the last time, one sentence for each column.
    pub fn take(&self) -> Vec<String> {
        let Some(all) = &self.0 else {
            return vec![];
        };
        let all = std::mem::take(&mut *all.lock());
        let mut of_columns: BTreeMap<(Role, String), Counts> = BTreeMap::new();
        for (place, counts) in all {
            let column = of_columns.entry((place.role, place.column)).or_default();
            column.or(counts);
        }
        let of_columns = of_columns.iter();
        of_columns
            .flat_map(|((role, column), counts)| sentences(*role, column, counts))
            .collect()
    }
}

fn sentences(role: Role, column: &str, counts: &Counts) -> Vec<String> {
    let mut sentences = vec![];
    match role {
        Role::Distinct if counts.nan > 0 => sentences.push(format!(
            "{column} is not a number (NaN) in {}, and count(DISTINCT {column}) counts it as one more value; KPIs \
             treat it as NULL, and so does count(DISTINCT CASE WHEN NOT isnan({column}) THEN {column} END)",
            rows(counts.nan)
        )),
        Role::Added(function) if counts.nan > 0 => sentences.push(format!(
            "{column} is not a number (NaN) in {}, and with that {function}({column}) is NaN; KPIs treat it as NULL, \
             and so does {function}({column}) FILTER (WHERE NOT isnan({column}))",
            rows(counts.nan)
        )),
        Role::Compared if counts.nan > 0 => sentences.push(format!(
            "{column} is not a number (NaN) in {} that it is compared in, and SQL takes that as greater than every \
             number; nullif({column}, 'NaN') in the comparison is NULL there, and so it is for KPIs",
            rows(counts.nan)
        )),
        Role::Converted => sentences.push(format!(
            "{column} has times with an offset, such as {}, and they become times in UTC, which may be of another day; \
             CAST(regexp_replace({column}, '(:[0-9.]+) *[+-][0-9:]+$', '\\1') AS TIMESTAMP) is the time that the clock \
             showed",
            counts.offset
        )),
        Role::Ranked(function) if counts.nan > 0 => sentences.push(format!(
            "{column} is not a number (NaN) in {}, and {function} takes that for a value, greater than every number; \
             KPIs treat it as NULL, and so does nullif({column}, 'NaN') in its place",
            rows(counts.nan)
        )),
        Role::Sorted if counts.nan > 0 => sentences.push(format!(
            "{column} is not a number (NaN) in {} that are sorted by it, and SQL takes that as greater than every number; \
             nullif({column}, 'NaN') is NULL there, and NULLS LAST has it at the end",
            rows(counts.nan)
        )),
        Role::Judged => sentences.extend(no_percent(column, counts.scores)),
        Role::Score { highest } => sentences.extend(on_another_scale(column, highest, counts.scores)),
        Role::ScoreFrom { lowest } => {
            if let Some((n, most)) = counts.scores
                && most > 10.0
                && most > 3.0 * f64::from(lowest)
            {
                sentences.push(format!(
                    "{column} goes up to {most} in {}, and scores from {lowest} on count as satisfied; a code such \
                     as 99 is not an answer, and nullif({column}, {most}) leaves it out",
                    rows(n)
                ));
            }
        }
        Role::Distinct | Role::Added(_) | Role::Ranked(_) | Role::Compared | Role::Sorted => {}
        Role::Counted { noun, may_be_flag } => {
            let noun = noun.replace('_', " ");
            if !counts.nothing.is_empty() {
                let way_out = way_out_of_nothing(column, &counts.nothing);
                sentences.push(counted(&noun, column, &counts.nothing, &way_out));
            }
            if !counts.totals.is_empty() {
                let way_out = way_out_of_totals(column, &counts.totals);
                sentences.push(counted(&noun, column, &counts.totals, &way_out));
            }
            let padded = &counts.padded;
            if padded.rows > 0 && padded.any_plain {
                sentences.push(format!(
                    "{column} has blanks around it in {}, such as {}, and counts as a different {noun} with them; {} removes them",
                    rows(padded.rows),
                    quoted(&blanks::shown(&padded.example)),
                    blanks::taken_away(column, padded.others)
                ));
            }
            if counts.flags > 0 {
                sentences.push(format!(
                    "{column} is a BOOLEAN in {}, of which true and false each count as {} {noun}; FILTER (WHERE {column}) \
                     counts the rows where it is true",
                    rows(counts.flags),
                    article(&noun)
                ));
            }
            if may_be_flag
                && counts.flags == 0
                && !counts.others
                && let Some(condition) = flags::condition(column, &counts.yes_no, counts.numbers)
            {
                sentences.push(is_a_flag(&noun, column, counts, &condition));
            }
        }
    }
    sentences
}

fn no_percent(kpi: &str, values: Option<(u64, f64)>) -> Option<String> {
    let (n, most) = values?;
    if most > 100.0 {
        return Some(format!(
            "{kpi} is judged with {most}, and it is a percentage, 0 to 100"
        ));
    }
    (most <= 1.0).then(|| {
        format!(
            "no {kpi} that is judged is above {most} ({}), and it is a percentage, 0 to 100; 100.0 * x judges shares of 1",
            rows(n)
        )
    })
}

/// So few answers may all be bad ones.
const FEW: u64 = 3;

fn on_another_scale(column: &str, highest: u32, scores: Option<(u64, f64)>) -> Option<String> {
    let (n, most) = scores?;
    let half = f64::from(highest) / 2.0;
    (n >= FEW && highest >= 10 && most <= half).then(|| {
        format!(
            "no {column} is above {most} in {}, and the scale goes to {highest}: answers of 1 to {half} are all bad ones \
             here; of such a scale, avg(CASE WHEN {column} >= 4 THEN 100.0 WHEN {column} < 4 THEN 0.0 END) is the share of good ones",
            rows(n)
        )
    })
}

/// Texts that count as something that they are not.
fn counted(noun: &str, column: &str, texts: &BTreeMap<String, u64>, way_out: &str) -> String {
    let listed: Vec<_> = texts
        .iter()
        .map(|(text, n)| format!("{} in {}", quoted(text), rows(*n)))
        .collect();
    let (verb, them) = match texts.len() {
        1 => ("counts", "it"),
        _ => ("each count", "them"),
    };
    format!(
        "{column} has {}, which {verb} as {} {noun}; {way_out} leaves {them} out",
        listed.join(", "),
        article(noun)
    )
}

fn way_out_of_nothing(column: &str, texts: &BTreeMap<String, u64>) -> String {
    match texts.len() {
        1 => format!("nullif({column}, {})", quoted(&first(texts))),
        _ => format!(
            "CASE WHEN {column} NOT IN ({}) THEN {column} END",
            all(texts)
        ),
    }
}

/// The whole row is to go: its amount is that of others.
fn way_out_of_totals(column: &str, texts: &BTreeMap<String, u64>) -> String {
    match texts.len() {
        1 => format!(
            "if it is a sum of other rows, WHERE {column} <> {}",
            quoted(&first(texts))
        ),
        _ => format!(
            "if they are sums of other rows, WHERE {column} NOT IN ({})",
            all(texts)
        ),
    }
}

fn all(texts: &BTreeMap<String, u64>) -> String {
    let all: Vec<_> = texts.keys().map(|text| quoted(text)).collect();
    all.join(", ")
}

fn article(noun: &str) -> &'static str {
    match noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        true => "an",
        false => "a",
    }
}

fn is_a_flag(noun: &str, column: &str, counts: &Counts, condition: &str) -> String {
    let texts = &counts.yes_no;
    let shown = |text: &String| match counts.numbers {
        true => text.clone(),
        false => quoted(text),
    };
    let listed: Vec<_> = texts.keys().map(shown).collect();
    format!(
        "{column} is nothing but {} ({}), and each counts as {} {noun}; if it is a flag, pass {condition}",
        listed.join(" and "),
        rows(texts.values().sum()),
        article(noun),
    )
}

fn first(texts: &BTreeMap<String, u64>) -> String {
    texts.keys().next().cloned().unwrap_or_default()
}

fn rows(n: u64) -> String {
    match n {
        1 => "1 row".to_string(),
        n => format!("{n} rows"),
    }
}
