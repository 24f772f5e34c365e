//! The levels of a series, in the metric's unit.

use crate::stats::{
    numeric::sample::{mean, real, squares},
    series::{
        change::{ChangeKind, Drift},
        drift::{Line, variance_around},
        elimination::{Remaining, bounds},
        exact::Nature,
        history::History,
        noise::segments,
        segmented::Examined,
        step::PRIOR_RUNS,
    },
};

/// What a metric stays at between two changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Its first run, from 0.
    pub first: usize,
    /// The run after its last.
    pub end: usize,
    /// How many runs make it, without spikes' excess, dips and copies; at least 1.
    pub runs: usize,
    /// Its robust mean.
    pub mean: f64,
    /// The standard error of the mean; 0 for a metric that repeats exactly.
    pub standard_error: f64,
    /// The degrees of freedom of that error.
    pub degrees: f64,
    /// The drift that it is, if it moved gradually.
    pub drift: Option<Drift>,
}

impl Level {
    /// Where the level was at a run: its mean, or the line of its drift.
    pub(crate) fn at(&self, run: usize) -> f64 {
        self.drift.map_or(self.mean, |drift| {
            let away = real(run.clamp(drift.first, drift.last) - drift.first);
            drift.before + away * drift.slope
        })
    }

    /// The standard error of [`Self::at`] the ends of a drift, where it is twice that of the mean:
    /// `s^2 (1/n + 3/n)`.
    pub(crate) fn error_at_ends(&self) -> f64 {
        let factor = if self.drift.is_some() { 2.0 } else { 1.0 };
        factor * self.standard_error
    }
}

/// The levels between the changes of a reading.
pub(crate) fn levels(examined: &Examined, reading: &History) -> Vec<Level> {
    let Examined { scaled, analysis } = examined;
    let Remaining { pulled_in, sd, .. } = &analysis.remaining;
    let changes: Vec<usize> = reading.changes.iter().map(|change| change.index).collect();
    let bounds = bounds(&changes, examined.count());
    let is_exact = matches!(analysis.nature, Nature::Exact(_));
    let level = |(first, end): (usize, usize)| {
        // The newest runs were pulled in towards the level that they left.
        let is_recent = reading
            .changes
            .last()
            .is_some_and(|change| change.kind == ChangeKind::Recent && change.index == first);
        let source = if is_recent { &scaled.values } else { pulled_in };
        let counting = analysis.counting(first, end);
        let mut values: Vec<f64> = counting.map(|run| source[run]).collect();
        if values.is_empty() {
            values.extend(&source[first..end]);
        }
        let runs = values.len();
        let own = real(runs) - 1.0;
        let prior = if is_exact { 0.0 } else { PRIOR_RUNS };
        let degrees = (prior + own).max(1.0);
        let drift = reading
            .drifts
            .iter()
            .find(|drift| drift.first >= first && drift.last < end);
        let variance = if drift.is_some() {
            variance_around(&Line::fit(&values), &values)
        } else {
            (prior * sd * sd + squares(&values)) / degrees * analysis.variance_factor
        };
        let factor = if drift.is_some() {
            1.0
        } else {
            analysis.variance_factor
        };
        Level {
            first,
            end,
            runs,
            mean: scaled.unit(mean(&values)),
            standard_error: scaled.unit((variance / real(runs)).sqrt()),
            degrees: (degrees / factor).max(2.0),
            drift: drift.copied(),
        }
    };
    segments(&bounds).map(level).collect()
}
