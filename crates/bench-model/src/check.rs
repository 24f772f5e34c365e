//! One run, judged: against its baseline, and against its own history.
//!
//! Two questions are asked of each metric, and both answers count.
//!
//! | question | answered by | says |
//! | --- | --- | --- |
//! | is the run worse than the baseline? | [`stats::assess`](crate::stats::assess()) | regressed, improved, unchanged, uncertain |
//! | did the level of the series just move? | [`stats::judge`](crate::stats::judge()) | confirmed, suspect, quiet |
//!
//! The verdict is that on the baseline, where there is one. A confirmed move for the worse is a
//! regression also where the baseline does not show it. Three things take that back: a person who
//! accepted or dismissed the change, a change of what is measured (see
//! [`attribution`](mod@crate::attribution)), and a move too small to matter.

mod missing;
mod to_mark;
mod words;

pub use missing::{LastSeen, MissingMetric, missing};
pub use to_mark::baseline_to_mark;

use crate::{
    attribution::{Attribution, Facts, Place, attribute},
    metric::{Direction, MetricDefinition, Scale},
    rest::{
        change_points::{ChangePointFound, ChangePointKind, ChangePointRow, ChangePointState},
        rows::TransactionRow,
    },
    stats::{
        Assessment, Change, ChangeKind, Evidence, JudgeOptions, Judgement, Options, SAME_CHANGE,
        StatsError, Subject, Suspicion, VerdictKind, alerts, assess, control,
        control_primary_first, judge,
    },
};

/// Which statistics found a change point, with their version: goes into the database.
pub const METHOD: &str = "bench-model judge 1";

/// A run and what it is held against.
#[derive(Clone, Copy, Debug)]
pub struct RunToCheck<'a> {
    /// The run.
    pub current: &'a TransactionRow,
    /// The run that is its baseline.
    pub baseline: Option<&'a TransactionRow>,
    /// The runs of its configuration before it, oldest first.
    pub earlier: &'a [TransactionRow],
    /// What is stored about the changes of its configuration.
    pub change_points: &'a [ChangePointRow],
}

/// What is asked of a check.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckOptions {
    /// Of the comparison with the baseline; its margin also says which moves are too small to matter.
    pub comparison: Options,
    /// Of the judgement on the series.
    pub judge: JudgeOptions,
    /// Only these metrics; all when there are none.
    pub metrics: Vec<String>,
    /// The metric that is asked first and pays nothing for the others.
    pub primary: Option<String>,
}

/// What became of one metric of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricCheck {
    /// What the metric means.
    pub definition: MetricDefinition,
    /// Its value in the run.
    pub value: f64,
    /// The verdict.
    pub kind: VerdictKind,
    /// Why, in one sentence with every number that it rests on.
    pub reason: String,
    /// Against the baseline; none without one that has the metric.
    pub assessment: Option<Assessment>,
    /// Against the series.
    pub judgement: Judgement,
    /// The p-value of the judgement, corrected for all metrics of the run; none when it is quiet.
    pub series_q_value: Option<f64>,
    /// What else changed where the series did; none when it is quiet.
    pub attribution: Option<Attribution>,
    /// What is stored about that change, if it was found before.
    pub stored: Option<(i64, ChangePointState)>,
    /// Every change of the series, to be recorded.
    pub found: Vec<ChangePointFound>,
    /// Stored suspicions that more runs did not confirm: they were spikes.
    pub spikes: Vec<i64>,
}

