//! The filters of the log: the four names of a configuration.

use std::collections::BTreeMap;

use bench_model::rest::rows::{BranchRow, RunRow};

use super::RunsState;
use crate::view_model::snapshot::{Configuration, FilterOption};

/// One of the four names of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `model_version`.
    Model,
    /// `dataset_version`.
    Dataset,
    /// `prompt_version`.
    Prompt,
    /// The environment.
    Environment,
}

impl Filter {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Model, Self::Dataset, Self::Prompt, Self::Environment];

    /// Its name in the URL.
    pub fn name(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Dataset => "dataset",
            Self::Prompt => "prompt",
            Self::Environment => "environment",
        }
    }

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Model => "Model",
            Self::Dataset => "Dataset",
            Self::Prompt => "Prompt",
            Self::Environment => "Environment",
        }
    }

    /// The value of a run.
    pub fn of(self, run: &RunRow) -> &str {
        match self {
            Self::Model => &run.model_version,
            Self::Dataset => &run.dataset_version,
            Self::Prompt => &run.prompt_version,
            Self::Environment => &run.environment,
        }
    }

    fn of_configuration(self, one: &Configuration) -> &str {
        match self {
            Self::Model => &one.model,
            Self::Dataset => &one.dataset,
            Self::Prompt => &one.prompt,
            Self::Environment => &one.environment,
        }
    }
}

/// The options of the branch menu: every branch with side runs, and those from the URL that have none.
pub fn branch_options(branches: &[BranchRow], state: &RunsState) -> Vec<FilterOption> {
    let option = |value: &str, count| FilterOption {
        value: value.to_owned(),
        count,
        chosen: state.branches.contains(value),
    };
    let known = branches
        .iter()
        .map(|row| option(&row.branch_name, row.runs));
    let is_unknown = |name: &&String| branches.iter().all(|branch| branch.branch_name != **name);
    let unknown = state.branches.iter().filter(is_unknown);
    known.chain(unknown.map(|name| option(name, 0))).collect()
}

/// The options of a filter: every value of the active configurations with its number of runs, and
/// values from the URL that no active one has.
pub fn options(all: &[Configuration], state: &RunsState, filter: Filter) -> Vec<FilterOption> {
    let chosen = state.chosen(filter);
    let mut counts: BTreeMap<&str, usize> =
        chosen.iter().map(|value| (value.as_str(), 0)).collect();
    for one in all {
        *counts.entry(filter.of_configuration(one)).or_default() += one.runs;
    }
    counts
        .into_iter()
        .map(|(value, count)| FilterOption {
            value: value.to_owned(),
            count,
            chosen: chosen.contains(value),
        })
        .collect()
}
