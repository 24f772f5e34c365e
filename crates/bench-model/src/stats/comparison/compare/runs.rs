//! One plain number per run.

use crate::stats::{
    comparison::{
        compare::question::{Found, Question},
        moderated, power,
        result::{Caveat, Method, More, NoiseModel, NoiseSource, Settle},
    },
    numeric::{
        interval::Interval,
        sample::{mean, real},
    },
};

/// The spread from run to run is known, from the runs themselves or from earlier ones.
pub(super) fn by_noise(question: &Question) -> Option<Found> {
    let Question {
        before,
        after,
        prior,
        logarithmic,
        options,
        ..
    } = *question;
    let found = moderated::difference(before, after, prior, logarithmic)?;
    let own = before.len() + after.len() > 2;
    let (method, source) = match (found.with_prior, own) {
        _ if found.sd == 0.0 && !found.with_prior => (Method::Exact, NoiseSource::Runs),
        _ if found.sd == 0.0 => (Method::Exact, NoiseSource::History),
        (true, true) => (Method::ModeratedT, NoiseSource::RunsAndHistory),
        (true, false) => (Method::ModeratedT, NoiseSource::History),
        (false, _) => (Method::PooledT, NoiseSource::Runs),
    };
    let estimate = found.estimate;
    let interval = if found.sd == 0.0 {
        Interval::around(estimate.mean, 0.0)
    } else {
        estimate.interval(options.confidence)
    };
    // The mean of logarithms is the logarithm of the geometric mean.
    let centre = |values: &[f64]| {
        if logarithmic && values.len() > 1 {
            let logarithms: Vec<f64> = values.iter().map(|value| libm::log(*value)).collect();
            libm::exp(mean(&logarithms))
        } else {
            mean(values)
        }
    };
    let (from, to) = (centre(before), centre(after));
    // On the logarithm everything is a ratio to the value before.
    let (unit, margin) = if logarithmic {
        (from, libm::log1p(options.threshold))
    } else {
        (1.0, question.margin(from))
    };
    let relative_interval = logarithmic.then(|| interval.map(libm::expm1));
    let detectable = power::detectable(estimate.stderr, estimate.df, options);
    let settle = power::decisive_stderr(estimate.mean, margin, estimate.df, options)
        .filter(|_| found.sd > 0.0)
        .and_then(|wanted| {
            power::more_runs(found.sd, real(before.len()), real(after.len()), wanted)
        });
    Some(Found {
        method,
        before: from,
        after: to,
        interval: Some(relative_interval.map_or(interval, |share| share.map(|end| end * unit))),
        relative_interval,
        p_value: Some(estimate.p_value()),
        items: (None, None),
        noise: NoiseModel {
            source,
            sd: Some(found.sd),
            df: Some(estimate.df),
            relative: logarithmic,
        },
        detectable: Some(if logarithmic {
            libm::expm1(detectable) * unit
        } else {
            detectable
        }),
        settle,
        caveats: Vec::new(),
    })
}

/// At least two runs per side are needed to estimate a spread.
pub(super) const FIRST_ESTIMATE: Option<Settle> = Some(Settle {
    count: 1,
    of: More::RunsOfEach,
});

/// Without a noise estimate.
pub(super) fn by_threshold(question: &Question) -> Found {
    Found {
        method: Method::Threshold,
        before: mean(question.before),
        after: mean(question.after),
        interval: None,
        relative_interval: None,
        p_value: None,
        items: (None, None),
        noise: NoiseModel {
            source: NoiseSource::Unknown,
            sd: None,
            df: None,
            relative: false,
        },
        detectable: None,
        settle: FIRST_ESTIMATE,
        caveats: vec![Caveat::NoNoiseEstimate],
    }
}
