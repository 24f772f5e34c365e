//! What verdicts rest on, and what the database itself says.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::row;
use crate::{
    metric::Scale,
    rest::{change_points::ChangePointState, payload::BaselineScope},
};

row! {
    /// What the verdict on a configuration's current run rests on, as `against_baselines` returns it;
    /// see [`Against`](crate::check::Against).
    AgainstRow {
        /// The configuration's short name.
        configuration_id: i64,
        /// The metric.
        metric: String,
        /// The current run.
        current_run: String,
        /// When it ran, in microseconds since 1970.
        current_at: i64,
        /// What it says of the value's certainty.
        current_stats: Option<Map<String, Value>>,
        /// Its confusion matrix.
        current_confusion: Option<Map<String, Value>>,
        /// The run of the baseline that counts; none when there is none.
        baseline_run: Option<String>,
        /// Its version within its configuration.
        baseline_version: Option<i64>,
        /// When it ran, in microseconds since 1970.
        baseline_at: Option<i64>,
        /// Whether it is a run of this configuration.
        is_own_baseline: Option<bool>,
        /// The scope the baseline was marked for.
        found_by: Option<BaselineScope>,
        /// Its value; none when it lacks the metric.
        baseline_value: Option<f64>,
        /// What it says of the value's certainty.
        baseline_stats: Option<Map<String, Value>>,
        /// Its confusion matrix.
        baseline_confusion: Option<Map<String, Value>>,
        /// How many items its data have.
        baseline_size: Option<i64>,
        /// The version of each run with the metric, the oldest first, the current run last.
        versions: Vec<i64>,
        /// Its value.
        numbers: Vec<f64>,
        /// Its commit, of a hash the first digits; none if it is that of the run before.
        commits: Vec<Option<String>>,
        /// What else is known of the runs, from where it changes.
        facts: Vec<FactsFrom>,
        /// The stored change points of the metric, the newest first.
        changes: Vec<ChangeSince>,
        /// The id of each run; empty unless asked for.
        #[serde(default)]
        ids: Vec<String>,
        /// When each ran, in milliseconds since 1970; empty unless asked for.
        #[serde(default)]
        ats: Vec<i64>,
    }
}

impl AgainstRow {
    /// What a verdict needs: all columns but the last two, `ids` and `ats`.
    pub const JUDGED: &'static [&'static str] = Self::COLUMNS.split_at(Self::COLUMNS.len() - 2).0;
}

/// What is known of the runs from one place in a list on: the place, the model provider, the number of
/// items in the data set, the hyperparameters, and what says which machine it was.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct FactsFrom(
    /// The place, from 0.
    pub usize,
    /// The model provider.
    pub Option<String>,
    /// The number of items in the data set.
    pub Option<i64>,
    /// Hyperparameters.
    pub Option<Map<String, Value>>,
    /// The entries of `details` and `links` that say which machine it was.
    pub Option<Map<String, Value>>,
);

/// A stored change point of a list of runs.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct ChangeSince {
    /// Its number.
    pub id: i64,
    /// The state in force.
    pub state: ChangePointState,
    /// Why it is in that state.
    pub reason: Option<String>,
    /// Who said so.
    pub set_by: Option<String>,
    /// The level after, minus the level before.
    pub delta: f64,
    /// As a share of the level before.
    pub relative: Option<f64>,
    /// The version of the first run of the new level.
    pub began_version: i64,
    /// When it ran, in microseconds since 1970.
    pub began_at: i64,
}

row! {
    /// What the plain threshold says of a configuration's current run, as `detect_regressions` returns it.
    PlainRow {
        /// The model.
        model_version: Option<String>,
        /// The data.
        dataset_version: Option<String>,
        /// The prompt.
        prompt_version: Option<String>,
        /// Where it ran.
        environment: Option<String>,
        /// How much worse it got, positive when worse.
        worsening: Option<f64>,
        /// Whether that is a difference or a share of the baseline.
        threshold_kind: Option<Scale>,
        /// The change in standard deviations of the noise.
        in_noise: Option<f64>,
        /// Why nothing can be said.
        reason: Option<String>,
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewsKind {
    /// Runs arrived.
    Run,
    /// A level moved.
    ChangePoint,
    /// A configuration ran for the first time.
    New,
    /// A baseline was marked or cleared.
    Baseline,
}

row! {
    /// One thing that happened, as `what_changed` returns it.
    NewsRow {
        /// What.
        kind: NewsKind,
        /// The configuration's short name.
        configuration_id: Option<i64>,
        /// The model.
        model_version: Option<String>,
        /// The data.
        dataset_version: String,
        /// Where it ran.
        environment: String,
        /// The run.
        transaction_id: Option<String>,
        /// The metric.
        metric: Option<String>,
        /// What became of the metric: of a run `worse` or `better`, of a change point its effect.
        effect: Option<String>,
        /// How many of this kind there are; more than rows when some were left out.
        of_kind: usize,
    }
}