/// Judges every metric of a run: the primary one first, then by name.
///
/// # Errors
///
/// [`StatsError::Option`] for an option outside of its range. What the database stores is finite.
pub fn check(
    run: RunToCheck<'_>,
    define: impl Fn(&str) -> MetricDefinition,
    options: &CheckOptions,
) -> Result<Vec<MetricCheck>, StatsError> {
    let primary = options.primary.as_deref();
    let mut names: Vec<&str> = run.current.metrics.keys().map(String::as_str).collect();
    names.retain(|name| {
        options.metrics.is_empty() || options.metrics.iter().any(|wanted| wanted == name)
    });
    names.sort_by_key(|name| Some(*name) != primary);

    let mut series = Vec::with_capacity(names.len());
    for name in &names {
        series.push(Series::read(run, name, options)?);
    }
    let q_values = series_q_values(&names, &series, primary);
    let mut assessments = assessments(run, &names, &define, options)?;

    let facts: Vec<Facts> = run
        .earlier
        .iter()
        .chain([run.current])
        .map(Facts::of)
        .collect();
    let checks = names.iter().zip(series).zip(q_values);
    Ok(checks
        .map(|((name, series), series_q_value)| {
            let assessment = assessments
                .iter()
                .position(|(of, _)| of == name)
                .map(|place| assessments.swap_remove(place).1);
            let attribution = series
                .place()
                .map(|place| attribute(&series.pick(&facts), place));
            let stored = series.stored(run.change_points, name);
            let mut check = MetricCheck {
                definition: define(name),
                value: run.current.metrics[*name],
                kind: VerdictKind::Uncertain,
                reason: String::new(),
                assessment,
                judgement: series.judgement,
                series_q_value,
                attribution,
                stored,
                found: Vec::new(),
                spikes: series.spikes(run.change_points, name),
            };
            check.found = series.found(name);
            let handled = handled(run, &check, name);
            check.kind = check.decide(handled, options);
            check.reason = words::reason(run, &check, &series, handled);
            check
        })
        .collect())
}

/// The comparisons with the baseline, of the metrics that it has.
fn assessments(
    run: RunToCheck<'_>,
    names: &[&str],
    define: &impl Fn(&str) -> MetricDefinition,
    options: &CheckOptions,
) -> Result<Vec<(String, Assessment)>, StatsError> {
    // A run says nothing against itself.
    let Some(baseline) = run
        .baseline
        .filter(|baseline| baseline.id != run.current.id)
    else {
        return Ok(Vec::new());
    };
    let (mut compared, mut subjects) = (Vec::new(), Vec::new());
    for name in names {
        if let (Some(before), Some(current)) = (
            Evidence::of(baseline, name),
            Evidence::of(run.current, name),
        ) {
            compared.push((*name).to_owned());
            subjects.push(Subject {
                definition: define(name),
                baseline: before,
                current,
                earlier: run
                    .earlier
                    .iter()
                    .filter_map(|run| run.metrics.get(*name).copied())
                    .collect(),
            });
        }
    }
    let found = assess(&subjects, options.primary.as_deref(), &options.comparison)?;
    Ok(compared.into_iter().zip(found).collect())
}

/// One metric of the configuration, up to the run.
struct Series<'a> {
    runs: Vec<&'a TransactionRow>,
    /// Where each of `runs` stands among all runs of the configuration.
    places: Vec<usize>,
    judgement: Judgement,
    alerts: Vec<Change>,
}

