//! Judges one run against its baseline and its own history.
//!
//! One question is asked of each metric: is where it is now worse than the level that counts? The
//! answer rests on two kinds of evidence.
//!
//! | evidence | read by | says |
//! | --- | --- | --- |
//! | the series of the configuration | [`Standing`](crate::stats::Standing) | the newest level beside the level that counts |
//! | the items of the run and of the baseline | [`stats::assess`](crate::stats::assess()) | regressed, improved, unchanged, uncertain |
//!
//! A series that stands worse is a regression, whatever the items say, unless the measurement itself
//! changed there (see [`attribution`](mod@crate::attribution)). Otherwise the items decide, as far
//! as they say more than the run's plain value, which is part of the series. *Unchanged* is shown
//! by an interval within the margin; a quiet series alone is *uncertain*.

mod against;
mod attempts;
mod grounds;
mod metric_check;
mod missing;
mod question;
mod series;
mod stored;
mod to_mark;
mod words;

pub use against::Against;
pub use attempts::retain_last_attempts;
use grounds::{Grounds, handled};
pub use metric_check::MetricCheck;
pub use missing::{LastSeen, MissingMetric, missing};
pub use question::{CheckOptions, RUNS_CONSIDERED, RunToCheck};
use series::Series;
pub use stored::stored_as;
pub use to_mark::baseline_to_mark;

use crate::{
    attribution::{Facts, attribute},
    metric::MetricDefinition,
    rest::rows::TransactionRow,
    stats::{Assessment, Evidence, StatsError, Subject, assess, control, control_primary_first},
};

/// Judges every metric of a run: the primary one first, then by name.
///
/// # Errors
///
/// [`StatsError::Option`] for an option out of range. Stored values are finite.
pub fn check(
    run: RunToCheck<'_>,
    define: impl Fn(&str) -> MetricDefinition,
    options: &CheckOptions,
) -> Result<Vec<MetricCheck>, StatsError> {
    options.judge.check()?;
    let primary = options.primary.as_deref();
    let mut names: Vec<&str> = run.current.metrics.keys().map(String::as_str).collect();
    names.retain(|name| {
        options.metrics.is_empty() || options.metrics.iter().any(|wanted| wanted == name)
    });
    names.sort_by_key(|name| Some(*name) != primary);

    let definitions: Vec<MetricDefinition> = names.iter().map(|name| define(name)).collect();
    let mut series = definitions
        .iter()
        .map(|definition| Series::read(run, definition, options))
        .collect::<Result<Vec<_>, _>>()?;
    let assessments = assessments(run, &definitions, &mut series, options)?;
    let q_values = series_q_values(&names, &series, primary);
    let facts: Vec<Facts> = run
        .earlier
        .iter()
        .chain([run.current])
        .map(|run| Facts::of(run).without_params(&options.ignored_params))
        .collect();

    let found = definitions
        .into_iter()
        .zip(series)
        .zip(assessments)
        .zip(q_values);
    Ok(found
        .map(|(((definition, series), assessment), series_q_value)| {
            let attribution = series
                .place()
                .map(|place| attribute(&series.pick(&facts), place));
            let comparison = options.comparison_of(&definition.name);
            let grounds = Grounds {
                definition: &definition,
                series: &series,
                series_q_value,
                assessment: assessment.as_ref(),
                attribution: attribution.as_ref(),
                stored: series.stored(run.change_points),
                handled: handled(run, &definition),
                is_side_run: !run.current.is_mainline,
                is_own_baseline: run
                    .baseline
                    .is_some_and(|baseline| series.has(&baseline.id)),
            };
            MetricCheck {
                value: series.newest(),
                kind: grounds.kind(comparison),
                reason: grounds.reason(run, comparison),
                stored: grounds.stored,
                judged: series.judged(),
                found: series.found(),
                spikes: series.spikes(run.change_points),
                since_version: series.moved().map(|moved| series.runs[moved.since].version),
                recovered_version: series
                    .standing
                    .and_then(|standing| standing.recovered)
                    .map(|run| series.runs[run].version),
                standing: series.standing,
                judgement: series.judgement,
                series_q_value,
                assessment,
                attribution,
                definition,
            }
        })
        .collect())
}

/// The comparison of each metric with the baseline; none of those that it lacks.
fn assessments(
    run: RunToCheck<'_>,
    definitions: &[MetricDefinition],
    series: &mut [Series<'_>],
    options: &CheckOptions,
) -> Result<Vec<Option<Assessment>>, StatsError> {
    // Don't compare a run with itself.
    let baseline = run
        .baseline
        .filter(|baseline| baseline.id != run.current.id);
    let mut subjects = Vec::new();
    let mut is_compared = Vec::with_capacity(series.len());
    for (definition, series) in definitions.iter().zip(series) {
        let evidence = |run: &TransactionRow| Evidence::of(run, &definition.name);
        let sides = baseline.and_then(|run| Some((run, evidence(run)?)));
        let sides = sides.zip(evidence(run.current));
        is_compared.push(sides.is_some());
        if let Some(((baseline_run, baseline), current)) = sides {
            subjects.push(Subject {
                definition: definition.clone(),
                baseline,
                level: series.level_of(&baseline_run.id),
                current,
                prior: series.prior(definition)?,
                options: *options.comparison_of(&definition.name),
            });
        }
    }
    let primary = options.primary.as_deref();
    let mut found = assess(&subjects, primary)?.into_iter();
    let of_each = is_compared.into_iter();
    Ok(of_each
        .map(|is| if is { found.next() } else { None })
        .collect())
}

/// The q-value of each series, over all of them; none if nothing moved.
fn series_q_values(
    names: &[&str],
    series: &[Series<'_>],
    primary: Option<&str>,
) -> Vec<Option<f64>> {
    let p_values: Vec<f64> = series
        .iter()
        .map(|series| series.p_value().unwrap_or(1.0))
        .collect();
    let q_values = match names.iter().position(|name| Some(*name) == primary) {
        Some(place) => control_primary_first(&p_values, place),
        None => control(&p_values),
    };
    let pairs = series.iter().zip(q_values);
    pairs
        .map(|(series, q)| series.p_value().map(|_| q))
        .collect()
}

#[cfg(test)]
mod tests;
