//! Both sides have the same items with individual results.

use std::collections::BTreeSet;

use crate::stats::{
    comparison::{
        bootstrap,
        compare::question::{Found, Question, all_have, least, noise},
        contingency::mcnemar_mid_p,
        evidence::Items,
        paired::{self, Estimate, Pairs},
        power,
        proportion::{PairedTable, critical, newcombe_paired},
        result::{Caveat, Method, More, NoiseSource, Settle},
    },
    numeric::{
        distribution::{normal_two_sided, t_two_sided_quantile},
        interval::Interval,
        sample::{deviation, mean, real},
    },
};

/// This few equal differences may be equal by chance.
const FEWEST_EQUAL: usize = 5;

/// Findings per item of one run a side.
pub(super) fn by_outcomes(question: &Question) -> Option<Found> {
    let ([before], [after]) = (question.baseline, question.current) else {
        return None;
    };
    let (before, after) = (before.outcomes.as_ref()?, after.outcomes.as_ref()?);
    if !question.same_data || before.metric != after.metric {
        return None;
    }
    let findings = bootstrap::pair(before, after)?;
    let (pairs, units) = (&findings.pairs, findings.units());
    let found = bootstrap::paired(before.metric, &units, question.options.confidence)?;
    let metric_of = |side: fn(&(_, _)) -> _| {
        before.metric.of(crate::stats::comparison::evidence::sum(
            &pairs.iter().map(side).collect::<Vec<_>>(),
        ))
    };
    let n = pairs.len() as u64;
    let unmatched = (before.per_item.len() + after.per_item.len() - 2 * pairs.len()) as u64;
    let values = (metric_of(|pair| pair.0)?, metric_of(|pair| pair.1)?);
    let linear = findings.linear(before.metric)?;
    let (method, estimate) = if findings.clusters.is_empty() {
        (Method::PairedBootstrap, paired::simple(&linear)?)
    } else {
        let estimate = paired::clustered(&linear, &findings.clusters)?;
        (Method::PairedBootstrapClustered, estimate)
    };
    let estimate = Estimate {
        mean: found.delta,
        ..estimate
    };
    // The resamples know the skew, and the linear terms the sizes of clusters.
    let by_parts = estimate.interval(question.options.confidence);
    Some(Found {
        interval: Some(found.interval.hull(by_parts)),
        p_value: Some(found.p_value),
        ..of_items(question, method, values, estimate, n, unmatched)
    })
}

/// A value per item, of one or more runs a side.
pub(super) fn by_items(question: &Question) -> Option<Found> {
    if !question.same_data {
        return None;
    }
    let before: Vec<&Items> = all_have(question.baseline, |run| run.items.as_ref())?;
    let after: Vec<&Items> = all_have(question.current, |run| run.items.as_ref())?;
    let pairs = paired::pair(&before, &after)?;
    let column =
        |side: fn(&(f64, f64)) -> f64| mean(&pairs.values.iter().map(side).collect::<Vec<_>>());
    let values = (column(|pair| pair.0), column(|pair| pair.1));
    if pairs.are_binary() && pairs.clusters.is_empty() {
        return Some(mcnemar(question, &pairs, values));
    }
    let differences = pairs.differences();
    let (method, estimate) = if pairs.clusters.is_empty() {
        (Method::PairedT, paired::simple(&differences)?)
    } else {
        (
            Method::PairedTClustered,
            paired::clustered(&differences, &pairs.clusters)?,
        )
    };
    if estimate.stderr == 0.0 && differences.len() < FEWEST_EQUAL {
        return None;
    }
    let n = differences.len() as u64;
    let interval = if pairs.are_binary() {
        clustered_shares(question, &pairs, estimate)
    } else {
        estimate.interval(question.options.confidence)
    };
    Some(Found {
        interval: Some(interval),
        p_value: Some(estimate.p_value()),
        ..of_items(question, method, values, estimate, n, pairs.unmatched)
    })
}

