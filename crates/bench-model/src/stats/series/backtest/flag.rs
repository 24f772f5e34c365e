//! What a rule flags.

use crate::metric::Direction;

/// A run that a rule would have flagged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag {
    /// The run that raised it, from 0.
    pub run: usize,
    /// The run it is about: the first of the new level for a judgement, else the same.
    pub since: usize,
    /// The value less what the rule held it against, in the metric's unit.
    pub delta: f64,
    /// Whether that is worse; none without a preferred direction.
    pub is_worse: Option<bool>,
    /// Whether the whole history, which knows what came later, has a change there in the same
    /// direction. A flag without one was most likely noise, or a spike.
    pub is_supported: bool,
}

/// Whether a difference is for the worse.
pub(super) fn is_worse(delta: f64, direction: Direction) -> Option<bool> {
    direction.worsening(delta).map(|worse| worse > 0.0)
}
