//! What is printed.

/// What is promised of a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Within the bounds on both sides.
    Kept,
    /// That it errs to the safe side only.
    SafeSide,
    /// Nothing: the line shows a known weak point.
    None,
}

/// How often two sides of the same kind look different.
#[derive(Clone)]
pub(crate) struct Rates {
    pub(crate) method: String,
    pub(crate) n: String,
    /// The share of pairs with a p-value of at most 0.05.
    pub(crate) at_5: f64,
    /// The same for 0.01.
    pub(crate) at_1: f64,
    /// The share called improved or regressed.
    pub(crate) verdicts: f64,
    pub(crate) promise: Promise,
}

/// How often an interval holds the truth.
pub(crate) struct Coverage {
    pub(crate) interval: String,
    pub(crate) n: String,
    pub(crate) mean: f64,
    pub(crate) worst: f64,
    /// The true share there.
    pub(crate) worst_at: f64,
    pub(crate) promise: Promise,
}
