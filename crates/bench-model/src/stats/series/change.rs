//! The findings in a series: level changes, drifts, and noise.

/// With more runs than these since it began, a change is no news.
pub(crate) const NEWS: usize = 20;

/// A lasting change of level, in the metric's own unit.
///
/// Whether it is good or bad depends on the metric's direction, which this module doesn't know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The first run of the new level, from 0; never 0.
    pub index: usize,
    /// The earliest run that may be the first of the new level: with [`Self::latest`] the smallest
    /// interval that holds it with 90 % probability.
    pub earliest: usize,
    /// The latest run that may be the first of the new level.
    pub latest: usize,
    /// The level before: the mean of the runs since the change before this one, spikes pulled in.
    pub before: f64,
    /// The level after, until the next change or the end.
    pub after: f64,
    /// `after - before`.
    pub delta: f64,
    /// The lower end of the 95 % interval of [`Self::delta`], given the place of the change.
    pub delta_low: f64,
    /// The upper end of that interval.
    pub delta_high: f64,
    /// `delta / |before|`, a ratio with the sign of the delta; none when the level before is 0.
    pub relative: Option<f64>,
    /// `delta` in standard deviations of the noise; none for an exact metric, which has no noise.
    pub in_noise: Option<f64>,
    /// The p-value of the step, corrected for having chosen the clearest place; for an exact metric
    /// 0, or the probability of as many strays in a row if it ever strayed.
    pub p_value: f64,
    /// The evidence.
    pub kind: ChangeKind,
}

/// The evidence for a [`Change`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A step that stands out from the noise, in the whole history.
    Step,
    /// The newest two to five runs stand apart from the stable runs before them.
    Recent,
    /// An exact metric (tokens, size, price) changed its value permanently.
    Exact,
}

/// A stretch in which the level moved gradually.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Its first run, from 0.
    pub first: usize,
    /// Its last run.
    pub last: usize,
    /// The fitted line at the first run.
    pub before: f64,
    /// The fitted line at the last run.
    pub after: f64,
    /// The change per run.
    pub slope: f64,
    /// The p-value of the slope.
    pub p_value: f64,
}

/// The noise of the runs around their level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// The standard deviation around the current level, winsorised, in the metric's unit.
    pub sd: f64,
    /// The correlation of neighbouring runs, between 0 and 0.95; 0 unless estimated from 20 or more
    /// runs.
    pub autocorrelation: f64,
    /// No noise: equal inputs give equal values, and every lasting difference is a change.
    pub is_exact: bool,
}