impl<'a> Series<'a> {
    fn read(run: RunToCheck<'a>, metric: &str, options: &CheckOptions) -> Result<Self, StatsError> {
        let all = run.earlier.iter().chain([run.current]);
        let (mut runs, mut places, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (place, run) in all.enumerate() {
            if let Some(value) = run.metrics.get(metric) {
                runs.push(run);
                places.push(place);
                values.push(*value);
            }
        }
        Ok(Self {
            runs,
            places,
            judgement: judge(&values, &options.judge)?,
            alerts: alerts(&values, &options.judge)?,
        })
    }

    /// Where the newest move is, in positions of the series.
    fn place(&self) -> Option<Place> {
        match &self.judgement {
            Judgement::Confirmed { change, .. } => Some(Place::from(change)),
            Judgement::Suspect(Suspicion { index, .. }) => Some(Place {
                index: *index,
                earliest: *index,
                latest: *index,
            }),
            Judgement::Quiet { .. } => None,
        }
    }

    /// The entries of `all` that belong to the runs of the series.
    fn pick(&self, all: &[Facts]) -> Vec<Facts> {
        self.places
            .iter()
            .map(|place| all[*place].clone())
            .collect()
    }

    /// How many runs of the series lie between the beginning of a stored change and `index`.
    fn distance(&self, stored: &ChangePointRow, index: usize) -> Option<usize> {
        let place = self
            .runs
            .iter()
            .position(|run| run.id == stored.transaction_id)?;
        Some(place.abs_diff(index))
    }

    /// The stored change that the newest move is, if it was found before.
    fn stored(&self, stored: &[ChangePointRow], metric: &str) -> Option<(i64, ChangePointState)> {
        let (index, delta) = match &self.judgement {
            Judgement::Confirmed { change, .. } => (change.index, change.delta),
            Judgement::Suspect(suspicion) => (suspicion.index, suspicion.delta),
            Judgement::Quiet { .. } => return None,
        };
        stored
            .iter()
            .filter(|row| row.metric == metric && (row.delta > 0.0) == (delta > 0.0))
            .filter_map(|row| Some((self.distance(row, index)?, row)))
            .filter(|(distance, _)| *distance <= SAME_CHANGE)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, row)| (row.id, row.state))
    }

    /// Stored suspicions with two runs after them that are no change now.
    fn spikes(&self, stored: &[ChangePointRow], metric: &str) -> Vec<i64> {
        let newest = self.runs.len().saturating_sub(1);
        let suspects = stored
            .iter()
            .filter(|row| row.metric == metric && row.state == ChangePointState::Suspect);
        suspects
            .filter(|row| {
                let is_change = self.alerts.iter().any(|change| {
                    (change.delta > 0.0) == (row.delta > 0.0)
                        && self
                            .distance(row, change.index)
                            .is_some_and(|distance| distance <= SAME_CHANGE)
                });
                let has_runs_after = self
                    .distance(row, newest)
                    .is_some_and(|distance| distance >= 2);
                has_runs_after && !is_change
            })
            .map(|row| row.id)
            .collect()
    }

    /// Every change worth an alert, and the suspicion, as they are recorded.
    fn found(&self, metric: &str) -> Vec<ChangePointFound> {
        let mut found: Vec<ChangePointFound> = self
            .alerts
            .iter()
            .filter(|change| change.before.to_bits() != change.after.to_bits())
            .map(|change| self.change_point(change, metric))
            .collect();
        if let Judgement::Suspect(suspicion) = &self.judgement {
            let Suspicion {
                index,
                before,
                value,
                delta: _,
                relative,
                in_noise,
                p_value,
            } = *suspicion;
            let run = self.runs[index].id.clone();
            found.push(ChangePointFound {
                transaction_id: run.clone(),
                earliest_transaction_id: run.clone(),
                latest_transaction_id: run,
                metric: metric.to_owned(),
                kind: ChangePointKind::Recent,
                state: ChangePointState::Suspect,
                before,
                after: value,
                delta_low: None,
                delta_high: None,
                relative,
                in_noise,
                p_value: Some(p_value),
                method: METHOD.to_owned(),
                found_by: None,
                reason: None,
            });
        }
        found
    }

    fn change_point(&self, change: &Change, metric: &str) -> ChangePointFound {
        let Change {
            index,
            earliest,
            latest,
            before,
            after,
            delta: _,
            delta_low,
            delta_high,
            relative,
            in_noise,
            p_value,
            kind,
        } = *change;
        let id = |index: usize| self.runs[index].id.clone();
        ChangePointFound {
            transaction_id: id(index),
            earliest_transaction_id: id(earliest.min(index)),
            latest_transaction_id: id(latest.max(index)),
            metric: metric.to_owned(),
            kind: match kind {
                ChangeKind::Step => ChangePointKind::Step,
                ChangeKind::Recent => ChangePointKind::Recent,
                ChangeKind::Exact => ChangePointKind::Exact,
            },
            state: ChangePointState::Confirmed,
            before,
            after,
            delta_low: delta_low.is_finite().then_some(delta_low),
            delta_high: delta_high.is_finite().then_some(delta_high),
            relative,
            in_noise,
            p_value: Some(p_value),
            method: METHOD.to_owned(),
            found_by: None,
            reason: None,
        }
    }
}

/// The q-value of each series, over all of them; none where nothing moved.
fn series_q_values(
    names: &[&str],
    series: &[Series<'_>],
    primary: Option<&str>,
) -> Vec<Option<f64>> {
    let moved = |series: &Series<'_>| match &series.judgement {
        Judgement::Confirmed { change, .. } => Some(change.p_value),
        Judgement::Suspect(suspicion) => Some(suspicion.p_value),
        Judgement::Quiet { .. } => None,
    };
    let p_values: Vec<f64> = series
        .iter()
        .map(|series| moved(series).unwrap_or(1.0))
        .collect();
    let q_values = match names.iter().position(|name| Some(*name) == primary) {
        Some(place) => control_primary_first(&p_values, place),
        None => control(&p_values),
    };
    let pairs = series.iter().zip(q_values);
    pairs.map(|(series, q)| moved(series).map(|_| q)).collect()
}

