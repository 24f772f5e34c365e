//! A check as JUnit XML: one suite a configuration, one case a metric.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{
    failure::Failure,
    gate::Consequence,
    printer::human::run::name_of,
    terminal::text::plain,
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing},
};

/// The name of the report.
const NAME: &str = "bench-push check";

/// The check as XML. What fails the check is a failure, what the gate file ignores is skipped, and
/// the reason is the output of every case.
pub(crate) fn checked(checked: &Checked) -> String {
    let mut report = Report::new(NAME);
    for run in &checked.runs {
        report.add_test_suite(suite(run, checked.gate_path()));
    }
    text(&report)
}

/// Why there are no verdicts, as one case with an error.
pub(crate) fn failed(failure: &Failure) -> String {
    let mut report = Report::new(NAME);
    let mut suite = TestSuite::new(NAME);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_message(plain(&failure.to_string()));
    suite.add_test_case(TestCase::new("check", status));
    report.add_test_suite(suite);
    text(&report)
}

fn text(report: &Report) -> String {
    // Writing to memory does not fail.
    report.to_string().unwrap_or_default()
}

fn suite(run: &CheckedRun, gate: &str) -> TestSuite {
    let name = plain(&name_of(&run.run));
    let mut suite = TestSuite::new(name.clone());
    for metric in &run.metrics {
        let mut case = TestCase::new(plain(&metric.check.definition.name), status(metric, gate));
        case.set_classname(name.clone());
        case.set_system_out(plain(&metric.check.reason));
        suite.add_test_case(case);
    }
    for missing in &run.missing {
        let mut case = TestCase::new(plain(&missing.metric.name), status_of_missing(missing));
        case.set_classname(name.clone());
        suite.add_test_case(case);
    }
    suite
}

fn status(metric: &CheckedMetric, gate: &str) -> TestCaseStatus {
    let kind = metric.check.kind;
    let note = metric.terms.note(kind, gate);
    match (metric.consequence(), note) {
        (Consequence::Fails, _) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(kind.as_str());
            status.set_message(plain(&metric.check.reason));
            status
        }
        (_, Some(note)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(plain(&note));
            status
        }
        (_, None) => TestCaseStatus::success(),
    }
}

fn status_of_missing(missing: &Missing) -> TestCaseStatus {
    let reason = missing.metric.reason();
    if missing.consequence() == Consequence::Fails {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("missing");
        status.set_message(plain(&reason));
        status
    } else {
        let mut status = TestCaseStatus::skipped();
        status.set_message(plain(&reason));
        status
    }
}