/// Newcombe's interval for pairs of as many independent items as carry the information of the
/// clustered ones (the design effect: Kish 1965; for shares Saha, Miller and Wang 2016): where few
/// items change sides, the interval of their mean alone would be too short, and without any it
/// would be empty.
fn clustered_shares(question: &Question, pairs: &Pairs, estimate: Estimate) -> Interval {
    let confidence = question.options.confidence;
    let of_means = estimate.interval(confidence);
    let clusters: BTreeSet<&String> = pairs.clusters.iter().collect();
    let all = real(pairs.values.len());
    let alone = paired::simple(&pairs.differences()).map_or(0.0, |found| found.stderr);
    // If no item changes sides, a cluster counts as one item.
    let effect = if alone > 0.0 {
        let ratio = estimate.stderr / alone;
        (ratio * ratio).clamp(1.0, all)
    } else {
        all / real(clusters.len())
    };
    let PairedTable {
        both,
        only_before,
        only_after,
        neither,
    } = table(pairs);
    let scaled = PairedTable {
        both: both / effect,
        only_before: only_before / effect,
        only_after: only_after / effect,
        neither: neither / effect,
    };
    let critical = t_two_sided_quantile(1.0 - confidence, estimate.df);
    let by_score = newcombe_paired(scaled, 1.0 - normal_two_sided(critical));
    of_means.hull(by_score)
}

/// How many items were right in which of two runs.
fn table(pairs: &Pairs) -> PairedTable {
    let with = |wanted: (f64, f64)| {
        let equal = pairs.values.iter().filter(|pair| **pair == wanted);
        real(equal.count())
    };
    PairedTable {
        both: with((1.0, 1.0)),
        only_before: with((1.0, 0.0)),
        only_after: with((0.0, 1.0)),
        neither: with((0.0, 0.0)),
    }
}

fn mcnemar(question: &Question, pairs: &Pairs, values: (f64, f64)) -> Found {
    let with =
        |wanted: (f64, f64)| pairs.values.iter().filter(|pair| **pair == wanted).count() as u64;
    let (only_before, only_after) = (with((1.0, 0.0)), with((0.0, 1.0)));
    let table = table(pairs);
    let interval = newcombe_paired(table, question.options.confidence);
    let differences = pairs.differences();
    // If few items change sides, the deviation of the differences is unreliable; the interval is
    // not.
    let half = (interval.high - interval.low) / 2.0;
    let estimate = Estimate {
        mean: values.1 - values.0,
        stderr: half / critical(question.options.confidence),
        df: f64::INFINITY,
    };
    let n = differences.len() as u64;
    let found = of_items(
        question,
        Method::Mcnemar,
        values,
        estimate,
        n,
        pairs.unmatched,
    );
    Found {
        interval: Some(interval),
        p_value: Some(mcnemar_mid_p(only_before, only_after)),
        noise: noise(NoiseSource::Items, deviation(&differences), None),
        ..found
    }
}

fn of_items(
    question: &Question,
    method: Method,
    (before, after): (f64, f64),
    estimate: Estimate,
    n: u64,
    unmatched: u64,
) -> Found {
    let Estimate { mean, stderr, df } = estimate;
    let wanted = power::decisive_stderr(mean, question.margin(before), df, question.options);
    let count = wanted.and_then(|wanted| power::more(least((n, n)), stderr, wanted));
    let caveats = (unmatched > 0).then_some(Caveat::UnmatchedItems { count: unmatched });
    Found {
        method,
        before,
        after,
        interval: None,
        relative_interval: None,
        p_value: None,
        items: (Some(n), Some(n)),
        noise: noise(
            NoiseSource::Items,
            Some(stderr * libm::sqrt(real(n))),
            Some(df),
        ),
        detectable: Some(power::detectable(stderr, df, question.options)),
        settle: count.map(|count| Settle {
            count,
            of: More::Items,
        }),
        caveats: caveats.into_iter().collect(),
    }
}
