//! Both sides have the same items with individual results.

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
    numeric::sample::{deviation, mean, real},
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
    let pairs = bootstrap::pair(before, after)?;
    let found = bootstrap::paired(before.metric, &pairs, question.options.confidence)?;
    let metric_of = |side: fn(&(_, _)) -> _| {
        before.metric.of(crate::stats::comparison::evidence::sum(
            &pairs.iter().map(side).collect::<Vec<_>>(),
        ))
    };
    let n = pairs.len() as u64;
    let unmatched = (before.per_item.len() + after.per_item.len() - 2 * pairs.len()) as u64;
    let values = (metric_of(|pair| pair.0)?, metric_of(|pair| pair.1)?);
    let estimate = Estimate {
        mean: found.delta,
        stderr: found.stderr,
        df: f64::INFINITY,
    };
    Some(Found {
        interval: Some(found.interval),
        p_value: Some(found.p_value),
        ..of_items(
            question,
            Method::PairedBootstrap,
            values,
            estimate,
            n,
            unmatched,
        )
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
    Some(Found {
        interval: Some(estimate.interval(question.options.confidence)),
        p_value: Some(estimate.p_value()),
        ..of_items(question, method, values, estimate, n, pairs.unmatched)
    })
}

fn mcnemar(question: &Question, pairs: &Pairs, values: (f64, f64)) -> Found {
    let with =
        |wanted: (f64, f64)| pairs.values.iter().filter(|pair| **pair == wanted).count() as u64;
    let (only_before, only_after) = (with((1.0, 0.0)), with((0.0, 1.0)));
    let table = PairedTable {
        both: real(with((1.0, 1.0))),
        only_before: real(only_before),
        only_after: real(only_after),
        neither: real(with((0.0, 0.0))),
    };
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
