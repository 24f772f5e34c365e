//! The selection: configurations, days, metrics.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    app::SnapshotFeed,
    components::{ConfigurationPicker, FilterMenu, RangeMenu},
    url_state::UrlState,
    view_model::{
        compare::{CompareState, Comparison, MOST},
        range::Range,
        snapshot::FilterOption,
    },
};

/// The selection.
#[component]
pub(super) fn Chooser(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let state = url.state;
    let snapshots = expect_context::<SnapshotFeed>();
    let is_of_runs = Memo::new(move |_| state.with(CompareState::is_of_runs));
    let all = Signal::derive(move || snapshots.value().unwrap_or_default());
    let configurations = Memo::new(move |_| state.with(|state| state.configurations.clone()));
    let choose = Callback::new(move |configurations: Vec<i64>| {
        url.change(|state| CompareState {
            configurations,
            ..state.clone()
        });
    });
    let range = Memo::new(move |_| state.with(CompareState::days));
    let choose_range = Callback::new(move |range: Range| {
        url.change(|state| CompareState {
            range,
            ..state.clone()
        });
    });
    let metrics = Memo::new(move |_| {
        comparison.with(|comparison| {
            let option = |one: &crate::view_model::compare::ComparedMetric| FilterOption {
                value: one.metric.name.to_string(),
                count: one.numbers.iter().flatten().count(),
                chosen: state
                    .with(|state| state.metrics.iter().any(|name| *name == *one.metric.name)),
            };
            comparison.metrics.iter().map(option).collect::<Vec<_>>()
        })
    });
    let toggle_metric = Callback::new(move |name: String| {
        url.change(|state| state.with_metric_toggled(&name));
    });
    let clear_metrics = Callback::new(move |()| {
        url.change(|state| CompareState {
            metrics: Vec::new(),
            ..state.clone()
        });
    });
    view! {
        <div class="filters" role="group" aria-label="What is compared">
            {move || (!is_of_runs.get()).then(|| view! {
                <ConfigurationPicker all=all chosen=configurations most=MOST on_choose=choose />
                <RangeMenu range=range on_choose=choose_range />
            })}
            <FilterMenu label="Metrics" options=metrics on_toggle=toggle_metric on_clear=clear_metrics />
            {move || state.with(|state| state.configurations.len() == MOST)
                .then(|| view! { <span class="shown">"Eight is the maximum."</span> })}
        </div>
    }
    .into_any()
}
