//! The judgement on the newest runs of a series.

use crate::stats::series::change::Change;

/// Whether the level of a series has just moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Judgement {
    /// The level moved, as shown by at least two runs.
    Confirmed {
        /// The change; its index is the first run of the new level.
        change: Change,
        /// Whether it was only confirmed by the newest runs; otherwise it was already known.
        is_new: bool,
    },
    /// Only the newest run is outlying. One run can't tell a spike from a step; another run of the
    /// same version settles it.
    Suspect(Suspicion),
    /// No detectable change.
    Quiet {
        /// The detection limits; none with too few runs.
        limits: Option<Limits>,
    },
}

/// One outlying run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspicion {
    /// The newest run, from 0.
    pub index: usize,
    /// The level before, in the metric's unit.
    pub before: f64,
    /// The value of the run.
    pub value: f64,
    /// `value - before`.
    pub delta: f64,
    /// `delta / |before|`, a ratio; none when the level before is 0.
    pub relative: Option<f64>,
    /// `delta` in standard deviations of the noise; none for an exact metric.
    pub in_noise: Option<f64>,
    /// The p-value of the run at an unchanged level; 0 for an exact metric.
    pub p_value: f64,
}

/// The smallest detectable shifts, in the metric's unit: below them, "quiet" means "unknown".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The shift of the newest run alone that would have made it suspect.
    pub suspect: f64,
    /// The shift of the newest [`Self::confirm_runs`], all alike, that would have been confirmed.
    pub confirm: f64,
    /// How many runs that takes: two to five.
    pub confirm_runs: usize,
    /// The number of runs in the previous level.
    pub runs: usize,
}
