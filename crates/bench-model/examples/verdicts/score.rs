//! The scores, margin 5 everywhere.
//!
//! Offline: pooled precision, recall and F1 of the changes, and false changes per 1,000 points;
//! each true change takes the nearest reported one within the margin. Beside them F1 as van den
//! Burg and Williams 2020 define it, with a change at 0 that every detector finds. Online: false
//! alarms per 1,000 runs, and power, the share of the true changes found with at most so many runs
//! of the new level.

use std::collections::{BTreeMap, BTreeSet};

use bench_model::stats::{HistoryOptions, JudgeOptions, StatsError, alerts, history};

use crate::labelled::{Series, Suite};

const MARGIN: usize = 5;
/// An alert this long after a change is unrelated to it.
const HORIZON: usize = 20;

/// The scores of [`history`] and [`alerts`].
pub(crate) fn score(series: &[Series]) -> Result<(Offline, Online), StatsError> {
    let mut offline = Offline::default();
    let mut online = Online::default();
    for series in series {
        match series.suite {
            Suite::Offline => {
                let found = history(&series.values, &HistoryOptions::default())?;
                let found: Vec<usize> = found.changes.iter().map(|change| change.index).collect();
                offline.add(series, &found);
            }
            Suite::Online => {
                let options = JudgeOptions::default();
                online.add(series, |values| {
                    let found = alerts(values, &options)?;
                    Ok(found.iter().map(|change| change.index).collect())
                })?;
            }
        }
    }
    Ok((offline, online))
}

/// The offline sums of one kind of series, and of all (the empty kind).
#[derive(Default)]
pub(crate) struct Offline(BTreeMap<String, OfflineSums>);

#[derive(Clone, Copy, Default)]
pub(crate) struct OfflineSums {
    series: f64,
    points: f64,
    hits: f64,
    pub(crate) false_changes: f64,
    pub(crate) missed: f64,
    f1: f64,
}

impl Offline {
    pub(crate) fn add(&mut self, series: &Series, found: &[usize]) {
        let found: BTreeSet<usize> = found.iter().copied().filter(|index| *index > 0).collect();
        let annotators = real(series.annotations.len().max(1));
        let union: BTreeSet<usize> = series.annotations.iter().flatten().copied().collect();
        let (mut hits, mut missed) = (0.0, 0.0);
        for truth in &series.annotations {
            let truth: BTreeSet<usize> = truth.iter().copied().collect();
            let matched = real(matches(&truth, &found));
            hits += matched / annotators;
            missed += (real(truth.len()) - matched) / annotators;
        }
        let sums = OfflineSums {
            series: 1.0,
            points: real(series.values.len()),
            hits,
            false_changes: real(found.len() - matches(&union, &found)),
            missed,
            f1: f1_with_the_start(&series.annotations, &found),
        };
        for kind in ["", &series.kind] {
            self.0.entry(kind.to_owned()).or_default().add(sums);
        }
    }

    /// The sums of one kind; of all for the empty name.
    pub(crate) fn of(&self, kind: &str) -> Option<OfflineSums> {
        self.0.get(kind).copied()
    }

    pub(crate) fn print(&self) {
        for (kind, sums) in &self.0 {
            println!(
                "  offline {:<14} {:>5} series  strict P {:.3}  R {:.3}  F1 {:.3}   false changes {:.2} per 1,000 points   F1 with the start {:.3}",
                if kind.is_empty() { "all" } else { kind },
                sums.series,
                sums.precision(),
                sums.recall(),
                sums.strict_f1(),
                sums.false_per_thousand(),
                sums.f1_with_the_start(),
            );
        }
    }
}

impl OfflineSums {
    fn add(&mut self, other: Self) {
        self.series += other.series;
        self.points += other.points;
        self.hits += other.hits;
        self.false_changes += other.false_changes;
        self.missed += other.missed;
        self.f1 += other.f1;
    }

    pub(crate) fn precision(&self) -> f64 {
        self.hits / (self.hits + self.false_changes)
    }

    pub(crate) fn recall(&self) -> f64 {
        self.hits / (self.hits + self.missed)
    }

    pub(crate) fn strict_f1(&self) -> f64 {
        2.0 * self.hits / (2.0 * self.hits + self.false_changes + self.missed)
    }

    /// F1 as van den Burg and Williams define it, the mean over the series.
    pub(crate) fn f1_with_the_start(&self) -> f64 {
        self.f1 / self.series
    }

    pub(crate) fn false_per_thousand(&self) -> f64 {
        1000.0 * self.false_changes / self.points
    }
}

/// The number of true changes matched by a reported one within the margin, the nearest first.
fn matches(truth: &BTreeSet<usize>, found: &BTreeSet<usize>) -> usize {
    let mut left = found.clone();
    let mut matched = 0;
    for change in truth {
        let near = left
            .iter()
            .copied()
            .filter(|index| index.abs_diff(*change) <= MARGIN);
        if let Some(nearest) = near.min_by_key(|index| index.abs_diff(*change)) {
            left.remove(&nearest);
            matched += 1;
        }
    }
    matched
}

