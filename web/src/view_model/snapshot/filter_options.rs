//! The options of the three filters.

use std::collections::BTreeMap;

use super::{Configuration, Dimension, SnapshotState};

/// The options of all three filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterOptions {
    /// The environment.
    pub environments: Vec<FilterOption>,
    /// `model_version`.
    pub models: Vec<FilterOption>,
    /// `dataset_version`.
    pub datasets: Vec<FilterOption>,
}

/// One check box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterOption {
    /// The stored value.
    pub value: String,
    /// The number of configurations it would show, given the other filters.
    pub count: usize,
    /// Whether it is selected.
    pub chosen: bool,
}

impl FilterOptions {
    /// Every existing value, in order, and values from the URL that don't exist.
    pub fn new(all: &[Configuration], state: &SnapshotState) -> Self {
        let options = |dimension: Dimension| {
            let chosen = state.chosen(dimension);
            let mut counts: BTreeMap<&str, usize> =
                chosen.iter().map(|value| (value.as_str(), 0)).collect();
            for one in all {
                *counts.entry(dimension.of(one)).or_default() +=
                    usize::from(state.lets_through_but_for(dimension, one));
            }
            counts
                .into_iter()
                .map(|(value, count)| FilterOption {
                    value: value.to_owned(),
                    count,
                    chosen: chosen.contains(value),
                })
                .collect()
        };
        Self {
            environments: options(Dimension::Environment),
            models: options(Dimension::Model),
            datasets: options(Dimension::Dataset),
        }
    }

    /// The options of one filter.
    pub fn of(&self, dimension: Dimension) -> &[FilterOption] {
        match dimension {
            Dimension::Environment => &self.environments,
            Dimension::Model => &self.models,
            Dimension::Dataset => &self.datasets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::fixtures::*, *};
    use crate::view_model::view_state::ViewState as _;

    #[test]
    fn counts_say_what_a_choice_would_show_and_a_stale_choice_stays_visible() {
        let all = [
            bare("a", "d1", "local"),
            bare("a", "d2", "local"),
            bare("b", "d1", "staging"),
        ];
        let state = SnapshotState::from_query("dataset=d1&model=gone");

        let options = FilterOptions::new(&all, &state);

        let models: Vec<_> = options
            .models
            .iter()
            .map(|one| (one.value.as_str(), one.count, one.chosen))
            .collect();
        assert_eq!(
            models,
            [("a", 1, false), ("b", 1, false), ("gone", 0, true)]
        );
        // No configuration has the model `gone`, so no other option would show any.
        assert!(options.datasets.iter().all(|one| one.count == 0));
    }
}
