//! Functions of the schema `public` that are called through the REST API, each as its arguments.
//!
//! PostgREST matches arguments by name, so the names are the contract; an end-to-end test holds them
//! against the database. What writes is sent as JSON, what only reads is asked for like a table
//! (see [`Query::call`](super::query::Query::call)).

use serde::Serialize;

use super::{
    change_points::{ChangePointFound, ChangePointState},
    payload::{BaselineScope, IngestRun},
};
use crate::{metric::Direction, run_id::RunId};

/// A call of a function: its arguments, under the names that SQL gives them.
pub trait Function: Serialize {
    /// The function's name; it answers at `/rest/v1/rpc/<name>`.
    const NAME: &'static str;
    /// The arguments that are sent. Others have defaults.
    const ARGUMENTS: &'static [&'static str];
}

macro_rules! function {
    (
        $(#[$doc:meta])*
        $name:literal => $type:ident $(<$lifetime:lifetime>)? {
            $($(#[$meta:meta])* $argument:ident: $value:ty,)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
        pub struct $type $(<$lifetime>)? {
            $($(#[$meta])* pub $argument: $value,)*
        }

        impl $(<$lifetime>)? Function for $type $(<$lifetime>)? {
            const NAME: &'static str = $name;
            const ARGUMENTS: &'static [&'static str] = &[$(stringify!($argument)),*];
        }
    };
}

function! {
    /// Stores up to [`MAX_RUNS`](super::payload::MAX_RUNS) runs or none; harmless to repeat.
    "ingest_runs" => IngestRuns<'a> {
        /// The runs.
        p_runs: &'a [&'a IngestRun],
    }
}

function! {
    /// Marks a run as a baseline.
    "set_baseline" => SetBaseline<'a> {
        /// The run.
        p_run: &'a RunId,
        /// What the baseline is for.
        p_scope: BaselineScope,
        /// Why, for people.
        p_reason: Option<&'a str>,
        /// Who.
        p_marked_by: Option<&'a str>,
    }
}

function! {
    /// Ends the baseline that is in force for a run.
    "clear_baseline" => ClearBaseline<'a> {
        /// The run.
        p_run: &'a RunId,
        /// What the baseline is for.
        p_scope: BaselineScope,
        /// Why, for people.
        p_reason: Option<&'a str>,
        /// Who.
        p_marked_by: Option<&'a str>,
    }
}

function! {
    /// Takes a run back.
    "retract_run" => RetractRun<'a> {
        /// The run.
        p_run: &'a RunId,
        /// Why, for people.
        p_reason: &'a str,
        /// The run that stands in its place.
        p_instead: Option<&'a RunId>,
        /// Who.
        p_set_by: Option<&'a str>,
    }
}

function! {
    /// Lets a retracted run count again.
    "restore_run" => RestoreRun<'a> {
        /// The run.
        p_run: &'a RunId,
        /// Why, for people.
        p_reason: &'a str,
        /// Who.
        p_set_by: Option<&'a str>,
    }
}

function! {
    /// States or corrects what a metric means.
    "set_metric" => SetMetric<'a> {
        /// The metric.
        p_name: &'a str,
        /// Its direction; none: as before.
        p_direction: Option<Direction>,
        /// Its unit; none: as before.
        p_unit: Option<&'a str>,
        /// Its bounds; none: as before.
        p_range: Option<[Option<f64>; 2]>,
        /// Why.
        p_reason: &'a str,
        /// Who.
        p_declared_by: Option<&'a str>,
    }
}

function! {
    /// Which baseline counts for a configuration.
    "baseline_for" => BaselineFor<'a> {
        /// The model.
        p_model_version: &'a str,
        /// The data.
        p_dataset_version: &'a str,
        /// The prompt.
        p_prompt_version: &'a str,
        /// Where it ran.
        p_environment: &'a str,
    }
}

function! {
    /// Which baseline counted for each configuration, and when.
    "baseline_history_for" => BaselineHistoryFor<'a> {
        /// The configurations.
        p_configuration_ids: &'a [i64],
    }
}

