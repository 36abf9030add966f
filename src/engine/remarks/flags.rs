//! The words that files have for a yes and a no, and the condition that is true for a yes.

use std::collections::BTreeMap;

use super::met::quoted;
use crate::engine::name_words::words_of;

/// Each is a yes or a no wherever all values of a column are one.
const YES: &[&str] = &[
    "da",
    "ya",
    "có",
    "так",
    "ναι",
    "نعم",
    "כן",
    "हाँ",
    "예",
    "yes",
    "true",
    "on",
    "active",
    "enabled",
    "checked",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "si",
    "sí",
    "verdadero",
    "sim",
    "verdadeiro",
    "vero",
    "waar",
    "sant",
    "sand",
    "tak",
    "prawda",
    "ano",
    "igen",
    "kyllä",
    "evet",
    "да",
    "истина",
    "是",
    "真",
    "はい",
    "✓",
    "✔",
    "✅",
    "☑",
    "☒",
];
const NO: &[&str] = &[
    "nu",
    "tidak",
    "không",
    "ні",
    "не",
    "όχι",
    "لا",
    "לא",
    "नहीं",
    "아니요",
    "아니오",
    "no",
    "false",
    "off",
    "inactive",
    "disabled",
    "unchecked",
    "nein",
    "falsch",
    "non",
    "faux",
    "falso",
    "não",
    "nao",
    "nee",
    "onwaar",
    "nej",
    "falskt",
    "falsk",
    "nie",
    "fałsz",
    "ne",
    "nem",
    "ei",
    "hayır",
    "нет",
    "ложь",
    "否",
    "假",
    "いいえ",
    "✗",
    "✘",
    "❌",
    "☐",
];

/// Words, letters and numbers that say a yes and a no only where both are there, and nothing else.
const PAIRS: &[(&str, &str)] = &[
    ("won", "lost"),
    ("pass", "fail"),
    ("passed", "failed"),
    ("accepted", "rejected"),
    ("present", "absent"),
    ("complete", "incomplete"),
    ("paid", "unpaid"),
    ("valid", "invalid"),
    ("subscribed", "unsubscribed"),
    ("w", "f"),
    ("v", "f"),
    ("y", "n"),
    ("j", "n"),
    ("s", "n"),
    ("t", "f"),
    ("1", "0"),
    ("1.0", "0.0"),
    ("-1", "0"),
    ("1", "2"),
];

/// Those that say it with nothing but empty values beside them.
const ALONE: &[&str] = &["y", "j", "n", "x"];

/// The longest word of them has so many bytes.
const LONGEST: usize = 12;

/// Whether a text may be a yes or a no.
pub fn may_be_flag(text: &str) -> bool {
    if text.len() > LONGEST {
        return false;
    }
    let lower = lower(text);
    let is_it = |word: &&str| **word == *lower;
    YES.iter().any(is_it)
        || NO.iter().any(is_it)
        || ALONE.iter().any(is_it)
        || PAIRS.iter().any(|(yes, no)| is_it(yes) || is_it(no))
}

/// Without regard to case, which most of them have as it is, and to blanks around it.
fn lower(text: &str) -> std::borrow::Cow<'_, str> {
    let text = text.trim();
    match text.chars().any(char::is_uppercase) {
        true => text.to_lowercase().into(),
        false => text.into(),
    }
}

/// The words of `yes` and of `no` among them, if all of them together are those of a flag.
fn parted<'a>(column: &str, texts: &[&'a str]) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
    let words: Vec<_> = texts.iter().map(|text| lower(text)).collect();
    let has = |word: &str| words.iter().any(|other| other == word);
    let different = || {
        let mut different: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        different.sort_unstable();
        different.dedup();
        different
    };
    let is_pair = |(yes, no): &(&str, &str)| {
        let is_whole = has(yes) && has(no);
        match (*yes, *no) {
            ("1", "2") | ("-1", "0") => is_whole && different().len() == 2,
            _ => is_whole,
        }
    };
    // Ids begin with 1, too.
    if different() == ["1", "2"] && is_named_like_an_item(column) {
        return None;
    }
    let (mut yes, mut no) = (vec![], vec![]);
    for (text, word) in texts.iter().zip(&words) {
        let word: &str = word;
        let is_alone = different().len() == 1 && ALONE.contains(&word);
        let mut pairs = PAIRS.iter().filter(|pair| is_pair(pair));
        let pair = pairs.find(|(yes, no)| *yes == word || *no == word);
        if YES.contains(&word)
            || is_alone && word != "n"
            || pair.is_some_and(|(yes, _)| *yes == word)
        {
            yes.push(*text);
        } else if NO.contains(&word) || is_alone || pair.is_some() {
            no.push(*text);
        } else {
            return None;
        }
    }
    (!texts.is_empty()).then_some((yes, no))
}

