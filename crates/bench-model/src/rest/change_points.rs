//! Change points: their states, kinds and effects, and one as it is sent.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The maximum number of change points per request.
pub const MAX_CHANGE_POINTS: usize = 1_000;

/// The state of a change point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangePointState {
    /// One outlying run; another run would decide.
    Suspect,
    /// The level moved.
    Confirmed,
    /// The level moved, and the new one is accepted.
    Accepted,
    /// Not a change, or an irrelevant one.
    Dismissed,
}

impl ChangePointState {
    /// Its name in SQL, JSON and flags.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspect => "suspect",
            Self::Confirmed => "confirmed",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }
}

impl fmt::Display for ChangePointState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The evidence for a change point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangePointKind {
    /// A step that stands out in the whole history.
    Step,
    /// The newest runs stand apart.
    Recent,
    /// A noise-free metric changed its value.
    Exact,
    /// A gradual movement.
    Drift,
}

/// The effect of the move on its metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It got worse.
    Regressed,
    /// It got better.
    Improved,
    /// The metric has no direction.
    Changed,
}

impl Effect {
    /// Its name in SQL, JSON and queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regressed => "regressed",
            Self::Improved => "improved",
            Self::Changed => "changed",
        }
    }
}

/// One change point for `record_change_points`: an element of `p_points`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePointFound {
    /// The first run of the new level.
    pub transaction_id: String,
    /// The earliest run that may be the first.
    pub earliest_transaction_id: String,
    /// The latest run that may be the first.
    pub latest_transaction_id: String,
    /// The metric.
    pub metric: String,
    /// The evidence.
    pub kind: ChangePointKind,
    /// [`ChangePointState::Suspect`] or [`ChangePointState::Confirmed`].
    pub state: ChangePointState,
    /// The level before, in the metric's own unit.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// The lower end of the 95 % interval of the difference.
    pub delta_low: Option<f64>,
    /// The upper end of that interval.
    pub delta_high: Option<f64>,
    /// The difference as a share of the level before.
    pub relative: Option<f64>,
    /// The difference in standard deviations of the noise.
    pub in_noise: Option<f64>,
    /// The p-value.
    pub p_value: Option<f64>,
    /// The detector, with its version.
    pub method: String,
    /// The person or system that ran it.
    pub found_by: Option<String>,
    /// In words.
    pub reason: Option<String>,
}

/// The result of `record_change_points` for a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new.
    Recorded,
    /// It was suspect before.
    Confirmed,
    /// It was already stored; nothing changed.
    Known,
}
