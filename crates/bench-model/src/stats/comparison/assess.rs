//! Compares all metrics of a run with its baseline: the only path from stored runs to verdicts.
//!
//! `bench-push check` and every page of the dashboard use it, so they agree.

use serde::{Deserialize, Serialize};

use crate::{
    metric::MetricDefinition,
    stats::{
        comparison::{
            compare::compare_with_level,
            evidence::Evidence,
            prior::Prior,
            result::{Comparison, Options},
            verdict::{Verdict, decide_all},
        },
        error::StatsError,
    },
};

/// One metric of a run with its baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The metric's definition.
    pub definition: MetricDefinition,
    /// The metric in the baseline run.
    pub baseline: Evidence,
    /// The plain values of the runs of the baseline's level, the baseline among them; empty if
    /// unknown. Where plain numbers are compared, they are the reference instead of the one run:
    /// a new run differs from one baseline run with the noise of two runs, and from the mean of a
    /// level with that of one. The prior has to be learned from these runs.
    pub level: Vec<f64>,
    /// The metric in the judged run.
    pub current: Evidence,
    /// How noisy the metric is, as [`Prior::from_history`] learns it from the configuration's runs
    /// before the one to judge; none when they say nothing.
    pub prior: Option<Prior>,
    /// The margin and the level at which the metric is judged.
    pub options: Options,
}

/// The result for a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The numbers.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// The verdict.
    pub verdict: Verdict,
}

/// Judges metrics of one run, in the order of `subjects`.
///
/// Chance is controlled over all metrics; the one called `primary` (see
/// [`primary_metric`](crate::metric::primary_metric())) is not corrected for the others.
///
/// # Errors
///
/// [`StatsError::NotFinite`] for a value that is not finite, [`StatsError::Option`] for an option
/// out of range.
///
/// # Example: F1 fell by far more than it varies
///
/// ```
/// use bench_model::metric::{Declared, definition_of};
/// use bench_model::stats::{Evidence, Options, Prior, Subject, VerdictKind, assess};
///
/// let f1 = definition_of("f1", &Declared::new());
/// let earlier = [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900];
/// let subject = Subject {
///     prior: Prior::from_history(&earlier, &f1)?,
///     definition: f1,
///     baseline: Evidence::of_value(0.901),
///     level: earlier.to_vec(),
///     current: Evidence::of_value(0.842),
///     options: Options::default(),
/// };
/// let found = assess(&[subject], Some("f1"))?;
/// assert_eq!(found[0].verdict.kind, VerdictKind::Regressed);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn assess(subjects: &[Subject], primary: Option<&str>) -> Result<Vec<Assessment>, StatsError> {
    let comparisons = subjects
        .iter()
        .map(|subject| Ok((compared(subject)?, subject.options)))
        .collect::<Result<Vec<_>, StatsError>>()?;
    Ok(decided(comparisons, primary))
}

/// The verdicts on comparisons that belong together, each with its options.
pub(super) fn decided(
    comparisons: Vec<(Comparison, Options)>,
    primary: Option<&str>,
) -> Vec<Assessment> {
    let verdicts = decide_all(&comparisons, primary);
    let pairs = comparisons.into_iter().zip(verdicts);
    let assessed = pairs.map(|((comparison, _), verdict)| Assessment {
        comparison,
        verdict,
    });
    assessed.collect()
}

fn compared(subject: &Subject) -> Result<Comparison, StatsError> {
    let Subject {
        definition,
        baseline,
        level,
        current,
        prior,
        options,
    } = subject;
    compare_with_level(
        std::slice::from_ref(baseline),
        level,
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
        stats::comparison::{prior::EARLIER_RUNS, verdict::VerdictKind},
    };

    fn subject(metric: &str, baseline: f64, current: f64, earlier: &[f64]) -> Subject {
        let definition = definition_of(metric, &Declared::new());
        Subject {
            prior: Prior::from_history(earlier, &definition).expect("finite"),
            definition,
            baseline: Evidence::of_value(baseline),
            level: Vec::new(),
            current: Evidence::of_value(current),
            options: Options::default(),
        }
    }

    const QUIET: [f64; 8] = [0.901, 0.899, 0.902, 0.900, 0.898, 0.901, 0.900, 0.899];

    #[test]
    fn the_primary_metric_pays_nothing_for_the_others() -> Result<(), StatsError> {
        let f1 = || subject("f1", 0.901, 0.893, &QUIET);
        let noise = |name| subject(name, 0.9, 0.9005, &QUIET);
        let others = ["precision", "recall", "accuracy", "roc_auc", "specificity"];
        let all: Vec<_> = std::iter::once(f1()).chain(others.map(noise)).collect();

        let alone = assess(&[f1()], Some("f1"))?;
        let among = assess(&all, Some("f1"))?;

        assert_eq!(alone[0].verdict, among[0].verdict);
        Ok(())
    }

    #[test]
    fn the_level_of_the_baseline_shows_what_one_of_its_runs_cannot() -> Result<(), StatsError> {
        let mut alone = subject("f1", 0.901, 0.8935, &QUIET);
        alone.definition.max = None;
        let mut beside = alone.clone();
        beside.level = QUIET.to_vec();
        let found = assess(&[alone, beside], None)?;
        let p = |index: usize| found[index].comparison.p_value;
        assert!(p(1) < p(0), "{found:?}");
        assert_eq!(found[1].comparison.baseline_n.runs, 8);
        assert!((found[1].comparison.before - 0.9).abs() < 1e-12);
        assert_eq!(
            found[0].verdict.threshold_exceeded,
            found[1].verdict.threshold_exceeded
        );
        Ok(())
    }

    #[test]
    fn runs_older_than_the_limit_change_nothing() -> Result<(), StatsError> {
        let newest: Vec<f64> = QUIET.iter().copied().cycle().take(EARLIER_RUNS).collect();
        let older = vec![0.2; 50];
        let long = [older, newest.clone()].concat();
        let judge = |earlier: &[f64]| assess(&[subject("f1", 0.9, 0.84, earlier)], None);

        assert_eq!(judge(&newest)?, judge(&long)?);
        assert_eq!(judge(&long)?[0].verdict.kind, VerdictKind::Regressed);
        Ok(())
    }
}