/// Whether its name says that it tells things apart.
fn is_named_like_an_item(column: &str) -> bool {
    const NAMES: &[&str] = &[
        "product", "products", "item", "items", "sku", "id", "code", "key", "number", "no", "nr",
        "article", "plan", "service", "category", "module", "feature", "type", "kind", "class",
        "group", "line", "family", "brand",
    ];
    let words = words_of(column);
    words
        .iter()
        .any(|word| NAMES.contains(&word.to_lowercase().as_str()))
}

/// The condition that is true for a yes, if these values of a column are nothing but a yes and a no.
pub fn condition(column: &str, texts: &BTreeMap<String, u64>, are_numbers: bool) -> Option<String> {
    let texts: Vec<&str> = texts.keys().map(String::as_str).collect();
    let (yes, no) = parted(column, &texts)?;
    let shown = |text: &&str| match are_numbers {
        true => (*text).to_string(),
        false => quoted(text),
    };
    let list = |texts: &[&str]| texts.iter().map(shown).collect::<Vec<_>>().join(", ");
    let mut lowered: Vec<_> = yes.iter().map(|text| text.to_lowercase()).collect();
    lowered.dedup();
    Some(match (&yes[..], &no[..], &lowered[..]) {
        ([], [no], _) => format!("{column} <> {}", shown(no)),
        ([], no, _) => format!("{column} NOT IN ({})", list(no)),
        ([yes], _, _) => format!("{column} = {}", shown(yes)),
        (_, _, [yes]) if yes.is_ascii() => format!("lower({column}) = {}", quoted(yes)),
        (yes, _, _) => format!("{column} IN ({})", list(yes)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(texts: &[&str]) -> Option<String> {
        let texts = texts.iter().map(|text| (text.to_string(), 1)).collect();
        condition("c", &texts, false)
    }

    #[test]
    fn conditions_name_what_was_seen() {
        for (texts, expected) in [
            (&["ON", "OFF"][..], "c = 'ON'"),
            (&["Oui", "Non"], "c = 'Oui'"),
            (&["VERDADERO", "FALSO"], "c = 'VERDADERO'"),
            (&["ИСТИНА", "ЛОЖЬ"], "c = 'ИСТИНА'"),
            (&["Checked", "Unchecked"], "c = 'Checked'"),
            (&["✓", "✗"], "c = '✓'"),
            (&["Yes", "yes", "No"], "lower(c) = 'yes'"),
            (&["true", "false", "1", "0"], "c IN ('1', 'true')"),
            (&["No"], "c <> 'No'"),
            (&["No", "no"], "c NOT IN ('No', 'no')"),
            (&["X"], "c = 'X'"),
            (&["Yes ", "No"], "c = 'Yes '"),
            (&["Yes", "yes ", "No"], "c IN ('Yes', 'yes ')"),
            (&["Lost", "Won"], "c = 'Won'"),
            (&["Ναι", "Όχι"], "c = 'Ναι'"),
            (&["-1", "0"], "c = '-1'"),
            (&["1", "2"], "c = '1'"),
            (&["1.0", "0.0"], "c = '1.0'"),
        ] {
            assert_eq!(of(texts).as_deref(), Some(expected), "{texts:?}");
        }
    }

    #[test]
    fn sizes_and_numbers_of_products_are_no_flags() {
        let of_none: [&[&str]; 11] = [
            &["Won"],
            &["Won", "Open", "Lost"],
            &["X", "Y"],
            &["N", "O"],
            &["X", "N"],
            &["1"],
            &["0", "1", "2"],
            &["-1", "0", "1"],
            &["S"],
            &["T"],
            &["2"],
        ];
        for texts in of_none {
            assert_eq!(of(texts), None, "{texts:?}");
        }
        let ids = BTreeMap::from([("1".to_string(), 1), ("2".to_string(), 1)]);
        assert_eq!(condition("product_id", &ids, true), None);
        assert_eq!(
            condition("upsold", &ids, true),
            Some("upsold = 1".to_string())
        );
    }

    #[test]
    fn the_longest_word_is_looked_at() {
        let pairs = PAIRS.iter().flat_map(|(yes, no)| [yes, no]);
        let words = YES.iter().chain(NO).chain(ALONE).chain(pairs);
        assert_eq!(words.clone().map(|word| word.len()).max(), Some(LONGEST));
        assert!(words.clone().all(|word| may_be_flag(word)));
        assert!(!may_be_flag("CRM"));
    }
}
