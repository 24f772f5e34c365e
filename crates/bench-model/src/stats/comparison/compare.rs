//! Compares two sides of one metric: the difference, and whether it exceeds the noise.
//!
//! The first method that the evidence allows is taken, the strongest first (see
//! [`Method`](crate::stats::Method)): the same items in both runs, then counts, then standard
//! errors, then runs with the noise of earlier ones, then the plain threshold, without a noise
//! estimate. `docs/verdicts.md` explains the order.

mod items;
mod question;
mod runs;
mod totals;

use crate::{
    metric::MetricDefinition,
    stats::{
        comparison::{
            compare::question::{Found, Question},
            evidence::Evidence,
            prior::{Prior, is_logarithmic, without_zeros},
            result::{Caveat, Comparison, Options, Size},
        },
        error::{Side, StatsError},
        numeric::{interval::Interval, sample::mean},
        plain_threshold::exceeds,
    },
};

/// Compares the runs of `current` with those of `baseline`, in any order, with at least one run per
/// side.
///
/// `prior` is the noise estimated from the metric's own history, see [`Prior::from_segments`].
///
/// # Errors
///
/// [`StatsError::NoRuns`] when a side is empty, [`StatsError::NotFinite`] for a value that is no
/// finite number (its place is counted through the baseline, then the current side),
/// [`StatsError::Option`] when an option is outside of its range.
///
/// # Example: 134 of 150 against 110 of 150
///
/// ```
/// use bench_model::{metric::{Declared, definition_of}, stats::{compare, Method, Options, Evidence, VerdictKind, decide}};
///
/// let accuracy = definition_of("accuracy", &Declared::new());
/// let (before, after) = ([Evidence::counted(134, 150)], [Evidence::counted(110, 150)]);
/// let found = compare(&before, &after, None, &accuracy, &Options::default())?;
/// assert_eq!(found.method, Method::Proportions);
/// assert_eq!(decide(&found, None, &Options::default()).kind, VerdictKind::Regressed);
/// # Ok::<(), bench_model::stats::StatsError>(())
/// ```
pub fn compare(
    baseline: &[Evidence],
    current: &[Evidence],
    prior: Option<&Prior>,
    definition: &MetricDefinition,
    options: &Options,
) -> Result<Comparison, StatsError> {
    compare_with_level(baseline, &[], current, prior, definition, options)
}

/// [`compare`] with the runs of the level that the baseline belongs to, from which `prior` was
/// learned: where plain numbers are compared, all of them are the reference.
pub(super) fn compare_with_level(
    baseline: &[Evidence],
    level: &[f64],
    current: &[Evidence],
    prior: Option<&Prior>,
    definition: &MetricDefinition,
    options: &Options,
) -> Result<Comparison, StatsError> {
    check_options(options)?;
    StatsError::check_values(level)?;
    let before = values_of(baseline, Side::Baseline, 0)?;
    let after = values_of(current, Side::Current, before.len())?;
    let level = without_zeros(level, definition);
    let sides = before.iter().chain(&after).chain(&level);
    let question = Question {
        baseline,
        current,
        before: &before,
        after: &after,
        level: &level,
        prior,
        is_count: definition.counts_events(),
        logarithmic: is_logarithmic(definition, sides)
            && prior.is_none_or(|prior| prior.logarithmic),
        same_data: saw_same_data(baseline, current),
        scale: definition.scale(),
        options,
    };
    let found = answer(&question, is_machine_bound(definition));
    let (reported_before, reported_after) = (mean(&before), mean(&after));
    let is_of_level = !level.is_empty() && found.items.0.is_none() && found.interval.is_some();
    let baseline_runs = if is_of_level {
        level.len()
    } else {
        baseline.len()
    };
    let delta = found.after - found.before;
    let share = |number: f64| (found.before != 0.0).then(|| number / found.before.abs());
    let interval = found
        .interval
        .map(|interval| definition.possible(interval, found.before, delta));
    let relative_interval = found.relative_interval.or_else(|| {
        Some(Interval {
            low: share(interval?.low)?,
            high: share(interval?.high)?,
        })
    });
    let relative_interval = relative_interval.map(|shares| {
        let size = found.before.abs();
        let possible = definition.possible(shares.map(|end| end * size), found.before, delta);
        Interval {
            low: shares.low.max(possible.low / size),
            high: shares.high.min(possible.high / size),
        }
    });
    let mut caveats = found.caveats;
    if !question.same_data {
        caveats.insert(0, Caveat::DifferentData);
    }
    let size = |runs: usize, items| Size {
        runs: runs as u64,
        items,
    };
    Ok(Comparison {
        metric: definition.name.to_string(),
        unit: definition.unit.clone(),
        direction: definition.direction,
        scale: question.scale,
        before: found.before,
        after: found.after,
        delta,
        relative: share(delta),
        interval,
        relative_interval,
        p_value: found.p_value,
        baseline_n: size(baseline_runs, found.items.0),
        current_n: size(current.len(), found.items.1),
        method: found.method,
        noise: found.noise,
        detectable: found.detectable,
        settle: found.settle,
        threshold_exceeded: exceeds(
            reported_before,
            reported_after,
            definition.direction,
            question.scale,
            options.threshold,
        ),
        caveats,
    })
}

