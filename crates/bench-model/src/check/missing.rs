//! Metrics that the baseline or earlier runs have and the run lacks.
//!
//! They can't be judged, and a check that ignores them would look as if it had passed.

use crate::{
    check::question::RunToCheck,
    rest::rows::TransactionRow,
    words::{number, short_commit},
};

/// The number of preceding runs considered.
const NEWEST: usize = 10;

/// A metric that the run should have.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingMetric {
    /// Its name.
    pub name: String,
    /// Its value in the baseline, if the baseline has it.
    pub baseline_value: Option<f64>,
    /// The newest preceding run that has it, if most of them do.
    pub last: Option<LastSeen>,
}

/// The newest run that has a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct LastSeen {
    /// The run.
    pub id: String,
    /// Its version within its configuration.
    pub version: i64,
    /// Its commit.
    pub commit_sha: String,
    /// The metric's value in it.
    pub value: f64,
    /// How many of the preceding runs have the metric.
    pub runs: usize,
    /// How many were considered: at most ten.
    pub of: usize,
}

impl MissingMetric {
    /// A metric that is wanted and that no earlier run has.
    pub fn never_seen(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            baseline_value: None,
            last: None,
        }
    }

    /// A sentence that names the metric and the runs that have it.
    pub fn reason(&self) -> String {
        format!("{} is missing from this run; {}", self.name, self.known())
    }

    /// The runs that have it, with their values.
    pub fn known(&self) -> String {
        let mut parts = Vec::new();
        if let Some(value) = self.baseline_value {
            parts.push(format!("it is {} in the baseline", number(value)));
        }
        if let Some(last) = &self.last {
            let LastSeen {
                version,
                commit_sha,
                value,
                runs,
                of,
                ..
            } = last;
            let commit = short_commit(commit_sha);
            let value = number(*value);
            let last = format!("{value} in version {version}, commit {commit}");
            parts.push(match (*runs, *of) {
                (1, 1) => format!("the previous run has it, {last}"),
                (runs, of) if runs == of => {
                    format!("all {of} previous runs have it, most recently {last}")
                }
                (runs, of) => {
                    format!("{runs} of the {of} previous runs have it, most recently {last}")
                }
            });
        }
        if parts.is_empty() {
            return "no earlier run has it".to_owned();
        }
        parts.join("; ")
    }
}

