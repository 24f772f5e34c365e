//! Builds reports and shows the results.

use std::fmt::Write;

use bench_model::{
    context::{Detected, Overrides},
    report,
    run::{self, Built},
};
use jiff::Timestamp;

/// The time at which all these reports are read.
pub(crate) fn now() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().expect("a time")
}

/// Flags for everything that a report may leave out.
pub(crate) fn flags() -> Overrides {
    Overrides {
        environment: "local".parse().ok(),
        commit_sha: "abc123".parse().ok(),
        ..Overrides::default()
    }
}

/// A valid report with `fields` (`"tags": []`) added.
pub(crate) fn report_with(fields: &str) -> String {
    let metrics = if fields.contains("\"metrics\"") {
        ""
    } else {
        r#", "metrics": {"precision": 0.91, "recall": 0.88, "f1": 0.895, "latency_ms": 412, "analysis_cost": 0.0042}"#
    };
    let comma = if fields.is_empty() { "" } else { ", " };
    format!(
        r#"{{"model_version": "m-1", "dataset_version": "d-1", "prompt_version": "p-1"{metrics}{comma}{fields}}}"#
    )
}

/// A report whose metrics are `metrics` (`"f1": 0.9`).
pub(crate) fn report_of(metrics: &str) -> String {
    report_with(&format!(r#""metrics": {{{metrics}}}"#))
}

/// The runs of `text`, which must be valid.
pub(crate) fn build(text: &str) -> Vec<Built> {
    let reports = report::parse(text.as_bytes()).expect("JSON of the right shape");
    let (built, problems) = run::build_all(reports, &flags(), &Detected::default(), now());
    assert_eq!(problems, []);
    built
}

/// The problems or warnings about `text`, each with its hint.
pub(crate) fn verdict_on(text: &[u8], flags: &Overrides) -> String {
    let mut shown = String::new();
    let line = |shown: &mut String, text: &dyn std::fmt::Display| {
        writeln!(shown, "{text}").expect("a string");
    };
    let reports = match report::parse(text) {
        Ok(reports) => reports,
        Err(error) => {
            line(&mut shown, &format!("`report.json` {error}"));
            if let Some(hint) = error.hint() {
                line(
                    &mut shown,
                    &format!("  hint: {}", hint.replace('\n', "\n        ")),
                );
            }
            return shown;
        }
    };
    let (built, problems) = run::build_all(reports, flags, &Detected::default(), now());
    if !built.is_empty() {
        line(&mut shown, &format!("right: {} run(s)", built.len()));
        for warning in built.iter().flat_map(|built| &built.warnings) {
            line(&mut shown, &format!("  warning: {warning}"));
        }
    }
    for problem in problems {
        line(&mut shown, &problem);
        if let Some(hint) = &problem.hint {
            line(
                &mut shown,
                &format!("  hint: {}", hint.replace('\n', "\n        ")),
            );
        }
    }
    shown
}
