//! Compares two sides of whole runs by all shared metrics.
//!
//! With one run per side it equals [`assess`](mod@super::assess); a side may have more.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    metric::MetricDefinition,
    rest::rows::TransactionRow,
    stats::{
        comparison::{
            assess::{Assessment, decided},
            compare::compare,
            evidence::Evidence,
            prior::Prior,
            result::Options,
            verdict::{Verdict, VerdictKind},
        },
        error::StatsError,
    },
    words::{number, numbered},
};

/// The metrics of one run, as in `benchmark_transactions.metrics`.
pub type Metrics = BTreeMap<String, f64>;

/// Compares two sides by every metric that all their runs have: the primary one first, the others
/// by name.
///
/// `earlier` are the runs before these, oldest first, used to estimate noise: those of the current
/// configuration, then those of the baseline's, used if the first are insufficient. `define`
/// returns a metric's definition. If both sides are the same runs, every metric is unchanged.
/// Metrics that only some runs have are listed by
/// [`unshared`](crate::stats::comparison::unshared::unshared()).
///
/// # Errors
///
/// [`StatsError::NoRuns`] if a side is empty, [`StatsError::Option`] if an option is out of range.
/// Stored values are finite.
pub fn compare_runs(
    baseline: &[TransactionRow],
    current: &[TransactionRow],
    earlier: [&[Metrics]; 2],
    define: impl Fn(&str) -> MetricDefinition,
    primary: Option<&str>,
    options: &Options,
) -> Result<Vec<Assessment>, StatsError> {
    let of = |runs: &[TransactionRow], metric: &str| -> Vec<Evidence> {
        runs.iter()
            .filter_map(|run| Evidence::of(run, metric))
            .collect()
    };
    let values = |runs: &[Metrics], metric: &str| -> Vec<f64> {
        runs.iter()
            .filter_map(|run| run.get(metric).copied())
            .collect()
    };
    let metrics: Vec<MetricSides> = shared(baseline, current, primary)
        .into_iter()
        .map(|metric| MetricSides {
            definition: define(metric),
            baseline: of(baseline, metric),
            current: of(current, metric),
            earlier: earlier.map(|runs| values(runs, metric)),
        })
        .collect();
    let found = compare_metrics(&metrics, primary, options)?;
    if !is_same(baseline, current) {
        return Ok(found);
    }
    let runs = numbered(current.len(), "run");
    Ok(found
        .into_iter()
        .map(
            |Assessment {
                 comparison,
                 verdict,
             }| Assessment {
                verdict: Verdict {
                    kind: VerdictKind::Unchanged,
                    reason: format!(
                        "{} is {} on both sides, which are the same {runs}",
                        comparison.metric,
                        number(comparison.after)
                    ),
                    ..verdict
                },
                comparison,
            },
        )
        .collect())
}

/// Whether both sides are the same runs.
fn is_same(one: &[TransactionRow], other: &[TransactionRow]) -> bool {
    let ids = |runs: &[TransactionRow]| -> BTreeSet<String> {
        runs.iter().map(|run| run.id.clone()).collect()
    };
    ids(one) == ids(other)
}

/// One metric of two sides, for callers that don't fetch whole runs.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricSides {
    /// What the metric means.
    pub definition: MetricDefinition,
    /// The metric in the runs of the reference side.
    pub baseline: Vec<Evidence>,
    /// The metric in the runs of the other side.
    pub current: Vec<Evidence>,
    /// The metric in the runs before these, oldest first: those of the current configuration, then
    /// those of the baseline's.
    pub earlier: [Vec<f64>; 2],
}

/// Compares two sides by metrics that both have, in the order of `metrics`; see [`compare_runs`].
///
/// # Errors
///
/// As [`compare_runs`], and [`StatsError::NotFinite`] for a value that is not finite.
pub fn compare_metrics(
    metrics: &[MetricSides],
    primary: Option<&str>,
    options: &Options,
) -> Result<Vec<Assessment>, StatsError> {
    let mut comparisons = Vec::new();
    for one in metrics {
        let MetricSides {
            definition,
            baseline,
            current,
            earlier,
        } = one;
        let prior = match Prior::from_history(&earlier[0], definition)? {
            Some(own) => Some(own),
            None => Prior::from_history(&earlier[1], definition)?,
        };
        let compared = compare(baseline, current, prior.as_ref(), definition, options)?;
        comparisons.push((compared, *options));
    }
    Ok(decided(comparisons, primary))
}

