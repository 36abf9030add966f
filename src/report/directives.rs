//! The lines of a script that are for its report, such as `-- target: cross_sell_ratio 15`.

use super::choose::ChartKind;
use super::period::Period;
use crate::tables::closest;

/// Their names, and those of lines that are for others.
const NAMES: [&str; 5] = ["target", "baseline", "chart", "min-n", "complete-through"];
const OF_OTHERS: [&str; 2] = ["name", "param"];

/// What such a line says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// What a KPI, or a column, is to reach.
    Target {
        /// The KPI or the column.
        of: String,
        /// The goal, in its unit.
        value: f64,
    },
    /// The period that others are compared with.
    Baseline(Period),
    /// What is drawn.
    Chart(ChartKind),
    /// From how many things on a value is told as one.
    MinN(u64),
    /// The period, or the day, up to which rows are complete.
    CompleteThrough(Period),
}

/// Such a line, and where it stands.
#[derive(Debug, Clone)]
pub struct Directive {
    /// What it says.
    pub said: Said,
    /// The file and the line.
    pub place: String,
    /// As it was written.
    pub text: String,
    /// The statement that it is for; all of them where there is none.
    pub statement: Option<usize>,
    /// Whether anything followed it.
    pub is_used: bool,
}

/// What a line of a comment is to a report.
#[derive(Debug, PartialEq)]
pub(super) enum CommentLine {
    /// Text for people.
    Text,
    /// A line for the program that is none of the report's.
    OfOthers,
    /// One of the report's.
    Said(Said),
}

impl Said {
    /// The name of the directive.
    pub fn name(&self) -> &'static str {
        match self {
            Said::Target { .. } => "target",
            Said::Baseline(_) => "baseline",
            Said::Chart(_) => "chart",
            Said::MinN(_) => "min-n",
            Said::CompleteThrough(_) => "complete-through",
        }
    }

    /// Whether there can be one of both only.
    pub fn excludes(&self, other: &Said) -> bool {
        match (self, other) {
            (Said::Target { of, .. }, Said::Target { of: other, .. }) => of == other,
            _ => self.name() == other.name(),
        }
    }
}

/// Whether a line of a comment has the name of a directive of a report before its colon.
pub(super) fn is_directive(line: &str) -> bool {
    key(line).is_some_and(|(key, _)| NAMES.iter().any(|name| name.eq_ignore_ascii_case(key)))
}

/// Reads a line of a comment.
///
/// # Errors
/// What is wrong with it, and what to write.
pub(super) fn read(line: &str) -> Result<CommentLine, String> {
    let Some((key, value)) = key(line) else {
        return Ok(CommentLine::Text);
    };
    let is = |name: &&&str| name.eq_ignore_ascii_case(key);
    if OF_OTHERS.iter().any(|name| is(&name)) {
        return Ok(CommentLine::OfOthers);
    }
    if let Some(name) = NAMES.iter().find(is) {
        return said(name, value.trim()).map(CommentLine::Said);
    }
    // Other words before a colon are text, and whoever reads the page sees them.
    let Some(meant) = closest(key, NAMES) else {
        return Ok(CommentLine::Text);
    };
    let known = [&OF_OTHERS[..], &NAMES[..]].concat();
    Err(format!(
        "there is no directive {key}; did you mean {meant}? There are {}. If the line is text, put another word before {key}",
        known.join(", ")
    ))
}

/// The one word before the first colon of a line, and what stands behind it.
fn key(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim().split_once(':')?;
    let is_word = |b: u8| b.is_ascii_alphabetic() || b == b'-' || b == b'_';
    (!key.is_empty() && key.bytes().all(is_word)).then_some((key, value))
}

fn said(name: &str, value: &str) -> Result<Said, String> {
    let wrong = |expected: &str, example: &str| {
        let got = match value {
            "" => "nothing",
            value => value,
        };
        Err(format!("{expected}; got {got}. Example: -- {example}"))
    };
    match name {
        "target" => {
            let parts = value.rsplit_once(char::is_whitespace);
            let parts = parts.map(|(of, number)| (of.trim(), number.trim_end_matches('%')));
            let number = parts.and_then(|(_, number)| number.parse::<f64>().ok());
            match (parts, number.filter(|number| number.is_finite())) {
                (Some((of, _)), Some(value)) if !of.is_empty() => Ok(Said::Target {
                    of: of.to_string(),
                    value,
                }),
                _ => wrong(
                    "a target is the name of a KPI or of a column, and a number in its unit",
                    "target: cross_sell_ratio 15",
                ),
            }
        }
        "baseline" => match Period::parse(value) {
            Some(period) => Ok(Said::Baseline(period)),
            None => wrong(
                "a baseline is a year, a quarter, a month or a day, such as 2025, 2025-Q4, 2025-12 or 2025-12-31",
                "baseline: 2025-12",
            ),
        },
        "chart" => match ChartKind::ALL.into_iter().find(|kind| kind.name() == value) {
            Some(kind) => Ok(Said::Chart(kind)),
            None => wrong("a chart is trend, segments, mix or table", "chart: trend"),
        },
        "min-n" => match value.parse() {
            Ok(number) => Ok(Said::MinN(number)),
            Err(_) => wrong("it is a whole number", "min-n: 30"),
        },
        _ => match Period::parse(value) {
            Some(period) => Ok(Said::CompleteThrough(period)),
            None => wrong(
                "it is a day, or the last month, quarter or year that is complete",
                "complete-through: 2026-06-30",
            ),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_they_are_for() {
        let of = |line: &str| match read(line) {
            Ok(CommentLine::Said(said)) => said,
            other => panic!("{line}: {other:?}"),
        };
        let target = |of: &str, value| Said::Target {
            of: of.to_string(),
            value,
        };
        assert_eq!(
            of(" target: cross_sell_ratio 15"),
            target("cross_sell_ratio", 15.0)
        );
        assert_eq!(
            of("Target: Cross-sell of SMB  -1.5 "),
            target("Cross-sell of SMB", -1.5)
        );
        assert_eq!(of("target: nps 15%"), target("nps", 15.0));
        assert_eq!(of("chart:mix"), Said::Chart(ChartKind::Mix));
        assert_eq!(of("min-n: 30"), Said::MinN(30));
        for text in [
            "Note: all of it",
            "For one month: see below",
            "2026: a good year",
            "",
            "a",
            "see https://x",
            "jump: read it together",
            "in_last_month: % of customers",
        ] {
            assert_eq!(read(text), Ok(CommentLine::Text), "{text}");
        }
        for other in ["name: a", "NAME:b", "param: month=2026-06"] {
            assert_eq!(read(other), Ok(CommentLine::OfOthers));
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_is_right() {
        let why = |line: &str| read(line).expect_err(line);
        assert!(why("targt: nps 15").contains("did you mean target?"));
        assert!(why("target: 15").contains("got 15. Example: -- target: cross_sell_ratio 15"));
        assert!(why("target: nps NaN").contains("got nps NaN"));
        assert!(why("baseline: last year").contains("-- baseline: 2025-12"));
        assert!(why("chart: pie").contains("trend, segments, mix or table; got pie"));
        assert!(why("min-n: -1").contains("got -1"));
        assert!(why("complete-through:").contains("got nothing"));
    }
}
