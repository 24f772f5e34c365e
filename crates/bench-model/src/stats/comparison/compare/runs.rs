//! One plain number per run.

use crate::stats::{
    comparison::{
        compare::question::{Found, Question},
        events::{self, Events},
        moderated::{self, Runs},
        power,
        proportion::critical,
        result::{Caveat, Method, More, NoiseModel, NoiseSource, Settle},
    },
    numeric::sample::{mean, real},
};

/// The noise from run to run is known, or that of a count.
pub(super) fn by_runs(question: &Question) -> Option<Found> {
    match (by_noise(question), by_events(question)) {
        (Some(noise), Some(events)) if noise.method == Method::Exact => {
            // Counts that always were the same number are no chance events, unless it is 0.
            let is_new = noise.before == 0.0 && noise.after != 0.0;
            Some(if is_new { events } else { noise })
        }
        (Some(noise), Some(events)) => Some(more_careful(noise, &events)),
        (noise, events) => noise.or(events),
    }
}

/// The spread from run to run is known, from the runs themselves or from earlier ones.
fn by_noise(question: &Question) -> Option<Found> {
    let Question {
        after,
        prior,
        logarithmic,
        options,
        ..
    } = *question;
    let before = question.reference();
    let runs = Runs {
        before,
        after,
        is_level: !question.level.is_empty(),
        logarithmic,
    };
    let found = moderated::difference(runs, prior)?;
    let estimate = found.estimate;
    let interval = found.interval(options.confidence);
    // The mean of logarithms is the logarithm of the geometric mean.
    let centre = |values: &[f64], centre: f64| match values {
        [value] => *value,
        _ if logarithmic && found.repeats.is_none() => libm::exp(centre),
        [value, ..] if logarithmic && found.estimate.mean == 0.0 => *value,
        _ if logarithmic => libm::exp(centre),
        _ => centre,
    };
    let (from, to) = (
        centre(before, found.centres.0),
        centre(after, found.centres.1),
    );
    // On the logarithm everything is a ratio to the value before.
    let (unit, margin) = if logarithmic {
        (from, libm::log1p(options.threshold))
    } else {
        (1.0, question.margin(from))
    };
    let relative_interval = logarithmic.then(|| interval.map(libm::expm1));
    let detectable = power::detectable(estimate.stderr, estimate.df, options);
    let settle = if let Some(exact) = found.repeats {
        exact.needed.map(|count| Settle {
            count: count as u64,
            of: More::CurrentRuns,
        })
    } else {
        power::decisive_stderr(estimate.mean, margin, estimate.df, options).and_then(|wanted| {
            power::more_runs(found.sd, real(before.len()), real(after.len()), wanted)
        })
    };
    Some(Found {
        method: found.method,
        before: from,
        after: to,
        interval: Some(relative_interval.map_or(interval, |share| share.map(|end| end * unit))),
        relative_interval,
        p_value: Some(found.p_value().max(chance_of_zero(question))),
        items: (None, None),
        noise: NoiseModel {
            source: found.source,
            sd: Some(found.sd),
            df: Some(estimate.df),
            relative: logarithmic,
        },
        detectable: found.repeats.is_none().then(|| {
            if logarithmic {
                libm::expm1(detectable) * unit
            } else {
                detectable
            }
        }),
        settle,
        caveats: Vec::new(),
    })
}

/// How often a run is 0 among amounts, if one is: such a run failed now and then before, too.
fn chance_of_zero(question: &Question) -> f64 {
    match question.prior {
        Some(prior) if prior.zeros > 0 && question.after.contains(&0.0) => {
            (real(prior.zeros) + 0.5) / (real(prior.runs + prior.zeros) + 1.0)
        }
        _ => 0.0,
    }
}

/// Counts of events, whose chance is known without any history.
fn by_events(question: &Question) -> Option<Found> {
    if !question.is_count {
        return None;
    }
    let options = question.options;
    let (before, after) = (events_of(question.reference())?, events_of(question.after)?);
    let interval = events::difference(before, after, options.confidence);
    let stderr = (interval.high - interval.low) / (2.0 * critical(options.confidence));
    let (from, to) = (before.rate(), after.rate());
    let (n1, n2) = (real(before.runs), real(after.runs));
    let sd = stderr / libm::sqrt(1.0 / n1 + 1.0 / n2);
    let wanted = power::decisive_stderr(to - from, question.margin(from), f64::INFINITY, options);
    Some(Found {
        method: Method::Events,
        before: from,
        after: to,
        interval: Some(interval),
        relative_interval: None,
        p_value: Some(events::p_value(before, after)),
        items: (None, None),
        noise: NoiseModel {
            source: NoiseSource::Counts,
            sd: Some(sd),
            df: None,
            relative: false,
        },
        detectable: Some(power::detectable(stderr, f64::INFINITY, options)),
        settle: wanted.and_then(|wanted| power::more_runs(sd, n1, n2, wanted)),
        caveats: Vec::new(),
    })
}

/// Whole numbers that a count can be.
fn events_of(values: &[f64]) -> Option<Events> {
    const MOST: f64 = 1e12;
    let sum: f64 = values.iter().sum();
    let whole =
        |value: &f64| (0.0..=MOST).contains(value) && libm::trunc(*value).total_cmp(value).is_eq();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number between 0 and the limit times the number of runs"
    )]
    values.iter().all(whole).then_some(Events {
        count: sum as u64,
        runs: values.len() as u64,
    })
}

/// The noise that a history shows and that of chance events: the larger p-value, and the interval
/// that holds both. A few quiet runs don't make rare events rarer, and events that come in bursts
/// are noisier than chance.
fn more_careful(noise: Found, events: &Found) -> Found {
    let interval = noise.interval.zip(events.interval);
    let before = noise.before;
    let shares = noise.relative_interval.zip(events.interval);
    Found {
        interval: interval.map(|(one, other)| one.hull(other)),
        relative_interval: shares.map(|(one, other)| one.hull(other.map(|end| end / before))),
        p_value: noise
            .p_value
            .zip(events.p_value)
            .map(|(one, other)| one.max(other)),
        ..noise
    }
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
