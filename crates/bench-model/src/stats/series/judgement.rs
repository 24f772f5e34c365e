//! What is said of the newest runs of a series.

use crate::stats::series::change::Change;

/// Whether the level of a series has just moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Judgement {
    /// The level moved, and at least two runs say so.
    Confirmed {
        /// The change; its index says since which run.
        change: Change,
        /// It could not be confirmed without the newest runs. Otherwise it was already known, and
        /// nobody has to be told again.
        is_new: bool,
    },
    /// The newest run alone is out of line. One run cannot tell a spike from a step: another run of
    /// the same version settles it.
    Suspect(Suspicion),
    /// Nothing that this many runs could show.
    Quiet {
        /// What would have shown; none with too few runs to say.
        limits: Option<Limits>,
    },
}

/// One run that is out of line.
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
    /// The probability of a run so far out, were the level the same; 0 for an exact metric.
    pub p_value: f64,
}

/// The smallest shifts that would have been noticed, in the metric's unit: below them "quiet" means
/// "cannot be told".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The shift of the newest run alone that would have made it suspect.
    pub suspect: f64,
    /// The shift of the newest two runs, both alike, that would have been confirmed.
    pub confirm: f64,
    /// How many runs the level before rests on.
    pub runs: usize,
}
