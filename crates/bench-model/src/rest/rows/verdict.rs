//! What verdicts rest on, and what the database itself says.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::row;
use crate::{metric::Scale, rest::payload::BaselineScope};

row! {
    /// What the verdict on a configuration's current run rests on, as `against_baselines` returns it.
    AgainstRow {
        /// The configuration's short name.
        configuration_id: i64,
        /// The metric.
        metric: String,
        /// The current run.
        current_run: String,
        /// Its value.
        current_value: f64,
        /// What it says of the value's certainty.
        current_stats: Option<Map<String, Value>>,
        /// Its confusion matrix.
        current_confusion: Option<Map<String, Value>>,
        /// How many items its data have.
        current_size: Option<i64>,
        /// The run of the baseline that counts; none when there is none.
        baseline_run: Option<String>,
        /// Its value; none when it lacks the metric.
        baseline_value: Option<f64>,
        /// What it says of the value's certainty.
        baseline_stats: Option<Map<String, Value>>,
        /// Its confusion matrix.
        baseline_confusion: Option<Map<String, Value>>,
        /// How many items its data have.
        baseline_size: Option<i64>,
        /// Its version within its configuration.
        baseline_version: Option<i64>,
        /// The scope the baseline was marked for.
        found_by: Option<BaselineScope>,
        /// The values of the runs before the current one, the oldest first.
        earlier: Vec<f64>,
    }
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
