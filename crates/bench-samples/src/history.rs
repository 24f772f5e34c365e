use std::collections::BTreeSet;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::{anchor::Anchor, measured::Session};

/// The number of days in the history.
const DAYS: i64 = 90;

/// The session before the known changes, so that the dashboard and `detect_regression` can compare
/// the newest runs with it; see `benchmarks/README.md`.
const BASELINE_SESSION: i64 = 10;

/// Why those runs are the baselines.
pub const BASELINE_REASON: &str = "the demo's baseline: before the known changes";

/// The reports to store: each with its own time, in order, the newest at the anchor, and with a note
/// that the time is assigned. `triggered_by` is who stores them.
#[must_use]
pub fn over_90_days(sessions: &[Session], anchor: &Anchor, triggered_by: &str) -> Vec<Value> {
    let newest = sessions
        .iter()
        .map(|session| session.sequence)
        .max()
        .unwrap_or(1);
    let step = SignedDuration::from_hours(24 * DAYS / newest.max(1));
    let mut laid_out: Vec<Value> = Vec::with_capacity(sessions.len());
    let mut place = 0;
    for (index, Session { sequence, report }) in sessions.iter().enumerate() {
        let same_session = index > 0 && sessions[index - 1].sequence == *sequence;
        place = if same_session { place + 1 } else { 0 };
        let back = i32::try_from(newest - sequence).unwrap_or(i32::MAX);
        // Runs of one session follow each other some minutes apart, as in one job.
        let created_at = anchor.last_session - step * back - SignedDuration::from_mins(4 * place);
        let mut dated = dated(report, &created_at.to_string(), *sequence, newest);
        dated["triggered_by"] = json!(triggered_by);
        laid_out.push(dated);
    }
    laid_out
}

fn dated(report: &Value, created_at: &str, sequence: i64, newest: i64) -> Value {
    let mut report = report.clone();
    let said = report["notes"]
        .as_str()
        .map(|notes| format!("{notes} "))
        .unwrap_or_default();
    report["notes"] = json!(format!(
        "{said}Measured in session {sequence} of {newest}; the demo laid the sessions out over {DAYS} days, \
         so the date is not the date of measuring."
    ));
    report["created_at"] = json!(created_at);
    // Set explicitly, so that the variables of a surrounding CI job don't become part of the runs.
    report["run_id"] = json!(format!("demo-session-{sequence}"));
    report["run_attempt"] = json!(1);
    report["branch_name"] = json!("main");
    report
}

/// The identity of a configuration; all runs share one environment.
#[must_use]
pub fn configuration(report: &Value) -> [String; 3] {
    ["model_version", "dataset_version", "prompt_version"].map(|name| report[name].to_string())
}

/// The places of the runs to mark as baselines: of every configuration its run of the session
/// before the known changes, or its first later one.
pub fn of_baselines(reports: &[Value]) -> impl Iterator<Item = usize> {
    let mut done = BTreeSet::new();
    reports
        .iter()
        .enumerate()
        .filter_map(move |(place, report)| {
            let sequence = report["params"]["sequence"].as_i64().unwrap_or(0);
            (sequence >= BASELINE_SESSION && done.insert(configuration(report))).then_some(place)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(sequence: i64) -> Session {
        Session {
            sequence,
            report: json!({"model_version": "m", "params": {"sequence": sequence}}),
        }
    }

    fn anchor() -> Anchor {
        Anchor::parse("2026-11-24T12:00:00Z 58b8199 0000000000000007").expect("an anchor")
    }

    #[test]
    fn the_newest_session_ends_at_the_anchor_and_the_oldest_lies_less_than_90_days_back() {
        let sessions: Vec<_> = (1..=30).map(session).collect();

        let laid_out = over_90_days(&sessions, &anchor(), "a test");

        assert_eq!(laid_out[29]["created_at"], "2026-11-24T12:00:00Z");
        assert_eq!(laid_out[0]["created_at"], "2026-08-29T12:00:00Z");
        assert_eq!(laid_out[0]["triggered_by"], "a test");
    }

    #[test]
    fn runs_of_one_session_never_share_a_moment() {
        let laid_out = over_90_days(&[session(1), session(1), session(2)], &anchor(), "a test");

        assert_ne!(laid_out[0]["created_at"], laid_out[1]["created_at"]);
        assert_eq!(laid_out[2]["created_at"], "2026-11-24T12:00:00Z");
    }

    #[test]
    fn every_run_says_that_its_date_is_laid_out() {
        let laid_out = over_90_days(&[session(1)], &anchor(), "a test");

        let notes = laid_out[0]["notes"].as_str().expect("text");
        assert!(notes.contains("not the date of measuring"), "{notes}");
    }

    #[test]
    fn a_configuration_has_one_baseline_and_none_before_its_session() {
        let reports: Vec<_> = [9, 10, 11].map(|sequence| session(sequence).report).into();

        assert_eq!(of_baselines(&reports).collect::<Vec<_>>(), [1]);
    }
}
