//! Baselines: which there are, and which one counts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row;
use crate::rest::payload::BaselineScope;

row! {
    /// A baseline, as `benchmark_baselines` has it and `set_baseline` returns it.
    #[derive(Serialize)]
    BaselineRow {
        /// What it is for.
        scope: BaselineScope,
        /// The model; none when it is for all models.
        model_version: Option<String>,
        /// The data.
        dataset_version: String,
        /// The prompt; none when it is for all prompts.
        prompt_version: Option<String>,
        /// Where it ran.
        environment: String,
        /// The run; none when the baseline was cleared.
        transaction_id: Option<String>,
        /// Why.
        reason: Option<String>,
        /// Who.
        marked_by: Option<String>,
        /// When.
        marked_at: Timestamp,
    }
}

row! {
    /// A baseline in force, with what its run measured.
    BaselineInForceRow {
        /// The model; none when it is for all models.
        model_version: Option<String>,
        /// The data.
        dataset_version: String,
        /// The prompt; none when it is for all prompts.
        prompt_version: Option<String>,
        /// Where it ran.
        environment: String,
        /// When it was marked.
        marked_at: String,
        /// The commit of its run.
        run_commit_sha: String,
        /// The numbers of its run.
        run_metrics: BTreeMap<String, f64>,
    }
}

row! {
    /// A mark of a baseline, or the end of one, as `benchmark_baselines` has it.
    MarkedRow {
        /// The model; none when it is for all models.
        model_version: Option<String>,
        /// The data.
        dataset_version: String,
        /// The prompt; none when it is for all prompts.
        prompt_version: Option<String>,
        /// Where it ran.
        environment: String,
        /// The run; none when this is the end of a baseline.
        transaction_id: Option<String>,
        /// Who said so.
        marked_by: Option<String>,
        /// When.
        marked_at: String,
        /// The run that it is, see [`MarkedRun::EMBEDDED`].
        run: Option<MarkedRun>,
    }
}

row! {
    /// What is known of a run that was marked.
    MarkedRun {
        /// Its commit.
        commit_sha: String,
    }
}

impl MarkedRun {
    /// How PostgREST is asked for the column `run` of [`MarkedRow`].
    pub const EMBEDDED: &'static str = "run:benchmark_transactions(commit_sha)";
}

row! {
    /// Which baseline counts, as `baseline_for` returns it.
    CountingBaselineRow {
        /// The run.
        transaction_id: String,
        /// The scope it was marked for.
        found_by: BaselineScope,
    }
}
