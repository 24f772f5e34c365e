//! One metric's series of the configuration, up to the judged run.

use crate::{
    attribution::{Facts, Place},
    check::{
        grounds::handled,
        question::{CheckOptions, METHOD, RunToCheck},
        stored::{place_of, stored_as},
    },
    metric::MetricDefinition,
    rest::{
        change_points::{ChangePointFound, ChangePointKind, ChangePointState},
        rows::{KnownChangeRow, TransactionRow},
    },
    stats::{
        Change, ChangeKind, Judgement, Moved, Prior, Reading, Segmented, Standing, StatsError,
        Suspicion, same_change,
    },
};

/// One metric's series of the configuration, up to the run.
pub(super) struct Series<'a> {
    /// The metric's name.
    metric: String,
    pub(super) runs: Vec<&'a TransactionRow>,
    /// The position of each of `runs` among all runs of the configuration.
    places: Vec<usize>,
    segmented: Segmented,
    reading: Reading,
    /// Where the series stands; none without runs.
    pub(super) standing: Option<Standing>,
    /// The change that the standing began with, the suspicion, or neither.
    pub(super) judgement: Judgement,
}

impl<'a> Series<'a> {
    pub(super) fn read(
        run: RunToCheck<'a>,
        definition: &MetricDefinition,
        options: &CheckOptions,
    ) -> Result<Self, StatsError> {
        let metric = definition.name.as_str();
        let all = run.earlier.iter().chain([run.current]);
        let (mut runs, mut places, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (place, run) in all.enumerate() {
            if let Some(value) = run.metrics.get(metric) {
                runs.push(run);
                places.push(place);
                values.push(*value);
            }
        }
        let mut segmented = Segmented::new(&values)?;
        let reading = Reading::of(&mut segmented, &options.judge);
        let changes = reading.history.changes.iter();
        let changes: Vec<(usize, f64)> = changes.map(|of| (of.index, of.p_value)).collect();
        let from = first_that_counts(run, definition, &runs, &reading);
        let least = options.comparison_of(metric).least();
        let standing = Standing::of(&reading.levels, &changes, from, definition, least);
        let judgement = judgement(&reading, standing.as_ref());
        Ok(Self {
            metric: metric.to_owned(),
            runs,
            places,
            segmented,
            reading,
            standing,
            judgement,
        })
    }

    /// Whether the run with this id is in the series.
    pub(super) fn has(&self, id: &str) -> bool {
        place_of(&self.runs, id).is_some()
    }

    /// The values of the level of a run, without the newest run; none unless it is in the series.
    pub(super) fn level_of(&self, id: &str) -> Vec<f64> {
        let Some(place) = place_of(&self.runs, id) else {
            return Vec::new();
        };
        let mut levels = self.reading.levels.iter();
        let Some(level) = levels.find(|level| place < level.end) else {
            return Vec::new();
        };
        let newest = self.runs.len() - 1;
        let values = self.segmented.values();
        values[level.first..level.end.min(newest)].to_vec()
    }

    /// Whether the metric has always repeated exactly but for its changes.
    pub(super) fn is_exact(&self) -> bool {
        self.reading.history.noise.is_exact
    }

    /// Whether a run belongs to the level that counts.
    pub(super) fn counts(&self, id: &str) -> bool {
        let place = place_of(&self.runs, id);
        self.standing.zip(place).is_some_and(|(standing, place)| {
            (standing.reference.first..standing.reference.end).contains(&place)
        })
    }

    /// Whether the newest `count` runs have the same value to the last bit.
    pub(super) fn are_identical(&self, count: usize) -> bool {
        let newest = self.segmented.values().iter().rev().take(count);
        let mut bits = newest.map(|value| value.to_bits());
        let first = bits.next();
        bits.all(|other| Some(other) == first)
    }

    /// The metric's value in the judged run.
    pub(super) fn newest(&self) -> f64 {
        self.segmented.values().last().copied().unwrap_or_default()
    }

    /// The noise of the earlier runs.
    pub(super) fn prior(
        &mut self,
        definition: &MetricDefinition,
    ) -> Result<Option<Prior>, StatsError> {
        Prior::before_newest(&mut self.segmented, definition)
    }

    /// The p-value of the difference from the level that counts, or of the suspicion; none if
    /// nothing moved.
    pub(super) fn p_value(&self) -> Option<f64> {
        match (&self.judgement, self.moved()) {
            (Judgement::Suspect(suspicion), _) => Some(suspicion.p_value),
            (_, Some(moved)) => Some(moved.p_value),
            (_, None) => None,
        }
    }

    /// The difference from the level that counts.
    pub(super) fn moved(&self) -> Option<&Moved> {
        self.standing.as_ref()?.moved.as_ref()
    }

    /// The newest move, in positions of the series.
    pub(super) fn place(&self) -> Option<Place> {
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
    pub(super) fn pick(&self, all: &[Facts]) -> Vec<Facts> {
        self.places
            .iter()
            .map(|place| all[*place].clone())
            .collect()
    }

    /// The stored change that equals the newest move, if any.
    pub(super) fn stored(&self, stored: &[KnownChangeRow]) -> Option<(i64, ChangePointState)> {
        let (index, delta) = match &self.judgement {
            Judgement::Confirmed { change, .. } => (change.index, change.delta),
            Judgement::Suspect(suspicion) => (suspicion.index, suspicion.delta),
            Judgement::Quiet { .. } => return None,
        };
        let row = stored_as((index, delta), &self.metric, &self.runs, stored)?;
        Some((row.id, row.state))
    }

    /// Whether a lasting change began at the stored one; true if its run is not in the series.
    pub(super) fn lasts(&self, row: &KnownChangeRow) -> bool {
        let mut changes = self.reading.history.changes.iter();
        place_of(&self.runs, &row.transaction_id).is_none_or(|place| {
            changes.any(|change| {
                same_change((change.index, change.delta), (place, row.delta)).is_some()
            })
        })
    }

    /// Stored suspicions that have two later runs and are no longer a change.
    pub(super) fn spikes(&self, stored: &[KnownChangeRow]) -> Vec<i64> {
        let newest = self.runs.len().saturating_sub(1);
        let suspects = stored
            .iter()
            .filter(|row| row.metric == self.metric && row.state == ChangePointState::Suspect);
        suspects
            .filter(|row| {
                place_of(&self.runs, &row.transaction_id).is_some_and(|place| {
                    let is_change = self.reading.alerts.iter().any(|change| {
                        same_change((change.index, change.delta), (place, row.delta)).is_some()
                    });
                    newest.saturating_sub(place) >= 2 && !is_change
                })
            })
            .map(|row| row.id)
            .collect()
    }

    /// Every change worth an alert, and the suspicion, for recording.
    pub(super) fn found(&self) -> Vec<ChangePointFound> {
        let mut found: Vec<ChangePointFound> = self
            .reading
            .alerts
            .iter()
            .filter(|change| change.before.to_bits() != change.after.to_bits())
            .map(|change| self.change_point(change))
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
                metric: self.metric.clone(),
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

    /// The place of the newest move among [`Self::found`].
    pub(super) fn judged(&self) -> Option<usize> {
        let run = &self.runs[self.place()?.index].id;
        self.found()
            .iter()
            .position(|found| found.transaction_id == *run)
    }

    fn change_point(&self, change: &Change) -> ChangePointFound {
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
            metric: self.metric.clone(),
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

/// The run whose level counts first: that of the baseline, or of a worsening after it that a person
/// accepted or dismissed; otherwise the oldest.
fn first_that_counts(
    run: RunToCheck<'_>,
    definition: &MetricDefinition,
    runs: &[&TransactionRow],
    reading: &Reading,
) -> usize {
    let baseline = run.baseline;
    let baseline = baseline.and_then(|baseline| place_of(runs, &baseline.id));
    // The level may be found to begin some runs beside the stored place.
    let handled = handled(run, definition).and_then(|row| {
        let place = place_of(runs, &row.transaction_id)?;
        let same = reading.history.changes.iter().filter_map(|change| {
            let away = same_change((change.index, change.delta), (place, row.delta))?;
            Some((away, change.index))
        });
        Some(same.min().map_or(place, |(_, index)| index))
    });
    handled.or(baseline).unwrap_or_default()
}

/// What the newest runs say: the change that the standing began with, the suspicion, or nothing.
fn judgement(reading: &Reading, standing: Option<&Standing>) -> Judgement {
    let since = standing.and_then(|standing| standing.moved.as_ref());
    let began = since.and_then(|moved| {
        let mut changes = reading.history.changes.iter();
        changes.find(|change| change.index == moved.since)
    });
    match (&reading.newest, began) {
        (Judgement::Suspect(suspicion), _) => Judgement::Suspect(*suspicion),
        (_, Some(change)) => Judgement::Confirmed {
            change: *change,
            is_new: change.kind == ChangeKind::Recent,
        },
        (newest, None) => *newest,
    }
}
