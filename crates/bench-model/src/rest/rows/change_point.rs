//! Change points: where a metric's level moved.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row;
use crate::{
    metric::{Direction, Scale},
    rest::change_points::{ChangePointKind, ChangePointState, Effect, Outcome},
};

row! {
    /// A row of `v_change_points`: a change point, its state in force and the runs around it.
    #[derive(Serialize)]
    ChangePointRow {
        /// Its number.
        id: i64,
        /// The configuration's short name.
        configuration_id: i64,
        /// The benchmarked model.
        model_version: String,
        /// The data set.
        dataset_version: String,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// The metric.
        metric: String,
        /// Its unit.
        unit: Option<String>,
        /// Its direction.
        direction: Direction,
        /// How a change of it is measured.
        scale: Scale,
        /// The effect.
        effect: Effect,
        /// The state in force.
        state: ChangePointState,
        /// Why it is in that state.
        reason: Option<String>,
        /// Who said so.
        set_by: Option<String>,
        /// When.
        set_at: Timestamp,
        /// The evidence.
        kind: ChangePointKind,
        /// The level before.
        before: f64,
        /// The level after.
        after: f64,
        /// `after - before`.
        delta: f64,
        /// The lower end of its 95 % interval.
        delta_low: Option<f64>,
        /// The upper end.
        delta_high: Option<f64>,
        /// As a share of the level before.
        relative: Option<f64>,
        /// In standard deviations of the noise.
        in_noise: Option<f64>,
        /// The p-value.
        p_value: Option<f64>,
        /// The detector.
        method: String,
        /// The person or system that ran it.
        found_by: Option<String>,
        /// When it was stored.
        recorded_at: Timestamp,
        /// The first run of the new level.
        transaction_id: String,
        /// When it ran.
        began_at: Timestamp,
        /// Its version.
        began_version: i64,
        /// Its commit.
        commit_sha: String,
        /// The branch of that commit.
        branch_name: Option<String>,
        /// The model provider.
        model_provider: Option<String>,
        /// The CI run.
        run_id: Option<String>,
        /// The earliest run that may be the first of the new level.
        earliest_transaction_id: String,
        /// Its version.
        earliest_version: i64,
        /// Its commit.
        earliest_commit_sha: String,
        /// When it ran.
        earliest_created_at: Timestamp,
        /// The latest run that may be the first.
        latest_transaction_id: String,
        /// Its version.
        latest_version: i64,
        /// Its commit.
        latest_commit_sha: String,
        /// When it ran.
        latest_created_at: Timestamp,
    }
}

row! {
    /// What a judgement needs of a stored change point, as `judged_against` returns it.
    KnownChangeRow {
        /// Its number.
        id: i64,
        /// The metric.
        metric: String,
        /// The state in force.
        state: ChangePointState,
        /// Why it is in that state.
        reason: Option<String>,
        /// Who said so.
        set_by: Option<String>,
        /// The level after, minus the level before.
        delta: f64,
        /// As a share of the level before.
        relative: Option<f64>,
        /// The first run of the new level.
        transaction_id: String,
        /// When it ran.
        began_at: Timestamp,
    }
}

impl ChangePointRow {
    /// What a judgement needs of it.
    pub fn as_known(&self) -> KnownChangeRow {
        KnownChangeRow {
            id: self.id,
            metric: self.metric.clone(),
            state: self.state,
            reason: self.reason.clone(),
            set_by: self.set_by.clone(),
            delta: self.delta,
            relative: self.relative,
            transaction_id: self.transaction_id.clone(),
            began_at: self.began_at,
        }
    }
}

row! {
    /// A row of `benchmark_change_point_states`, and the result of `set_change_point_state`.
    #[derive(Serialize)]
    ChangePointStateRow {
        /// Its number; the newest of a change point is in force.
        id: i64,
        /// The change point.
        change_point_id: i64,
        /// The state.
        state: ChangePointState,
        /// Why.
        reason: Option<String>,
        /// Who.
        set_by: Option<String>,
        /// When.
        set_at: Timestamp,
    }
}

row! {
    /// A row that `record_change_points` returns, in the order of the request.
    RecordedChangePointRow {
        /// Its number.
        id: i64,
        /// The run from the request.
        transaction_id: String,
        /// The metric.
        metric: String,
        /// The state in force now.
        state: ChangePointState,
        /// The result.
        outcome: Outcome,
    }
}

row! {
    /// A change point as a mark on a line.
    ChangeRow {
        /// The configuration's short name.
        configuration_id: i64,
        /// The metric.
        metric: String,
        /// The state in force.
        state: ChangePointState,
        /// Why it is in that state.
        reason: Option<String>,
        /// The level after, minus the level before.
        delta: f64,
        /// The first run of the new level.
        transaction_id: String,
        /// When that run ran.
        began_at: String,
        /// Its commit.
        commit_sha: String,
    }
}

row! {
    /// A change point as a line of a table.
    PastChangeRow {
        /// Its number.
        id: i64,
        /// The configuration's short name.
        configuration_id: i64,
        /// The model.
        model_version: String,
        /// The data.
        dataset_version: String,
        /// The prompt.
        prompt_version: String,
        /// Where it ran.
        environment: String,
        /// The metric.
        metric: String,
        /// The state in force.
        state: ChangePointState,
        /// Why it is in that state.
        reason: Option<String>,
        /// The level before.
        before: f64,
        /// The level after.
        after: f64,
        /// The difference as a share of the level before.
        relative: Option<f64>,
        /// The first run of the new level.
        transaction_id: String,
        /// When that run ran.
        began_at: String,
        /// Its commit.
        commit_sha: String,
        /// The commit of the earliest run that may be the first of the new level.
        earliest_commit_sha: String,
        /// The commit of the latest run that may be it.
        latest_commit_sha: String,
    }
}
