//! Change points over REST: requests, rows and queries.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{query::Query, tables::CHANGE_POINTS};
use crate::metric::{Direction, Scale};

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

/// The body of `record_change_points`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RecordChangePoints<'a> {
    /// At most [`MAX_CHANGE_POINTS`].
    pub p_points: &'a [ChangePointFound],
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

/// A row that `record_change_points` returns, in the order of the request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedChangePointRow {
    /// Its number.
    pub id: i64,
    /// The run from the request.
    pub transaction_id: String,
    /// The metric.
    pub metric: String,
    /// The state in force now.
    pub state: ChangePointState,
    /// The result.
    pub outcome: Outcome,
}

/// The body of `set_change_point_state`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SetChangePointState<'a> {
    /// Its number.
    pub p_id: i64,
    /// Its new state.
    pub p_state: ChangePointState,
    /// The reason; none keeps the previous one.
    pub p_reason: Option<&'a str>,
    /// Who.
    pub p_set_by: Option<&'a str>,
    /// Applies only if this is the state in force; none for always.
    pub p_only_if: Option<ChangePointState>,
}

/// A row of `benchmark_change_point_states`, and the result of `set_change_point_state`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePointStateRow {
    /// Its number; the newest of a change point is in force.
    pub id: i64,
    /// The change point.
    pub change_point_id: i64,
    /// The state.
    pub state: ChangePointState,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub set_by: Option<String>,
    /// When.
    pub set_at: Timestamp,
}

/// A row of `v_change_points`: a change point, its state in force and the runs around it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePointRow {
    /// Its number.
    pub id: i64,
    /// The configuration's short name.
    pub configuration_id: i64,
    /// The benchmarked model.
    pub model_version: String,
    /// The data set.
    pub dataset_version: String,
    /// The prompt.
    pub prompt_version: String,
    /// Where it ran.
    pub environment: String,
    /// The metric.
    pub metric: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Its direction.
    pub direction: Direction,
    /// How a change of it is measured.
    pub scale: Scale,
    /// The effect.
    pub effect: Effect,
    /// The state in force.
    pub state: ChangePointState,
    /// Why it is in that state.
    pub reason: Option<String>,
    /// Who said so.
    pub set_by: Option<String>,
    /// When.
    pub set_at: Timestamp,
    /// The evidence.
    pub kind: ChangePointKind,
    /// The level before.
    pub before: f64,
    /// The level after.
    pub after: f64,
    /// `after - before`.
    pub delta: f64,
    /// The lower end of its 95 % interval.
    pub delta_low: Option<f64>,
    /// The upper end.
    pub delta_high: Option<f64>,
    /// As a share of the level before.
    pub relative: Option<f64>,
    /// In standard deviations of the noise.
    pub in_noise: Option<f64>,
    /// The p-value.
    pub p_value: Option<f64>,
    /// The detector.
    pub method: String,
    /// The person or system that ran it.
    pub found_by: Option<String>,
    /// When it was stored.
    pub recorded_at: Timestamp,
    /// The first run of the new level.
    pub transaction_id: String,
    /// When it ran.
    pub began_at: Timestamp,
    /// Its version.
    pub began_version: i64,
    /// Its commit.
    pub commit_sha: String,
    /// The branch of that commit.
    pub branch_name: Option<String>,
    /// The model provider.
    pub model_provider: Option<String>,
    /// The CI run.
    pub run_id: Option<String>,
    /// The earliest run that may be the first of the new level.
    pub earliest_transaction_id: String,
    /// Its version.
    pub earliest_version: i64,
    /// Its commit.
    pub earliest_commit_sha: String,
    /// When it ran.
    pub earliest_created_at: Timestamp,
    /// The latest run that may be the first.
    pub latest_transaction_id: String,
    /// Its version.
    pub latest_version: i64,
    /// Its commit.
    pub latest_commit_sha: String,
    /// When it ran.
    pub latest_created_at: Timestamp,
}