/// The metrics that every run of both sides has, the primary one first.
fn shared<'a>(
    baseline: &'a [TransactionRow],
    current: &'a [TransactionRow],
    primary: Option<&str>,
) -> Vec<&'a str> {
    let mut runs = baseline.iter().chain(current);
    let Some(first) = runs.next() else {
        return Vec::new();
    };
    let mut metrics: Vec<&str> = first.metrics.keys().map(String::as_str).collect();
    for run in runs {
        metrics.retain(|metric| run.metrics.contains_key(*metric));
    }
    metrics.sort_by_key(|metric| Some(*metric) != primary);
    metrics
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        metric::{Declared, definition_of},
        stats::comparison::{
            assess::{Subject, assess},
            result::Method,
            verdict::VerdictKind,
        },
    };

    fn run(id: &str, metrics: &serde_json::Value) -> TransactionRow {
        serde_json::from_value(json!({
            "id": id, "created_at": "2026-02-03T16:01:50Z", "recorded_at": "2026-02-03T16:01:51Z",
            "commit_sha": "abc", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": metrics, "configuration_id": 1, "version": 1,
            "idempotency_key": "k",
        }))
        .expect("a row")
    }

    fn compared(earlier: [&[Metrics]; 2]) -> Vec<Assessment> {
        let define = |name: &str| definition_of(name, &Declared::new());
        let before = [run(
            "0191",
            &json!({"latency_ms": 400, "f1": 0.9, "analysis_cost": 0.01}),
        )];
        let after = [run(
            "0192",
            &json!({"latency_ms": 520, "f1": 0.9, "tokens": 7}),
        )];
        let primary = Some("latency_ms");
        let options = Options::default();
        compare_runs(&before, &after, earlier, define, primary, &options).expect("sides")
    }

    const LATENCIES: [f64; 6] = [400.0, 405.0, 398.0, 402.0, 396.0, 403.0];

    fn quiet() -> Vec<Metrics> {
        LATENCIES
            .map(|latency| [("latency_ms".to_owned(), latency)].into())
            .into()
    }

    #[test]
    fn shared_metrics_are_compared_and_the_primary_one_comes_first() {
        let found = compared([&[], &[]]);
        let names: Vec<&str> = found
            .iter()
            .map(|found| found.comparison.metric.as_str())
            .collect();
        assert_eq!(names, ["latency_ms", "f1"]);
        assert_eq!(found[0].verdict.kind, VerdictKind::Regressed);
        assert_eq!(found[0].comparison.method, Method::Threshold);
        let json = serde_json::to_value(&found[0]).expect("JSON");
        assert_eq!(
            (&json["metric"], &json["verdict"]["kind"]),
            (&json!("latency_ms"), &json!("regressed"))
        );
    }

    #[test]
    fn earlier_runs_of_either_side_say_how_noisy_a_metric_is() {
        for earlier in [[quiet(), Vec::new()], [quiet()[..3].to_vec(), quiet()]] {
            let found = compared([&earlier[0], &earlier[1]]);
            assert_eq!(found[0].comparison.method, Method::ModeratedT);
            assert_eq!(found[1].comparison.method, Method::Threshold);
        }
    }

    #[test]
    fn a_run_is_unchanged_against_itself() -> Result<(), StatsError> {
        let define = |name: &str| definition_of(name, &Declared::new());
        let options = Options::default();
        let run = [run(
            "0191",
            &json!({"latency_ms": 400, "f1": 0, "answers": 3}),
        )];
        let found = compare_runs(&run, &run, [&[], &[]], define, None, &options)?;
        assert_eq!(found.len(), 3);
        for found in &found {
            assert_eq!(found.verdict.kind, VerdictKind::Unchanged);
        }
        assert_eq!(
            found[0].verdict.reason,
            "answers is 3 on both sides, which are the same run"
        );
        Ok(())
    }

    #[test]
    fn one_run_a_side_is_assessed_as_everywhere() -> Result<(), StatsError> {
        let definition = definition_of("latency_ms", &Declared::new());
        let subject = Subject {
            prior: Prior::from_history(&LATENCIES, &definition)?,
            definition,
            baseline: Evidence::of_value(400.0),
            level: Vec::new(),
            current: Evidence::of_value(520.0),
            options: Options::default(),
        };
        let found = &compared([&quiet(), &[]])[0];
        let alike = &assess(&[subject], Some("latency_ms"))?[0];
        assert_eq!(
            (&found.comparison, &found.verdict),
            (&alike.comparison, &alike.verdict)
        );
        Ok(())
    }
}
