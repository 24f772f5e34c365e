//! The key that makes sending a run twice harmless.

use std::fmt;

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{canonical, run::Run, source::hex};

/// The SHA-256 of a run's identity, as 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The key of `run`: two runs with the same key are one run, and the second is not stored.
///
/// It covers the repository, the CI run and its attempt, the commit, the configuration, the time if
/// the report or a flag gave one, and what was measured and tried: metrics, their statistics,
/// details, parameters and counts. Duration, tags, notes, links, source and whether it is a side run
/// may differ when the same result is sent again.
pub fn key(run: &Run, repository: Option<&str>) -> IdempotencyKey {
    IdempotencyKey(hex(&Sha256::digest(identity(run, repository))))
}

/// What the key is a hash of: canonical JSON.
fn identity(run: &Run, repository: Option<&str>) -> String {
    let configuration = &run.configuration;
    let metrics: serde_json::Map<_, _> = run
        .metrics
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value)))
        .collect();
    canonical::to_string(&json!({
        "identity": 2,
        "repository": repository,
        "run_id": run.run_id,
        "run_attempt": run.run_attempt,
        "commit_sha": run.commit_sha,
        "model_version": configuration.model_version,
        "dataset_version": configuration.dataset_version,
        "prompt_version": configuration.prompt_version,
        "environment": configuration.environment,
        "created_at": run.created_at,
        "metrics": metrics,
        "metric_stats": run.metric_stats,
        "params": run.params,
        "details": run.details,
        "dataset_size": run.dataset_size,
        "error_count": run.error_count,
        "success_count": run.success_count,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        context::{Detected, Overrides},
        report,
    };

    const REPORT: &str = r#"{
        "model_version": "m-1", "dataset_version": "d-1", "prompt_version": "p-1", "environment": "local",
        "commit_sha": "abc123", "run_id": "77", "run_attempt": 1, "created_at": "2026-02-03T11:01:50-05:00",
        "metrics": {"f1": 0.895, "latency_ms": 412},
        "tags": ["a"], "notes": "n", "duration_seconds": 3, "params": {"t": 0}, "branch_name": "main",
        "metric_stats": {"f1": {"n": 150}}, "details": {"gpu": "H100"}, "dataset_size": 150, "success_count": 149, "error_count": 1
    }"#;

    fn run(text: &str) -> Run {
        let report = report::parse(text.as_bytes()).expect("JSON").remove(0);
        let (overrides, detected) = (Overrides::default(), Detected::default());
        Run::build(report, &overrides, &detected, jiff::Timestamp::MAX)
            .expect("a report")
            .run
    }

    #[test]
    fn the_identity_is_what_is_documented_and_stays_so() {
        // A change here stores every run of every user a second time.
        insta::assert_snapshot!(identity(&run(REPORT), Some("team/model")));
        insta::assert_snapshot!(key(&run(REPORT), Some("team/model")));
    }

    #[test]
    fn every_field_of_the_identity_makes_another_run() {
        let same = key(&run(REPORT), Some("team/model"));
        for (from, to) in [
            ("m-1", "m-2"),
            ("d-1", "d-2"),
            ("p-1", "p-2"),
            ("local", "staging"),
            ("abc123", "abc124"),
            ("\"77\"", "\"78\""),
            ("\"run_attempt\": 1", "\"run_attempt\": 2"),
            ("11:01:50", "11:01:51"),
            ("0.895", "0.8951"),
            ("latency_ms", "latency_p50_ms"),
            ("{\"n\": 150}", "{\"n\": 151}"),
            ("\"t\": 0", "\"t\": 1"),
            ("H100", "A100"),
            ("\"dataset_size\": 150", "\"dataset_size\": 151"),
            ("149", "148"),
            ("\"error_count\": 1", "\"error_count\": 2"),
        ] {
            assert!(REPORT.contains(from), "{from}");
            assert_ne!(
                key(&run(&REPORT.replace(from, to)), Some("team/model")),
                same,
                "{from} → {to}"
            );
        }
        assert_ne!(key(&run(REPORT), Some("team/other")), same);
        assert_ne!(key(&run(REPORT), None), same);
    }

    #[test]
    fn what_may_differ_when_a_result_is_sent_again_does_not_count() {
        let same = key(&run(REPORT), None);
        for (from, to) in [
            ("[\"a\"]", "[\"b\"]"),
            ("\"notes\": \"n\"", "\"notes\": \"other\""),
            ("\"duration_seconds\": 3", "\"duration_seconds\": 4"),
            ("main", "feature"),
            ("\"branch_name\"", "\"is_mainline\": false, \"branch_name\""),
            ("2026-02-03T11:01:50-05:00", "2026-02-03T16:01:50.000Z"),
            ("412", "4.12e2"),
            ("412", "412.0"),
        ] {
            assert!(REPORT.contains(from), "{from}");
            assert_eq!(
                key(&run(&REPORT.replace(from, to)), None),
                same,
                "{from} → {to}"
            );
        }
    }
}