function! {
    /// Holds the current runs of many models against their baselines, by the plain threshold.
    "detect_regressions" => DetectRegressions<'a> {
        /// The metric.
        p_metric: &'a str,
        /// The models.
        p_model_versions: &'a [&'a str],
    }
}

function! {
    /// What the verdicts on the current runs of many configurations rest on.
    "against_baselines" => AgainstBaselines<'a> {
        /// The configurations.
        p_configuration_ids: &'a [i64],
        /// The first of these that a run has; without any, its primary metric.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_metrics: &'a [&'a str],
        /// The number of earlier runs of each.
        p_earlier: u16,
        /// The entries of `details` and `links` that say which machine it was.
        p_machine: &'a [&'a str],
    }
}

function! {
    /// What runs are judged against, see [`JudgedAgainstRow`](super::rows::JudgedAgainstRow).
    "judged_against" => JudgedAgainst<'a> {
        /// The runs, at most [`MOST_ROWS`](JudgedAgainst::MOST_ROWS) / `p_most`.
        p_runs: &'a [&'a str],
        /// The number of earlier runs of each.
        p_most: usize,
        /// The entries of `details` and `links` that say which machine it was.
        p_machine: &'a [&'a str],
    }
}

impl JudgedAgainst<'_> {
    /// The most earlier runs of one call.
    pub const MOST_ROWS: usize = 25_000;
}

function! {
    /// What happened in the last 24 hours.
    "what_changed" => WhatChanged {}
}

function! {
    /// All metrics of up to eight configurations over some days, one row per configuration and metric.
    "compare_configurations" => CompareConfigurations<'a> {
        /// The configurations.
        p_configuration_ids: &'a [i64],
        /// The first day, or `-infinity`.
        p_from: &'a str,
        /// The last day, or `infinity`.
        p_to: &'a str,
    }
}

function! {
    /// One metric of one configuration as a line to draw, thinned by the database.
    "metric_series" => MetricSeries<'a> {
        /// The configuration.
        p_configuration_id: i64,
        /// The metric.
        p_metric: &'a str,
        /// Only runs at or after this time.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_from: Option<&'a str>,
        /// Only runs before this time.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_to: Option<&'a str>,
        /// How many points at most: 4 to 1,000.
        p_max_points: usize,
    }
}

function! {
    /// The newest runs that a commit, CI run, tag, model, actor or id leads to.
    "search_runs" => SearchRuns<'a> {
        /// The beginning of a commit, CI run or id, a tag, part of a model's name, or an actor.
        p_query: &'a str,
        /// The page after the run of this time; none for the first page.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_before_created_at: Option<&'a str>,
        /// The id of that run.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_before_id: Option<&'a str>,
        /// How many runs at most: 1 to 1,000.
        p_limit: u32,
    }
}

function! {
    /// The log of runs page by page, the newest first: all of them, or those that the filters let through.
    #[derive(Default)]
    "list_runs" => ListRuns<'a> {
        /// `model_version` is one of these; without any, all.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_model_versions: &'a [&'a str],
        /// `dataset_version` is one of these.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_dataset_versions: &'a [&'a str],
        /// `prompt_version` is one of these.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_prompt_versions: &'a [&'a str],
        /// `environment` is one of these.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_environments: &'a [&'a str],
        /// `configuration_id` is one of these.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_configuration_ids: &'a [i64],
        /// At or after this time, such as `2026-02-03T00:00:00Z`.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_from: Option<&'a str>,
        /// Before this time.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_to: Option<&'a str>,
        /// The page beside the run of this time; none for the newest runs.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_at_created_at: Option<&'a str>,
        /// The id of that run.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_at_id: Option<&'a str>,
        /// Whether the page is the one after that run, towards the newest.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        p_newer: bool,
        /// How many at most: 1 to 1,000.
        p_limit: u32,
        /// Only side runs of these branches; without any, all runs.
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        p_branch_names: &'a [&'a str],
    }
}

