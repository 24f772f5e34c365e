//! Attempts of one CI run, for whoever has all runs at hand: `judged_against` returns only what counts.

use std::collections::HashMap;

use crate::rest::rows::TransactionRow;

/// Several attempts of one CI run are one place in time: keeps the runs of its last attempt, which
/// may be that of `current`.
pub fn retain_last_attempts(earlier: &mut Vec<TransactionRow>, current: &TransactionRow) {
    let mut last: HashMap<(String, String), i64> = HashMap::new();
    let of = |run: &TransactionRow| {
        let ci_run = (run.run_id.clone()?, run.commit_sha.clone());
        Some((ci_run, run.run_attempt?))
    };
    for (ci_run, attempt) in earlier.iter().chain([current]).filter_map(of) {
        let known = last.entry(ci_run).or_insert(attempt);
        *known = attempt.max(*known);
    }
    earlier.retain(|run| of(run).is_none_or(|(ci_run, attempt)| last[&ci_run] == attempt));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_attempts_of_a_ci_run_the_last_counts() {
        let run = |id: &str, ci_run: Option<&str>, attempt: Option<i64>, commit: &str| {
            let json = serde_json::json!({
                "id": id, "created_at": "2026-11-24T09:00:00Z", "recorded_at": "2026-11-24T09:00:00Z", "commit_sha": commit,
                "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "ci", "metrics": {"f1": 0.9},
                "run_id": ci_run, "run_attempt": attempt, "configuration_id": 1, "version": 1, "idempotency_key": id,
            });
            serde_json::from_value::<TransactionRow>(json).expect("a run")
        };
        let mut runs = vec![
            run("first", Some("7"), Some(1), "aa"),
            run("before the current one", Some("8"), Some(1), "aa"),
            run("again", Some("7"), Some(2), "aa"),
            run("twice", Some("7"), Some(2), "aa"),
            run("other commit", Some("7"), Some(1), "bb"),
            run("no attempt", Some("7"), None, "aa"),
            run("no CI", None, Some(1), "aa"),
        ];
        let current = run("current", Some("8"), Some(2), "aa");
        retain_last_attempts(&mut runs, &current);
        let ids: Vec<_> = runs.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(
            ids,
            ["again", "twice", "other commit", "no attempt", "no CI"]
        );
    }
}
