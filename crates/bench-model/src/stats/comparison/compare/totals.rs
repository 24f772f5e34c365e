//! Both sides have totals but no individual items.

use crate::stats::{
    comparison::{
        bootstrap,
        compare::question::{Found, Question, all_have, least, noise},
        contingency::fisher_mid_p,
        evidence::{Confusion, Counts, Evidence, sum},
        f1,
        paired::{self, Estimate},
        power,
        proportion::{critical, newcombe},
        result::{Method, More, NoiseSource, Settle},
    },
    numeric::{
        interval::Interval,
        sample::{mean, ratio, real},
    },
};

/// k of n.
pub(super) fn by_counts(question: &Question) -> Option<Found> {
    let side = |runs| all_have(runs, |run: &Evidence| run.counts).map(|counts| typical(&counts));
    let ((before, share_before), (after, share_after)) =
        (side(question.baseline)?, side(question.current)?);
    let numbers = |share: f64, counts: Counts| (share * real(counts.n), real(counts.n));
    Some(of_totals(
        question,
        Method::Proportions,
        (share_before, share_after),
        newcombe(
            numbers(share_before, before),
            numbers(share_after, after),
            question.options.confidence,
        ),
        fisher_mid_p(before, after),
        (before.n, after.n),
    ))
}

/// The confusion matrix in total.
pub(super) fn by_confusion(question: &Question) -> Option<Found> {
    let side =
        |runs| all_have(runs, |run: &Evidence| run.confusion).map(|totals| typical_total(&totals));
    let (before, after) = (side(question.baseline)?, side(question.current)?);
    Some(of_totals(
        question,
        Method::F1,
        (before.f1()?, after.f1()?),
        f1::difference(before, after, question.options.confidence)?,
        f1::p_value(before, after),
        (before.jaccard().n, after.jaccard().n),
    ))
}

fn of_totals(
    question: &Question,
    method: Method,
    (before, after): (f64, f64),
    interval: Interval,
    p_value: f64,
    n: (u64, u64),
) -> Found {
    let options = question.options;
    let stderr = (interval.high - interval.low) / (2.0 * critical(options.confidence));
    let margin = question.margin(before);
    let wanted = power::decisive_stderr(after - before, margin, f64::INFINITY, options);
    let count = wanted.and_then(|wanted| power::more(least(n), stderr, wanted));
    Found {
        method,
        before,
        after,
        interval: Some(interval),
        relative_interval: None,
        p_value: Some(p_value),
        items: (Some(n.0), Some(n.1)),
        noise: noise(NoiseSource::Counts, None, None),
        detectable: Some(power::detectable(stderr, f64::INFINITY, options)),
        settle: count.map(|count| Settle {
            count,
            of: More::Items,
        }),
        caveats: Vec::new(),
    }
}

/// A value with its standard error, from the report or from items or findings that cannot be
/// paired.
pub(super) fn by_stderr(question: &Question) -> Option<Found> {
    let (before, after) = (
        side_with_stderr(question.baseline)?,
        side_with_stderr(question.current)?,
    );
    let variances = (before.stderr * before.stderr, after.stderr * after.stderr);
    let variance = variances.0 + variances.1;
    if variance.is_nan() || variance <= 0.0 {
        return None;
    }
    // Welch 1947: the degrees of freedom of a sum of two variances.
    let df = variance * variance
        / (variances.0 * variances.0 / before.df + variances.1 * variances.1 / after.df);
    let df = if df.is_nan() { f64::INFINITY } else { df };
    let estimate = Estimate {
        mean: after.mean - before.mean,
        stderr: libm::sqrt(variance),
        df,
    };
    let options = question.options;
    let n = |runs: &[Evidence]| runs.iter().filter_map(|run| run.n).min();
    let items = (n(question.baseline), n(question.current));
    let wanted = power::decisive_stderr(estimate.mean, question.margin(before.mean), df, options);
    let count = items
        .0
        .zip(items.1)
        .zip(wanted)
        .and_then(|(n, wanted)| power::more(least(n), estimate.stderr, wanted));
    Some(Found {
        method: Method::Welch,
        before: before.mean,
        after: after.mean,
        interval: Some(estimate.interval(options.confidence)),
        relative_interval: None,
        p_value: Some(estimate.p_value()),
        items,
        noise: noise(NoiseSource::Reported, Some(estimate.stderr), Some(df)),
        detectable: Some(power::detectable(estimate.stderr, df, options)),
        settle: count.map(|count| Settle {
            count,
            of: More::Items,
        }),
        caveats: Vec::new(),
    })
}

/// Findings of items that can't be paired.
pub(super) fn by_findings(question: &Question) -> Option<Found> {
    all_have(question.baseline, |run| run.outcomes.as_ref())?;
    all_have(question.current, |run| run.outcomes.as_ref())?;
    by_stderr(question)
}

/// Items that can't be paired and name their cluster.
pub(super) fn by_clusters(question: &Question) -> Option<Found> {
    let clustered = |run: &Evidence| {
        let items = run.items.as_ref()?;
        (!items.clusters.is_empty()).then_some(())
    };
    all_have(question.baseline, clustered)?;
    all_have(question.current, clustered)?;
    by_stderr(question)
}

/// The mean of a side with the standard error of a single run: several runs on the same items don't
/// add items.
fn side_with_stderr(runs: &[Evidence]) -> Option<Estimate> {
    let estimates = all_have(runs, |run| {
        let of_items = |values: &[f64], clusters: &[String]| {
            let found = if clusters.is_empty() {
                paired::simple(values)
            } else {
                paired::clustered(values, clusters)
            };
            found.map(|found| Estimate {
                mean: run.value,
                ..found
            })
        };
        if let Some(items) = &run.items {
            return of_items(&items.values, &items.clusters);
        }
        if let Some(outcomes) = &run.outcomes {
            let parts = bootstrap::contributions(outcomes.metric, &outcomes.per_item)?;
            return of_items(&parts, &outcomes.clusters);
        }
        let df = run
            .n
            .filter(|n| *n >= 2)
            .map_or(f64::INFINITY, |n| real(n - 1));
        Some(Estimate {
            mean: run.value,
            stderr: run.stderr?,
            df,
        })
    })?;
    let of = |part: fn(&Estimate) -> f64| mean(&estimates.iter().map(part).collect::<Vec<_>>());
    Some(Estimate {
        mean: of(|estimate| estimate.mean),
        stderr: libm::sqrt(of(|estimate| estimate.stderr * estimate.stderr)),
        df: estimates
            .iter()
            .map(|estimate| estimate.df)
            .fold(f64::INFINITY, f64::min),
    })
}

/// One run's worth of counts, and the share of all runs: several runs on the same items don't add
/// items.
fn typical(counts: &[Counts]) -> (Counts, f64) {
    let successes: u64 = counts.iter().map(|counts| counts.successes).sum();
    let n: u64 = counts.iter().map(|counts| counts.n).sum();
    let runs = counts.len() as u64;
    let typical = Counts {
        successes: rounded(successes, runs),
        n: rounded(n, runs),
    };
    (typical, ratio(successes, n))
}

fn typical_total(totals: &[Confusion]) -> Confusion {
    let runs = totals.len() as u64;
    let sum = sum(totals);
    Confusion {
        tp: rounded(sum.tp, runs),
        fp: rounded(sum.fp, runs),
        fn_: rounded(sum.fn_, runs),
    }
}

/// A mean, to the nearest whole number.
fn rounded(sum: u64, runs: u64) -> u64 {
    (sum + runs / 2) / runs
}
