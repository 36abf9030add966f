//! The rows that were judged, each with what was found of it: the test cases of a report for a CI server.

use std::collections::HashSet;

/// A list that is longer than this is no help to anybody; the other rows are counted.
const MOST_CASES: usize = 10_000;

/// What was found of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CaseVerdict {
    Fine,
    /// An alarm, in words.
    Alarm(String),
    /// Why nothing can be said of it.
    NotJudged(String),
}

/// A row that was judged.
pub(super) struct Case {
    /// What its result is called.
    pub result: String,
    pub name: String,
    pub verdict: CaseVerdict,
}

/// The rows that one condition was held against.
#[derive(Default)]
pub(super) struct Cases {
    listed: Vec<Case>,
    names: HashSet<(String, String)>,
    further: [u64; 3],
}

impl Cases {
    /// Adds a row; where another one of its result has its name, its number tells them apart.
    pub fn add(&mut self, mut case: Case, number: &str) {
        let kind = match &case.verdict {
            CaseVerdict::Alarm(_) => 0,
            CaseVerdict::Fine => 1,
            CaseVerdict::NotJudged(_) => 2,
        };
        if self.listed.len() >= MOST_CASES {
            self.further[kind] += 1;
            return;
        }
        if !self.names.insert((case.result.clone(), case.name.clone())) {
            case.name += &format!(" ({number})");
        }
        self.listed.push(case);
    }

    /// All of them; those that are not listed in up to three cases more.
    pub fn all(self) -> impl Iterator<Item = Case> {
        let further = self.further.into_iter().zip([
            (
                "more rows with an alarm",
                CaseVerdict::Alarm("an alarm in each of them".to_string()),
            ),
            ("more rows without an alarm", CaseVerdict::Fine),
            (
                "more rows that were not judged",
                CaseVerdict::NotJudged("nothing can be said of them".to_string()),
            ),
        ]);
        let further = further.filter(|(n, _)| *n > 0);
        let further = further.map(|(n, (words, verdict))| Case {
            result: "all results".to_string(),
            name: format!("{n} {words}"),
            verdict,
        });
        self.listed.into_iter().chain(further)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, verdict: CaseVerdict) -> Case {
        Case {
            result: "r".to_string(),
            name: name.to_string(),
            verdict,
        }
    }

    #[test]
    fn no_two_cases_have_one_name_and_none_is_lost() {
        let mut cases = Cases::default();
        cases.add(case("a", CaseVerdict::Fine), "row 1");
        cases.add(case("a", CaseVerdict::Fine), "row 2");
        for row in 0..MOST_CASES {
            cases.add(case(&format!("b{row}"), CaseVerdict::Fine), "row");
        }
        cases.add(case("c", CaseVerdict::Alarm("x".to_string())), "row");
        let names: Vec<String> = cases.all().map(|case| case.name).collect();
        assert_eq!(names[..2], ["a", "a (row 2)"]);
        let last = &names[MOST_CASES..];
        assert_eq!(
            last,
            ["1 more rows with an alarm", "2 more rows without an alarm"]
        );
    }
}