fn f1_with_the_start(annotations: &[Vec<usize>], found: &BTreeSet<usize>) -> f64 {
    let with_start =
        |changes: &[usize]| -> BTreeSet<usize> { changes.iter().copied().chain([0]).collect() };
    let found: BTreeSet<usize> = found.iter().copied().chain([0]).collect();
    let union: BTreeSet<usize> = annotations.iter().flatten().copied().chain([0]).collect();
    let precision = real(matches(&union, &found)) / real(found.len());
    let recall: f64 = annotations
        .iter()
        .map(|truth| with_start(truth))
        .map(|truth| real(matches(&truth, &found)) / real(truth.len()))
        .sum::<f64>()
        / real(annotations.len().max(1));
    2.0 * precision * recall / (precision + recall)
}

/// The online sums of one kind of series, and of all (the empty kind).
#[derive(Default)]
pub(crate) struct Online(BTreeMap<String, OnlineSums>);

#[derive(Clone, Default)]
pub(crate) struct OnlineSums {
    series: f64,
    runs: f64,
    changes: f64,
    false_alarms: f64,
    repeats: f64,
    /// For every detected change, the number of runs of the new level it took.
    delays: Vec<usize>,
}

impl Online {
    /// Feeds a detector every prefix of a series, as the runs would have arrived.
    pub(crate) fn add(
        &mut self,
        series: &Series,
        detect: impl Fn(&[f64]) -> Result<Vec<usize>, StatsError>,
    ) -> Result<(), StatsError> {
        let mut seen: Vec<usize> = Vec::new();
        let mut alarms = Vec::new();
        for newest in 2..series.values.len() {
            for change in detect(&series.values[..=newest])? {
                if seen.iter().all(|known| known.abs_diff(change) > MARGIN) {
                    seen.push(change);
                    alarms.push((newest, change));
                }
            }
        }
        let truth = series.annotations.first().map_or(&[][..], Vec::as_slice);
        let sums = judge_alarms(truth, &alarms, series.values.len());
        for kind in ["", &series.kind] {
            self.0.entry(kind.to_owned()).or_default().add(&sums);
        }
        Ok(())
    }

    /// The sums of one kind; of all for the empty name.
    pub(crate) fn of(&self, kind: &str) -> Option<&OnlineSums> {
        self.0.get(kind)
    }

    pub(crate) fn print(&self) {
        for (kind, sums) in &self.0 {
            println!(
                "  online  {:<14} {:>5} series  false alarms {:.2} per 1,000 runs   repeats {:.2}   found within 3 runs {:.3}, 5 {:.3}, 20 {:.3}   median delay {}",
                if kind.is_empty() { "all" } else { kind },
                sums.series,
                sums.false_per_thousand(),
                1000.0 * sums.repeats / sums.runs,
                sums.power(3),
                sums.power(5),
                sums.power(20),
                sums.median_delay()
                    .map_or("-".to_owned(), |delay| delay.to_string()),
            );
        }
    }
}

impl OnlineSums {
    fn add(&mut self, other: &Self) {
        self.series += other.series;
        self.runs += other.runs;
        self.changes += other.changes;
        self.false_alarms += other.false_alarms;
        self.repeats += other.repeats;
        self.delays.extend(&other.delays);
    }

    pub(crate) fn false_per_thousand(&self) -> f64 {
        1000.0 * self.false_alarms / self.runs
    }

    pub(crate) fn power(&self, within: usize) -> f64 {
        real(self.delays.iter().filter(|delay| **delay <= within).count()) / self.changes
    }

    fn median_delay(&self) -> Option<usize> {
        let mut delays = self.delays.clone();
        delays.sort_unstable();
        delays.get(delays.len() / 2).copied()
    }
}

/// An alarm at run `newest` for a change at `index` matches a change that began at most [`HORIZON`]
/// runs ago, unless it points before it; later alarms must point at it. All others are false.
fn judge_alarms(truth: &[usize], alarms: &[(usize, usize)], count: usize) -> OnlineSums {
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    let mut sums = OnlineSums {
        series: 1.0,
        runs: real(count),
        changes: real(truth.len()),
        ..OnlineSums::default()
    };
    for (newest, index) in alarms {
        let is_timely = |change: &&usize| {
            (**change..**change + HORIZON).contains(newest)
                && index + MARGIN >= **change
                && index <= newest
        };
        let is_placed = |change: &&usize| index.abs_diff(**change) <= MARGIN && newest >= *change;
        let hit = truth
            .iter()
            .rfind(is_timely)
            .or_else(|| truth.iter().find(is_placed));
        match hit {
            None => sums.false_alarms += 1.0,
            Some(change) if found.contains_key(change) => sums.repeats += 1.0,
            Some(change) => {
                found.insert(*change, newest - change + 1);
            }
        }
    }
    sums.delays = found.into_values().collect();
    sums
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}
