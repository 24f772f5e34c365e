//! The controls: filters, metric, threshold, verdicts.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    app::MetricsFeed,
    components::{FilterMenu, Select},
    url_state::UrlState,
    view_model::{
        regressions::{MAX_THRESHOLD, Only, RegressionsState, THRESHOLD_STEP},
        snapshot::{Configuration, Dimension, FilterOptions},
    },
};

/// The controls.
#[component]
pub(super) fn Controls(
    /// All configurations.
    all: Signal<Arc<Vec<Configuration>>>,
    /// The URL.
    url: UrlState<RegressionsState>,
    /// The metrics.
    metrics: MetricsFeed,
) -> impl IntoView {
    let state = url.state;
    let options = Memo::new(move |_| {
        all.with(|all| state.with(|state| FilterOptions::new(all, &state.filters)))
    });
    let menu = move |dimension: Dimension| {
        let own = Memo::new(move |_| options.with(|options| options.of(dimension).to_vec()));
        view! {
            <FilterMenu
                label=dimension.label()
                options=own
                on_toggle=Callback::new(move |value: String| url.change(|state| state.toggled(dimension, &value)))
                on_clear=Callback::new(move |()| url.change(|state| state.cleared(dimension)))
            />
        }
    };
    let choices = Signal::derive(move || {
        let mut choices = vec![(String::new(), "primary metric".to_owned())];
        let known = metrics.value().unwrap_or_default();
        let mut names: Vec<String> = known.judgeable().map(str::to_owned).collect();
        // A metric from the URL is an option even if the project doesn't have it.
        names.extend(
            state
                .with(|state| state.metric.clone())
                .filter(|name| !names.contains(name)),
        );
        choices.extend(names.into_iter().map(|name| (name.clone(), name)));
        choices
    });
    let threshold = move || state.with(|state| state.threshold);
    let set_threshold = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        url.change_in_place(|state| state.with_threshold(&text));
    };
    let verdict = move |only: Only| {
        let is_chosen = move || state.with(|state| state.only == only);
        view! {
            <button
                type="button"
                class="button"
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| url.change(|state| state.with_only(only))
            >
                {only.label()}
            </button>
        }
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {Dimension::ALL.map(menu)}
            <Select
                id="metric"
                label="Metric"
                choices=choices
                chosen=Signal::derive(move || state.with(|state| state.metric.clone()).unwrap_or_default())
                on_choose=Callback::new(move |metric: String| url.change(|state| state.with_metric(&metric)))
            />
            <label class="threshold" title="How much worse counts as a regression: an absolute difference for metrics with a fixed range, otherwise a fraction of the baseline">
                <span class="filter-name">"Threshold"</span>
                <input
                    type="range"
                    min="0"
                    max=MAX_THRESHOLD.to_string()
                    step=THRESHOLD_STEP.to_string()
                    prop:value=move || threshold().to_string()
                    on:input=set_threshold
                />
                <output>{move || format!("{:.3}", threshold())}</output>
            </label>
            <div class="segments" role="group" aria-label="Verdicts">{Only::ALL.map(verdict)}</div>
        </div>
    }
    .into_any()
}