/// What a person said, after the baseline ran, to a change of the metric for the worse: then the
/// level of that baseline is not the one that counts.
fn handled<'a>(
    run: RunToCheck<'a>,
    check: &MetricCheck,
    metric: &str,
) -> Option<&'a ChangePointRow> {
    let since = run.baseline.map(|baseline| baseline.created_at);
    run.change_points
        .iter()
        .filter(|row| {
            row.metric == metric
                && matches!(
                    row.state,
                    ChangePointState::Accepted | ChangePointState::Dismissed
                )
                && check
                    .worsening_of(row.delta, row.relative)
                    .is_none_or(|worse| worse > 0.0)
                && since.is_none_or(|since| row.began_at > since)
                && row.began_at <= run.current.created_at
        })
        .max_by_key(|row| row.began_at)
}

impl MetricCheck {
    /// The verdict, after what a person said to an earlier change.
    fn decide(&self, handled: Option<&ChangePointRow>, options: &CheckOptions) -> VerdictKind {
        let against_baseline = self.assessment.as_ref().map(|found| found.verdict.kind);
        let against_series = self.series_kind(options);
        let kind = match (against_baseline, against_series) {
            (_, Some(VerdictKind::Regressed)) => VerdictKind::Regressed,
            (Some(VerdictKind::Regressed), _) if handled.is_some() => {
                return against_series.unwrap_or(VerdictKind::Unchanged);
            }
            (Some(kind), _) | (None, Some(kind)) => kind,
            (None, None) => VerdictKind::Uncertain,
        };
        let is_measured_differently = self
            .attribution
            .as_ref()
            .is_some_and(Attribution::is_measured_differently);
        if kind == VerdictKind::Regressed && is_measured_differently {
            return VerdictKind::Uncertain;
        }
        kind
    }

    /// What the series alone says; none when it is too short to say anything.
    fn series_kind(&self, options: &CheckOptions) -> Option<VerdictKind> {
        let change = match &self.judgement {
            Judgement::Confirmed { change, .. } => change,
            Judgement::Suspect(_) => return Some(VerdictKind::Uncertain),
            Judgement::Quiet { limits } => return limits.map(|_| VerdictKind::Unchanged),
        };
        let is_settled = matches!(
            self.stored,
            Some((_, ChangePointState::Accepted | ChangePointState::Dismissed))
        );
        let worsening = self.worsening_of(change.delta, change.relative);
        let least = options.comparison.least_share * options.comparison.threshold;
        let is_sure = self
            .series_q_value
            .is_some_and(|q| q <= options.comparison.level);
        Some(match worsening {
            None => VerdictKind::Uncertain,
            Some(_) if is_settled => VerdictKind::Unchanged,
            Some(worse) if worse.abs() < least => VerdictKind::Unchanged,
            Some(_) if !is_sure => VerdictKind::Uncertain,
            Some(worse) if worse > 0.0 => VerdictKind::Regressed,
            Some(_) => VerdictKind::Improved,
        })
    }

    /// How much worse a move is, on the metric's scale; none when nobody has said which way is better.
    pub fn worsening_of(&self, delta: f64, relative: Option<f64>) -> Option<f64> {
        let effect = match self.definition.scale() {
            Scale::Absolute => delta,
            // From 0 no share can be taken; that it moved is all that is known.
            Scale::Relative => relative.unwrap_or_else(|| delta.signum() * f64::INFINITY),
        };
        match self.definition.direction {
            Direction::HigherIsBetter => Some(-effect),
            Direction::LowerIsBetter => Some(effect),
            Direction::Neither => None,
        }
    }

    /// What the plain threshold says, untouched: that of `detect_regression`. None without a baseline.
    pub fn threshold_exceeded(&self) -> Option<bool> {
        self.assessment.as_ref()?.verdict.threshold_exceeded
    }

    /// The q-value that the verdict rests on.
    pub fn q_value(&self) -> Option<f64> {
        let against_baseline = self
            .assessment
            .as_ref()
            .and_then(|found| found.verdict.q_value);
        against_baseline.or(self.series_q_value)
    }
}

#[cfg(test)]
mod tests;
