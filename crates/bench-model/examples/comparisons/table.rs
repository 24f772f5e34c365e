//! The printed tables.

/// The target for a number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Within the bounds on both sides.
    Kept,
    /// It may err only on the safe side.
    SafeSide,
    /// No target: the line shows a known weak point, or a method that is not used.
    None,
}

/// How often two equal sides look different.
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
    /// The share of pairs whose 95 % interval holds no change.
    pub(crate) covers: f64,
    pub(crate) promise: Promise,
}

impl Rates {
    /// The same line as a known weak point.
    pub(crate) fn weak_if(self, is_weak: bool) -> Self {
        let promise = if is_weak { Promise::None } else { self.promise };
        Self { promise, ..self }
    }
}

/// How often an interval contains the truth.
pub(crate) struct Coverage {
    pub(crate) interval: String,
    pub(crate) n: String,
    pub(crate) mean: f64,
    pub(crate) worst: f64,
    /// The true share there.
    pub(crate) worst_at: f64,
    pub(crate) promise: Promise,
}