/// The change points of these configurations, or of all, newest first, in pages.
pub fn change_points(configuration_ids: &[i64], page: u32) -> Query {
    let ids: Vec<String> = configuration_ids.iter().map(ToString::to_string).collect();
    Query::table(CHANGE_POINTS)
        .select(CHANGE_POINTS.columns)
        .any_of("configuration_id", &ids)
        .order("began_at.desc,id.desc")
        .page(page)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::rest::{
        rpc,
        tables::{CHANGE_POINT_STATES, Table},
    };

    fn names(body: &Value) -> Vec<String> {
        let fields = body.as_object().expect("an object");
        let mut names: Vec<_> = fields.keys().cloned().collect();
        names.sort_unstable();
        names
    }

    fn sorted(names: &[&str]) -> Vec<String> {
        let mut names: Vec<_> = names.iter().map(ToString::to_string).collect();
        names.sort_unstable();
        names
    }

    fn assert_same_columns<T: Serialize + for<'de> Deserialize<'de>>(row: Value, table: Table) {
        let row: T = serde_json::from_value(row).expect("a row");
        assert_eq!(names(&json!(row)), sorted(table.columns), "{}", table.name);
    }

    #[test]
    fn arguments_have_the_names_that_sql_gives_them() {
        let record = RecordChangePoints { p_points: &[] };
        assert_eq!(
            names(&json!(record)),
            sorted(rpc::RECORD_CHANGE_POINTS.arguments)
        );
        let set = SetChangePointState {
            p_id: 7,
            p_state: ChangePointState::Accepted,
            p_reason: None,
            p_set_by: None,
            p_only_if: Some(ChangePointState::Suspect),
        };
        assert_eq!(
            names(&json!(set)),
            sorted(rpc::SET_CHANGE_POINT_STATE.arguments)
        );
        assert_eq!(json!(set)["p_state"], ChangePointState::Accepted.as_str());
    }

    #[test]
    fn rows_are_read_under_the_names_that_are_declared() {
        let at = "2026-02-03T16:01:50.123456+00:00";
        assert_same_columns::<ChangePointRow>(
            serde_json::from_str(
                r#"{
                "id": 1, "configuration_id": 7, "model_version": "m", "dataset_version": "d", "prompt_version": "p",
                "environment": "production", "metric": "f1", "unit": "ratio", "direction": "higher_is_better",
                "scale": "absolute", "effect": "regressed", "state": "confirmed", "reason": null, "set_by": "ci",
                "set_at": "2026-02-03T16:01:50.123456+00:00", "kind": "step", "before": 0.9, "after": 0.84, "delta": -0.06, "delta_low": null,
                "delta_high": null, "relative": -0.067, "in_noise": -7.5, "p_value": 1e-9, "method": "history 1",
                "found_by": null, "recorded_at": "2026-02-03T16:01:50.123456+00:00", "transaction_id": "0191", "began_at": "2026-02-03T16:01:50.123456+00:00", "began_version": 12,
                "commit_sha": "abc", "branch_name": null, "model_provider": null, "run_id": null,
                "earliest_transaction_id": "0190", "earliest_version": 11, "earliest_commit_sha": "abb",
                "earliest_created_at": "2026-02-03T16:01:50.123456+00:00", "latest_transaction_id": "0192", "latest_version": 13,
                "latest_commit_sha": "abd", "latest_created_at": "2026-02-03T16:01:50.123456+00:00"
                }"#,
            )
            .expect("JSON"),
            CHANGE_POINTS,
        );
        assert_same_columns::<ChangePointStateRow>(
            json!({"id": 1, "change_point_id": 1, "state": "suspect", "reason": null, "set_by": null, "set_at": at}),
            CHANGE_POINT_STATES,
        );
        let recorded: RecordedChangePointRow = serde_json::from_value(
            json!({"id": 1, "transaction_id": "0191", "metric": "f1", "state": "suspect", "outcome": "known"}),
        )
        .expect("a row");
        assert_eq!(recorded.outcome, Outcome::Known);
    }

    #[test]
    fn change_points_are_asked_for_by_configuration() {
        let query = change_points(&[3, 7], 1);
        assert!(
            query
                .as_str()
                .ends_with("&configuration_id=in.(%223%22,%227%22)&order=began_at.desc,id.desc&limit=1000&offset=1000"),
            "{query}"
        );
    }
}
