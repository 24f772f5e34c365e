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
    /// A time in which one run was the baseline that counts for a configuration, as
    /// `baseline_history_for` returns it.
    BaselinePeriodRow {
        /// The configuration's number.
        configuration_id: i64,
        /// When it began.
        counted_from: String,
        /// When it ended; none while it lasts.
        counted_until: Option<String>,
        /// The run.
        transaction_id: String,
        /// The commit of that run.
        commit_sha: String,
        /// The numbers of that run.
        metrics: BTreeMap<String, f64>,
        /// Who marked it.
        marked_by: Option<String>,
    }
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