function! {
    /// The branches that have side runs.
    "side_branches" => SideBranches<'a> {
        /// Of these configurations; none for all.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_configuration_ids: Option<&'a [i64]>,
    }
}

function! {
    /// Stores change points, each once, however often it is found.
    "record_change_points" => RecordChangePoints<'a> {
        /// At most [`MAX_CHANGE_POINTS`](super::change_points::MAX_CHANGE_POINTS).
        p_points: &'a [ChangePointFound],
    }
}

function! {
    /// Sets the state of a change point.
    "set_change_point_state" => SetChangePointState<'a> {
        /// Its number.
        p_id: i64,
        /// The state.
        p_state: ChangePointState,
        /// Why, for people; none keeps what was said before.
        p_reason: Option<&'a str>,
        /// Who.
        p_set_by: Option<&'a str>,
        /// Only when this is the state in force; none for always.
        p_only_if: Option<ChangePointState>,
    }
}

function! {
    /// What an evaluation of incidents starts from.
    "incident_log" => IncidentLog<'a> {
        /// Only what happened before this time.
        #[serde(skip_serializing_if = "Option::is_none")]
        p_at: Option<&'a str>,
    }
}

function! {
    /// Records what an evaluation found, or what a person says about incidents.
    "record_incidents" => RecordIncidents<'a> {
        /// The events, at most [`MAX_EVENTS`](super::incidents::MAX_EVENTS).
        p_events: &'a [super::incidents::SentEvent],
        /// The newest event that the caller knows; none for what a person says.
        p_seen: Option<i64>,
        /// Where messages go.
        p_sinks: &'a [&'a str],
        /// Who.
        p_by: &'a str,
        /// The digest of the rules.
        p_rules_digest: Option<&'a str>,
        /// The time that was evaluated.
        p_at: Option<&'a str>,
    }
}

function! {
    /// Leases messages of a sink.
    "claim_deliveries" => ClaimDeliveries<'a> {
        /// The sink.
        p_sink: &'a str,
        /// For how long.
        p_lease_seconds: u32,
        /// How many at most.
        p_most: u32,
    }
}

function! {
    /// Says what became of a message.
    "settle_delivery" => SettleDelivery<'a> {
        /// The message.
        p_id: i64,
        /// What the sink answered.
        p_receipt: Option<&'a serde_json::Value>,
        /// Why it failed.
        p_failure: Option<&'a str>,
        /// When to try again; none gives it up.
        p_again_after_seconds: Option<u64>,
    }
}

function! {
    /// The first difference between what is kept of the runs and the runs; no row if all is exact.
    "recount" => Recount {}
}

/// Every function that is called: its name, and the arguments that are sent.
pub fn all() -> Vec<(&'static str, &'static [&'static str])> {
    fn of<F: Function>() -> (&'static str, &'static [&'static str]) {
        (F::NAME, F::ARGUMENTS)
    }
    vec![
        of::<IngestRuns<'_>>(),
        of::<SetBaseline<'_>>(),
        of::<ClearBaseline<'_>>(),
        of::<RetractRun<'_>>(),
        of::<RestoreRun<'_>>(),
        of::<SetMetric<'_>>(),
        of::<BaselineFor<'_>>(),
        of::<BaselineHistoryFor<'_>>(),
        of::<DetectRegressions<'_>>(),
        of::<AgainstBaselines<'_>>(),
        of::<JudgedAgainst<'_>>(),
        of::<WhatChanged>(),
        of::<CompareConfigurations<'_>>(),
        of::<MetricSeries<'_>>(),
        of::<SearchRuns<'_>>(),
        of::<ListRuns<'_>>(),
        of::<SideBranches<'_>>(),
        of::<RecordChangePoints<'_>>(),
        of::<SetChangePointState<'_>>(),
        of::<IncidentLog<'_>>(),
        of::<RecordIncidents<'_>>(),
        of::<ClaimDeliveries<'_>>(),
        of::<SettleDelivery<'_>>(),
        of::<Recount>(),
    ]
}
