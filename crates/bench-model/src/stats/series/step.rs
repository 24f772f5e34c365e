//! A cut that may be a change, and the noise it is held against.

/// The weight in runs of the noise of other levels beside that of the level at hand: the prior of a
/// moderated t (Smyth 2004).
pub(crate) const PRIOR_RUNS: f64 = 8.0;

/// The noise against which all changes of a series are tested.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Yardstick {
    /// The standard deviation read from differences.
    pub(crate) sd_of_differences: f64,
    /// The variance inflation of the mean of correlated runs: `(1 + r) / (1 - r)`.
    pub(crate) variance_factor: f64,
    /// The p-value above which a change is dropped.
    pub(crate) level: f64,
}

/// A change with its evidence, in scaled units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    pub(crate) index: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
    pub(crate) standard_error: f64,
    pub(crate) degrees: f64,
    pub(crate) p_value: f64,
}
