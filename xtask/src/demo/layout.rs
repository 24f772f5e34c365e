//! Turns the committed runs, measured in one go, into a history over 90 days.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::Path;

use jiff::SignedDuration;
use serde_json::{Deserializer, Value, json};

use super::anchor::Anchor;
use crate::failure::{Explain as _, Failure};
use crate::project;

/// The number of days in the history.
const DAYS: i64 = 90;

/// One measured run and its position in the order of measurement.
pub(super) struct Session {
    sequence: i64,
    report: Value,
}

/// Reads every `*_benchmark_results.json` of a folder, in the order of measurement.
pub(super) fn read(folder: &Path) -> Result<Vec<Session>, Failure> {
    let about = || format!("`{}` cannot be read", project::short(folder));
    let mut files: Vec<_> = fs::read_dir(folder)
        .explain(about)?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.retain(|file| file.to_string_lossy().ends_with("_benchmark_results.json"));
    files.sort();

    let mut sessions = Vec::new();
    for file in files {
        for report in reports_in(&project::read(&file)?)
            .explain(|| format!("`{}` is no benchmark report", project::short(&file)))?
        {
            let sequence = report["params"]["sequence"].as_i64().ok_or_else(|| {
                Failure::new(format!(
                    "a run in `{}` has no `params.sequence`",
                    project::short(&file)
                ))
            })?;
            sessions.push(Session { sequence, report });
        }
    }
    if sessions.is_empty() {
        return Err(Failure::new(format!(
            "`{}` holds no *_benchmark_results.json",
            project::short(folder)
        )));
    }
    sessions.sort_by_key(|session| session.sequence);
    Ok(sessions)
}

/// One object, an array of them, or one per line.
fn reports_in(text: &str) -> Result<Vec<Value>, serde_json::Error> {
    let mut reports = Vec::new();
    for value in Deserializer::from_str(text).into_iter() {
        match value? {
            Value::Array(several) => reports.extend(several),
            one => reports.push(one),
        }
    }
    Ok(reports)
}

/// A fingerprint of the runs, to detect changed ones.
pub(super) fn fingerprint(sessions: &[Session]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for session in sessions {
        session.report.to_string().hash(&mut hasher);
    }
    hasher.finish()
}

/// The reports to push: each with its own time, in order, the newest at the anchor, and with a note
/// that the time is assigned.
pub(super) fn over_90_days(sessions: &[Session], anchor: &Anchor) -> Vec<Value> {
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
        laid_out.push(dated(report, &created_at.to_string(), *sequence, newest));
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
    report["triggered_by"] = json!("cargo xtask demo");
    report
}

/// The identity of a configuration; all runs share one environment.
pub(super) fn configuration(report: &Value) -> [String; 3] {
    ["model_version", "dataset_version", "prompt_version"].map(|name| report[name].to_string())
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
        Anchor::parse("2026-11-24T12:00:00Z 58b8199 0000000000000007").unwrap()
    }

    #[test]
    fn the_newest_session_ends_at_the_anchor_and_the_oldest_lies_less_than_90_days_back() {
        let sessions: Vec<_> = (1..=30).map(session).collect();

        let laid_out = over_90_days(&sessions, &anchor());

        assert_eq!(laid_out[29]["created_at"], "2026-11-24T12:00:00Z");
        assert_eq!(laid_out[0]["created_at"], "2026-08-29T12:00:00Z");
    }

    #[test]
    fn runs_of_one_session_never_share_a_moment() {
        let laid_out = over_90_days(&[session(1), session(1), session(2)], &anchor());

        assert_ne!(laid_out[0]["created_at"], laid_out[1]["created_at"]);
        assert_eq!(laid_out[2]["created_at"], "2026-11-24T12:00:00Z");
    }

    #[test]
    fn every_run_says_that_its_date_is_laid_out() {
        let laid_out = over_90_days(&[session(1)], &anchor());

        let notes = laid_out[0]["notes"].as_str().unwrap();
        assert!(notes.contains("not the date of measuring"), "{notes}");
    }

    #[test]
    fn one_object_an_array_and_json_lines_are_all_read() {
        for text in [
            "{\"a\":1}{\"a\":2}",
            "[{\"a\":1},{\"a\":2}]",
            "{\"a\":1}\n{\"a\":2}\n",
        ] {
            assert_eq!(reports_in(text).unwrap().len(), 2, "{text}");
        }
    }
}