/// The metrics that the run should have, by name: those of the baseline, and those of more than
/// half of the ten preceding runs, up to a baseline without it. A metric dropped for good is
/// therefore missing until a run without it is the baseline; without a baseline, for five runs.
pub fn missing(run: RunToCheck<'_>) -> Vec<MissingMetric> {
    let RunToCheck {
        current,
        baseline,
        earlier,
        change_points: _,
    } = run;
    let newest = &earlier[earlier.len().saturating_sub(NEWEST)..];
    let known = newest.iter().chain(baseline);
    // What the baseline lacks was dropped for good by then: only later runs ask for it.
    let since_baseline = baseline.map_or(newest, |baseline| {
        let is_baseline = |run: &TransactionRow| run.id == baseline.id;
        if is_baseline(current) {
            return &[];
        }
        let place = newest.iter().position(is_baseline);
        &newest[place.map_or(0, |place| place + 1)..]
    });
    let mut names: Vec<&str> = known
        .flat_map(|run| run.metrics.keys().map(String::as_str))
        .filter(|name| !current.metrics.contains_key(*name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let missing = names.into_iter().map(|name| {
        let baseline_value = baseline.and_then(|run| run.metrics.get(name).copied());
        let asking = match baseline_value {
            Some(_) => newest,
            None => since_baseline,
        };
        MissingMetric {
            name: name.to_owned(),
            baseline_value,
            last: last_seen(asking, name),
        }
    });
    missing
        .filter(|missing| missing.baseline_value.is_some() || missing.last.is_some())
        .collect()
}

/// The newest of the runs with the metric, if most of them have it.
fn last_seen(newest: &[TransactionRow], name: &str) -> Option<LastSeen> {
    let having: Vec<(&TransactionRow, f64)> = newest
        .iter()
        .filter_map(|run| Some((run, *run.metrics.get(name)?)))
        .collect();
    let (last, value) = *having.last()?;
    (2 * having.len() > newest.len()).then(|| LastSeen {
        id: last.id.clone(),
        version: last.version,
        commit_sha: last.commit_sha.clone(),
        value,
        runs: having.len(),
        of: newest.len(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn run(version: i64, metrics: &[&str]) -> TransactionRow {
        let metrics: serde_json::Map<_, _> = metrics
            .iter()
            .map(|name| ((*name).to_owned(), json!(0.9)))
            .collect();
        serde_json::from_value(json!({
            "id": format!("run-{version}"), "created_at": "2026-02-03T16:01:50Z", "recorded_at": "2026-02-03T16:01:51Z",
            "commit_sha": "abc", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": metrics, "configuration_id": 1, "version": version, "idempotency_key": "k",
        }))
        .expect("a row")
    }

    fn reasons(earlier: &[TransactionRow], baseline: Option<&TransactionRow>) -> Vec<String> {
        let current = run(99, &["recall"]);
        let run = RunToCheck {
            current: &current,
            baseline,
            earlier,
            change_points: &[],
        };
        missing(run).iter().map(MissingMetric::reason).collect()
    }

    #[test]
    fn what_the_baseline_has_is_missing_for_as_long_as_it_is_the_baseline() {
        let earlier: Vec<TransactionRow> =
            (1..30).map(|version| run(version, &["recall"])).collect();
        assert_eq!(
            reasons(&earlier, Some(&run(1, &["f1", "recall"]))),
            ["f1 is missing from this run; it is 0.9 in the baseline"]
        );
        assert!(reasons(&earlier, Some(&run(1, &["recall"]))).is_empty());
    }

    #[test]
    fn what_most_runs_before_have_is_missing_and_is_forgotten_after_five_runs() {
        let gone = |since: i64| -> Vec<TransactionRow> {
            let with = |version| {
                if version <= 12 {
                    vec!["f1", "recall"]
                } else {
                    vec!["recall"]
                }
            };
            (1..=12 + since)
                .map(|version| run(version, &with(version)))
                .collect()
        };
        assert_eq!(
            reasons(&gone(3), None),
            [
                "f1 is missing from this run; 7 of the 10 previous runs have it, most recently 0.9 in version 12, commit abc"
            ]
        );
        assert_eq!(reasons(&gone(4), None).len(), 1);
        assert!(reasons(&gone(5), None).is_empty());
    }

    #[test]
    fn what_a_baseline_lacks_is_not_missing_from_it_or_from_a_later_run() {
        let mut earlier: Vec<TransactionRow> =
            (1..=12).map(|version| run(version, &["f1"])).collect();
        assert!(reasons(&earlier, Some(&run(99, &["recall"]))).is_empty());

        earlier.push(run(13, &["recall"]));
        assert!(reasons(&earlier, Some(&run(13, &["recall"]))).is_empty());
        earlier.push(run(14, &["recall", "f1"]));
        assert_eq!(reasons(&earlier, Some(&run(13, &["recall"]))).len(), 1);
    }

    #[test]
    fn what_only_some_runs_have_is_missed_by_nobody() {
        let earlier: Vec<TransactionRow> = (1..12)
            .map(|version| {
                run(
                    version,
                    if version % 3 == 0 {
                        &["f1"]
                    } else {
                        &["recall"]
                    },
                )
            })
            .collect();
        assert!(reasons(&earlier, None).is_empty());
        assert!(reasons(&[], None).is_empty());
        assert_eq!(
            reasons(&[run(1, &["f1"])], None),
            ["f1 is missing from this run; the previous run has it, 0.9 in version 1, commit abc"]
        );
    }
}
