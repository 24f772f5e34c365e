//! The Overview page: averages, leaders, chart and table.

mod averages;
mod configuration;
mod filter_options;
mod leaders;
mod scatter;
mod state;
mod table;

use std::collections::BTreeSet;

pub use averages::{Average, averages};
pub use configuration::{Configuration, configurations};
pub use filter_options::{FilterOption, FilterOptions};
pub use leaders::{Leader, Leaders, leaders};
// The chart's tests build it.
#[cfg(test)]
pub use scatter::Point;
pub use scatter::{Axis, PointSeries, Scatter, scatter};
pub use state::{Dimension, SnapshotState};
pub use table::{Beside, Column, PAGE_SIZE, Table, table};

use super::format;

/// The parts that depend only on filters. Chart and table are computed separately, so that sorting
/// recomputes nothing else and the numbers don't wait for the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotView {
    /// `64 configurations of 6 models on 3 datasets`, of all configurations.
    pub summary: String,
    /// When the newest run shown ran, in milliseconds since 1970.
    pub newest_run_ms: Option<i64>,
    /// The number of filtered configurations.
    pub shown: usize,
    /// The total number.
    pub total: usize,
    /// The filter options.
    pub options: FilterOptions,
    /// The strip of means.
    pub averages: Vec<Average>,
    /// The leaderboards.
    pub leaders: Leaders,
}

/// The filtered configurations.
pub fn shown<'a>(all: &'a [Configuration], state: &SnapshotState) -> Vec<&'a Configuration> {
    all.iter().filter(|one| state.lets_through(one)).collect()
}

impl SnapshotView {
    /// Counts and ranks the configurations of `all` that match the filters of `state`.
    pub fn new(all: &[Configuration], state: &SnapshotState) -> Self {
        let shown = shown(all, state);
        Self {
            summary: summary(all),
            newest_run_ms: shown.iter().filter_map(|one| one.created_ms).max(),
            shown: shown.len(),
            total: all.len(),
            options: FilterOptions::new(all, state),
            averages: averages(&shown),
            leaders: leaders(&shown),
        }
    }
}

fn summary(all: &[Configuration]) -> String {
    let models: BTreeSet<&str> = all.iter().map(|one| one.model.as_str()).collect();
    let datasets: BTreeSet<&str> = all.iter().map(|one| one.dataset.as_str()).collect();
    format!(
        "{} of {} on {}",
        format::counted(all.len(), "configuration"),
        format::counted(models.len(), "model"),
        format::counted(datasets.len(), "dataset"),
    )
}

#[cfg(test)]
pub(super) mod fixtures {
    use super::Configuration;

    /// A configuration without metrics.
    pub(in crate::view_model) fn bare(
        model: &str,
        dataset: &str,
        environment: &str,
    ) -> Configuration {
        Configuration {
            id: 1,
            model: model.to_owned(),
            dataset: dataset.to_owned(),
            prompt: "p1".to_owned(),
            environment: environment.to_owned(),
            provider: None,
            f1: None,
            precision: None,
            recall: None,
            latency_ms: None,
            cost_usd: None,
            runs: 1,
            created_ms: Some(1_764_000_000_000),
            commit: "6a79d84".to_owned(),
            is_baseline: false,
        }
    }

    pub(in super::super) fn scored(
        model: &str,
        f1: f64,
        latency_ms: f64,
        cost_usd: f64,
    ) -> Configuration {
        Configuration {
            f1: Some(f1),
            latency_ms: Some(latency_ms),
            cost_usd: Some(cost_usd),
            ..bare(model, "d1", "local")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SnapshotState, SnapshotView, fixtures::*};
    use crate::view_model::view_state::ViewState as _;

    #[test]
    fn the_summary_counts_everything_and_the_rest_what_the_filters_let_through() {
        let all = [
            scored("a", 0.9, 10.0, 0.1),
            scored("b", 0.8, 20.0, 0.1),
            bare("a", "d2", "production"),
        ];
        let state = SnapshotState::from_query("model=a");

        let view = SnapshotView::new(&all, &state);

        assert_eq!(view.summary, "3 configurations of 2 models on 2 datasets");
        assert_eq!((view.shown, view.total), (2, 3));
    }

    #[test]
    fn nothing_at_all_is_a_view_too() {
        let view = SnapshotView::new(&[], &SnapshotState::default());

        assert_eq!(view.newest_run_ms, None);
        assert!(
            view.averages
                .iter()
                .all(|average| average.value_label == "–")
        );
    }
}
