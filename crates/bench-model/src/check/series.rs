//! One metric's series of the configuration, up to the judged run.

use crate::{
    attribution::{Facts, Place},
    check::{
        question::{CheckOptions, METHOD, RunToCheck},
        stored::stored_as,
    },
    metric::MetricDefinition,
    rest::{
        change_points::{ChangePointFound, ChangePointKind, ChangePointState},
        rows::{ChangePointRow, TransactionRow},
    },
    stats::{
        Change, ChangeKind, Judgement, Prior, Segmented, StatsError, Suspicion, judge_with_alerts,
        same_change,
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
    pub(super) judgement: Judgement,
    alerts: Vec<Change>,
}

impl<'a> Series<'a> {
    pub(super) fn read(
        run: RunToCheck<'a>,
        metric: &str,
        options: &CheckOptions,
    ) -> Result<Self, StatsError> {
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
        let (judgement, alerts) = judge_with_alerts(&mut segmented, &options.judge);
        Ok(Self {
            metric: metric.to_owned(),
            runs,
            places,
            segmented,
            judgement,
            alerts,
        })
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

    /// The p-value of the newest move; none if nothing moved.
    pub(super) fn p_value(&self) -> Option<f64> {
        match &self.judgement {
            Judgement::Confirmed { change, .. } => Some(change.p_value),
            Judgement::Suspect(suspicion) => Some(suspicion.p_value),
            Judgement::Quiet { .. } => None,
        }
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
    pub(super) fn stored(&self, stored: &[ChangePointRow]) -> Option<(i64, ChangePointState)> {
        let (index, delta) = match &self.judgement {
            Judgement::Confirmed { change, .. } => (change.index, change.delta),
            Judgement::Suspect(suspicion) => (suspicion.index, suspicion.delta),
            Judgement::Quiet { .. } => return None,
        };
        let row = stored_as((index, delta), &self.metric, &self.runs, stored)?;
        Some((row.id, row.state))
    }

    /// Stored suspicions that have two later runs and are no longer a change.
    pub(super) fn spikes(&self, stored: &[ChangePointRow]) -> Vec<i64> {
        let newest = self.runs.len().saturating_sub(1);
        let suspects = stored
            .iter()
            .filter(|row| row.metric == self.metric && row.state == ChangePointState::Suspect);
        suspects
            .filter(|row| {
                let place = self
                    .runs
                    .iter()
                    .position(|run| run.id == row.transaction_id);
                place.is_some_and(|place| {
                    let is_change = self.alerts.iter().any(|change| {
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
