//! The file of alarms that CI servers show: JUnit's XML.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::cases::{Case, CaseVerdict};

/// The text of the file: a suite for each condition, a test case for each row.
pub(super) fn junit(suites: Vec<(String, Vec<Case>)>) -> Result<String, String> {
    let mut report = Report::new("kpi-sql");
    for (name, cases) in suites {
        let mut suite = TestSuite::new(name);
        suite.add_test_cases(cases.into_iter().map(test_case));
        report.add_test_suite(suite);
    }
    report.to_string().map_err(|e| e.to_string())
}

fn test_case(case: Case) -> TestCase {
    let status = match &case.verdict {
        CaseVerdict::Fine => TestCaseStatus::success(),
        CaseVerdict::Alarm(words) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(words).set_type("alarm");
            status
        }
        CaseVerdict::NotJudged(why) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(why);
            status
        }
    };
    let mut test_case = TestCase::new(case.name, status);
    test_case.set_classname(case.result);
    test_case
}