fn answer(question: &Question, machine_bound: bool) -> Found {
    let by_runs = || runs::by_runs(question);
    let mut sides = question.baseline.iter().chain(question.current);
    let repeated = sides.any(|run| run.repetitions);
    // Repetitions inside one run share its machine, hour and data; only other runs show their
    // effect.
    if (machine_bound || repeated)
        && let Some(found) = by_runs()
    {
        return found;
    }
    let within = items::by_outcomes(question)
        .or_else(|| items::by_items(question))
        .or_else(|| totals::by_clusters(question))
        .or_else(|| totals::by_findings(question))
        .or_else(|| totals::by_counts(question))
        .or_else(|| totals::by_confusion(question))
        .or_else(|| totals::by_stderr(question));
    match within {
        Some(mut found) => {
            if machine_bound || repeated {
                found.caveats.push(Caveat::WithinRunOnly);
                found.settle = runs::FIRST_ESTIMATE;
            }
            found
        }
        None => by_runs().unwrap_or_else(|| runs::by_threshold(question)),
    }
}

/// Whether a metric depends on the machine and its hour, and not only on the items.
fn is_machine_bound(definition: &MetricDefinition) -> bool {
    const UNITS: [&str; 12] = [
        "ns",
        "us",
        "µs",
        "ms",
        "s",
        "sec",
        "seconds",
        "minutes",
        "per_second",
        "mb",
        "usd",
        "joules",
    ];
    definition
        .unit
        .as_deref()
        .is_some_and(|unit| UNITS.contains(&unit))
}

fn saw_same_data(baseline: &[Evidence], current: &[Evidence]) -> bool {
    let mut known = baseline
        .iter()
        .chain(current)
        .filter_map(|run| run.dataset.as_deref());
    let first = known.next();
    known.all(|dataset| Some(dataset) == first)
}

fn values_of(runs: &[Evidence], side: Side, earlier: usize) -> Result<Vec<f64>, StatsError> {
    if runs.is_empty() {
        return Err(StatsError::NoRuns { side });
    }
    let values: Vec<f64> = runs.iter().map(|run| run.value).collect();
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(StatsError::NotFinite {
            index: earlier + index,
            found: values[index],
        }),
        None => Ok(values),
    }
}

fn check_options(options: &Options) -> Result<(), StatsError> {
    let Options {
        threshold,
        least_share,
        level,
        confidence,
        power,
    } = *options;
    // A probability of exactly 0 or 1 has no quantile.
    let inside = (1e-9, 1.0 - 1e-9);
    StatsError::check_option("threshold", threshold, (0.0, f64::MAX))?;
    StatsError::check_option("least_share", least_share, (0.0, 1.0))?;
    StatsError::check_option("level", level, inside)?;
    StatsError::check_option("confidence", confidence, inside)?;
    StatsError::check_option("power", power, inside)
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "the same arithmetic gives the same bits")]
mod tests;
