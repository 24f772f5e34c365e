//! The log, and what was known of it at a time.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::{
    check::{RunToCheck, retain_last_attempts},
    metric::KnownMetrics,
    rest::rows::{
        ChangePointRow, ChangePointStateRow, KnownChangeRow, RetractionRow, TransactionRow,
    },
    stats::Options,
};

/// The log of a project, as far as alerts need it.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// Each configuration.
    pub configurations: Vec<ConfigurationLog>,
    /// What the metrics mean.
    pub metrics: KnownMetrics,
    /// By what metrics are judged that have options of their own, as in a check.
    pub of_metric: BTreeMap<String, Options>,
    /// Metrics whose regressions a team decided to ignore.
    pub ignored_metrics: BTreeSet<String>,
    /// Parameters that explain nothing, as in a check.
    pub ignored_params: Vec<String>,
}

/// The log of one configuration.
#[derive(Clone, Debug, Default)]
pub struct ConfigurationLog {
    /// Its runs of the main line, retracted ones included, in any order.
    pub runs: Vec<TransactionRow>,
    /// What was said to them, in any order.
    pub retractions: Vec<RetractionRow>,
    /// Which baseline counted when.
    pub baselines: Vec<BaselinePeriod>,
    /// Its change points.
    pub change_points: Vec<ChangePointLog>,
}

/// A time in which a run was the baseline that counted.
#[derive(Clone, Debug, PartialEq)]
pub struct BaselinePeriod {
    /// When it began.
    pub from: Timestamp,
    /// When it ended; none while it lasts.
    pub until: Option<Timestamp>,
    /// The run.
    pub run: TransactionRow,
}

/// A change point with everything that was said to it.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangePointLog {
    /// The change point, with the state in force now.
    pub row: ChangePointRow,
    /// Its states.
    pub states: Vec<ChangePointStateRow>,
}

/// What was known of a configuration at a time: what `check` would have been given.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its newest run.
    pub current: TransactionRow,
    /// The baseline that counted.
    pub baseline: Option<TransactionRow>,
    /// The runs before, the oldest first.
    pub earlier: Vec<TransactionRow>,
    /// Its change points, with the states then in force.
    pub change_points: Vec<KnownChangeRow>,
}

impl Known {
    /// As `check` takes it.
    pub fn run(&self) -> RunToCheck<'_> {
        RunToCheck {
            current: &self.current,
            baseline: self.baseline.as_ref(),
            earlier: &self.earlier,
            change_points: &self.change_points,
        }
    }

    /// Every run that counted, the oldest first.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &TransactionRow> {
        self.earlier.iter().chain([&self.current])
    }
}

impl ConfigurationLog {
    /// What was known at `at`, with at most `most` runs. None before the first run.
    ///
    /// What was recorded later is not there, however long ago it ran.
    pub fn known(&self, at: Timestamp, most: usize) -> Option<Known> {
        let is_retracted = |run: &TransactionRow| {
            let said = self.retractions.iter();
            said.filter(|said| said.transaction_id == run.id && said.set_at <= at)
                .max_by_key(|said| said.set_at)
                .is_some_and(|said| said.is_retracted)
        };
        let mut runs: Vec<&TransactionRow> = self
            .runs
            .iter()
            .filter(|run| run.is_mainline && run.recorded_at <= at)
            .filter(|run| self.retractions.is_empty() || !is_retracted(run))
            .collect();
        runs.sort_by_key(|run| (run.created_at, run.version));
        let first = runs.len().saturating_sub(most.max(1));
        let current = runs.last().copied()?.clone();
        let counting = runs[first..runs.len() - 1].iter();
        let mut earlier: Vec<TransactionRow> = counting.copied().cloned().collect();
        retain_last_attempts(&mut earlier, &current);
        let counted = |period: &&BaselinePeriod| {
            period.from <= at && period.until.is_none_or(|until| until > at)
        };
        let baseline = self.baselines.iter().find(counted);
        let points = self.change_points.iter();
        Some(Known {
            baseline: baseline.map(|period| period.run.clone()),
            change_points: points.filter_map(|point| point.known(at)).collect(),
            current,
            earlier,
        })
    }
}

impl ChangePointLog {
    /// The change point as it was at `at`; none before it was recorded.
    fn known(&self, at: Timestamp) -> Option<KnownChangeRow> {
        let said = self.states.iter().filter(|said| said.set_at <= at);
        let said = said.max_by_key(|said| said.id)?;
        Some(KnownChangeRow {
            state: said.state,
            reason: said.reason.clone(),
            set_by: said.set_by.clone(),
            ..self.row.as_known()
        })
    }
}
