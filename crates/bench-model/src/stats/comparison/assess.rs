//! A run against its baseline, all its metrics at once: the one way from stored runs to verdicts.
//!
//! `bench-push check` and every page of the dashboard go this way, so they say the same.

use serde::{Deserialize, Serialize};

use crate::{
    metric::MetricDefinition,
    stats::{
        comparison::{
            evidence::Evidence,
            prior::Prior,
            result::{Comparison, Options},
            verdict::{Verdict, decide_all},
        },
        error::StatsError,
    },
};

/// How many earlier runs of the configuration are asked about the noise: the newest ones before the
/// current run. Whoever gives more or fewer may get another verdict.
pub const EARLIER_RUNS: usize = 200;

/// One metric of a run, with what it is held against.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// What the metric means.
    pub definition: MetricDefinition,
    /// The metric in the run that is the baseline.
    pub baseline: Evidence,
    /// The metric in the run to judge.
    pub current: Evidence,
    /// The metric in the configuration's runs before the one to judge, oldest first: the newest
    /// [`EARLIER_RUNS`] of them. Empty when there are none.
    pub earlier: Vec<f64>,
}

/// What became of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The numbers.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// What they say.
    pub verdict: Verdict,
}

/// Judges metrics of one run, in the order of `subjects`.
///
/// The noise of each metric is learnt from its earlier runs. Chance is controlled over all metrics;
/// the one called `primary` (see [`primary_metric`](crate::metric::primary_metric)) is asked first and pays nothing for the others.
///
/// # Errors
///
/// [`StatsError::NotFinite`] for a value that is no finite number, [`StatsError::Option`] for an
/// option outside of its range.
///
/// # Example: F1 fell by far more than it varies
///
/// ```
/// use bench_model::{metric::{Declared, definition_of}, stats::{Evidence, Options, VerdictKind, Subject, assess}};
///
/// let subject = Subject {
///     definition: definition_of("f1", &Declared::new()),
///     baseline: Evidence::of_value(0.901),
///     current: Evidence::of_value(0.842),
///     earlier: vec![0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900],
/// };
/// let found = assess(&[subject], Some("f1"), &Options::default())?;
/// assert_eq!(found[0].verdict.kind, VerdictKind::Regressed);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn assess(
    subjects: &[Subject],
    primary: Option<&str>,
    options: &Options,
) -> Result<Vec<Assessment>, StatsError> {
    let comparisons = subjects
        .iter()
        .map(|subject| compared(subject, options))
        .collect::<Result<Vec<_>, _>>()?;
    let verdicts = decide_all(&comparisons, primary, options);
    let pairs = comparisons.into_iter().zip(verdicts);
    Ok(pairs
        .map(|(comparison, verdict)| Assessment {
            comparison,
            verdict,
        })
        .collect())
}

fn compared(subject: &Subject, options: &Options) -> Result<Comparison, StatsError> {
    let Subject {
        definition,
        baseline,
        current,
        earlier,
    } = subject;
    let newest = &earlier[earlier.len().saturating_sub(EARLIER_RUNS)..];
    let prior = Prior::from_history(newest, definition)?;
    crate::stats::comparison::compare::compare(
        std::slice::from_ref(baseline),
        std::slice::from_ref(current),
        prior.as_ref(),
        definition,
        options,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        metric::{Declared, definition_of},
        stats::comparison::verdict::VerdictKind,
    };

    fn subject(metric: &str, baseline: f64, current: f64, earlier: &[f64]) -> Subject {
        Subject {
            definition: definition_of(metric, &Declared::new()),
            baseline: Evidence::of_value(baseline),
            current: Evidence::of_value(current),
            earlier: earlier.to_vec(),
        }
    }

    const QUIET: [f64; 8] = [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899];

    #[test]
    fn the_primary_metric_pays_nothing_for_the_others() -> Result<(), StatsError> {
        let options = Options::default();
        let f1 = || subject("f1", 0.901, 0.893, &QUIET);
        let noise = |name| subject(name, 0.9, 0.9005, &QUIET);
        let others = ["precision", "recall", "accuracy", "roc_auc", "specificity"];
        let all: Vec<_> = std::iter::once(f1()).chain(others.map(noise)).collect();

        let alone = assess(&[f1()], Some("f1"), &options)?;
        let among = assess(&all, Some("f1"), &options)?;

        assert_eq!(alone[0].verdict, among[0].verdict);
        Ok(())
    }

    #[test]
    fn runs_older_than_the_limit_change_nothing() -> Result<(), StatsError> {
        let newest: Vec<f64> = QUIET.iter().copied().cycle().take(EARLIER_RUNS).collect();
        let older = vec![0.2; 50];
        let long = [older, newest.clone()].concat();
        let judge = |earlier: &[f64]| {
            assess(
                &[subject("f1", 0.9, 0.84, earlier)],
                None,
                &Options::default(),
            )
        };

        assert_eq!(judge(&newest)?, judge(&long)?);
        assert_eq!(judge(&long)?[0].verdict.kind, VerdictKind::Regressed);
        Ok(())
    }
}
