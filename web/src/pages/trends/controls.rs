//! The controls: selection, time range, display.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api,
    app::SnapshotFeed,
    components::{Choice, ConfigurationPicker, FilterMenu, RangeMenu, Select},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    url_state::UrlState,
    view_model::{
        format,
        range::Range,
        snapshot::FilterOption,
        trends::{Chosen, Layer, MOST_LINES, Relation, TrendsState},
    },
};

/// The rows of controls above the chart.
#[component]
pub(super) fn Controls(
    /// All configurations.
    all: SnapshotFeed,
    /// The selection.
    chosen: Memo<Arc<Chosen>>,
    /// The current range.
    range: Memo<Range>,
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let ids = Memo::new(move |_| {
        chosen.with(|chosen| {
            chosen
                .configurations
                .iter()
                .map(|one| one.id)
                .collect::<Vec<i64>>()
        })
    });
    let names = Feed::keyed(
        expect_context::<RwSignal<Settings>>(),
        expect_context::<Pulse>(),
        Memo::new(move |_| ids.with(|ids| (!ids.is_empty()).then(|| ids.clone()))),
        |connection, ids: Vec<i64>| {
            Box::pin(async move { api::metric_names(&connection, &ids).await })
        },
    );
    let metrics = Memo::new(move |_| {
        let known = names.latest().map(|(_, names)| names);
        let mut options: Vec<FilterOption> = chosen.with(|chosen| {
            let known = known.iter().flat_map(|names| names.iter());
            known
                .map(|(name, count)| FilterOption {
                    value: name.clone(),
                    count: *count,
                    chosen: chosen.metrics.contains(name),
                })
                .collect()
        });
        // A metric from the URL that no run has can still be switched off.
        for name in chosen.with(|chosen| chosen.metrics.clone()) {
            if options.iter().all(|one| one.value != name) {
                options.push(FilterOption {
                    value: name,
                    count: 0,
                    chosen: true,
                });
            }
        }
        options
    });
    let toggle_metric = Callback::new(move |name: String| {
        let mut metrics = chosen.with_untracked(|chosen| chosen.metrics.clone());
        if metrics.contains(&name) {
            metrics.retain(|one| *one != name);
        } else if ids.with_untracked(Vec::len) * (metrics.len() + 1) <= MOST_LINES {
            metrics.push(name);
        } else {
            // At the limit: replace the last one.
            metrics = vec![name];
        }
        url.change(|state| TrendsState {
            metrics,
            ..state.clone()
        });
    });
    view! {
        <div class="filters" role="group" aria-label="What is drawn">
            <ConfigurationPicker
                all=Signal::derive(move || all.value().unwrap_or_default())
                chosen=ids
                most=MOST_LINES
                on_choose=Callback::new(move |configurations: Vec<i64>| {
                    url.change(|state| TrendsState { configurations, zoom: None, ..state.clone() });
                })
            />
            <FilterMenu
                label="Metrics"
                options=metrics
                on_toggle=toggle_metric
                clear="Reset"
                on_clear=Callback::new(move |()| url.change(|state| TrendsState { metrics: Vec::new(), ..state.clone() }))
            />
            <RangeMenu
                range=range
                on_choose=Callback::new(move |range: Range| url.change(|state| state.clone().over(range)))
            />
            <BranchMenu ids=ids url=url />
            <HowControls url=url />
        </div>
        <Layers url=url />
    }
    .into_any()
}

/// Which branch's side runs are drawn over the main line; nothing if no branch has any.
#[component]
fn BranchMenu(
    /// The configurations drawn.
    ids: Memo<Vec<i64>>,
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let known = Feed::keyed(
        expect_context::<RwSignal<Settings>>(),
        expect_context::<Pulse>(),
        Memo::new(move |_| ids.with(|ids| (!ids.is_empty()).then(|| ids.clone()))),
        |connection, ids: Vec<i64>| {
            Box::pin(async move { api::side_branches(&connection, Some(&ids)).await })
        },
    );
    let chosen = Memo::new(move |_| {
        url.state
            .with(|state| state.branch.clone().unwrap_or_default())
    });
    let choices = Memo::new(move |_| {
        let known = known.latest().map(|(_, rows)| rows).unwrap_or_default();
        let mut names: Vec<String> = known.iter().map(|row| row.branch_name.clone()).collect();
        // A branch from the URL without side runs can still be switched off.
        let chosen = chosen.get();
        if !chosen.is_empty() && !names.contains(&chosen) {
            names.push(chosen);
        }
        let named = names
            .into_iter()
            .map(|name| (name.clone(), format::short_name(&name)));
        let main_line = (String::new(), "main line only".to_owned());
        std::iter::once(main_line)
            .chain(named)
            .collect::<Vec<Choice>>()
    });
    let choose = Callback::new(move |name: String| {
        url.change(|state| TrendsState {
            branch: Some(name).filter(|name| !name.is_empty()),
            ..state.clone()
        });
    });
    view! {
        <Show when=move || choices.with(|choices| choices.len() > 1)>
            <Select id="branch" label="Side runs of" choices=choices chosen=chosen on_choose=choose />
        </Show>
    }
}

/// The display of values.
#[component]
fn HowControls(
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let relations = Signal::stored(
        Relation::ALL
            .map(|(name, words, _)| -> Choice { (name.to_owned(), words.to_owned()) })
            .to_vec(),
    );
    let relation = Memo::new(move |_| {
        let now = url.state.with(|state| state.relation);
        let known = Relation::ALL.iter().find(|(_, _, one)| *one == now);
        known.map_or("", |(name, _, _)| *name).to_owned()
    });
    let relate = Callback::new(move |name: String| {
        let known = Relation::ALL.iter().find(|(known, _, _)| *known == name);
        let relation = known.map(|(_, _, one)| *one).unwrap_or_default();
        url.change(|state| TrendsState {
            relation,
            ..state.clone()
        });
    });
    view! {
            <Select id="relative" label="Draw" choices=relations chosen=relation on_choose=relate />
            <label class="check">
                <input
                    type="checkbox"
                    name="log"
                    prop:checked=move || url.state.with(|state| state.is_log)
                    on:change=move |_| url.change(|state| TrendsState { is_log: !state.is_log, ..state.clone() })
                />
                "Logarithmic"
            </label>
            <label class="select" title="Draw a line this far on the worse side of the baseline: an absolute difference for metrics with a fixed range, otherwise a fraction of the baseline">
                <span class="filter-name">"Threshold"</span>
                <input
                    type="number"
                    class="date threshold"
                    name="threshold"
                    min="0"
                    step="0.01"
                    placeholder="none"
                    prop:value=move || url.state.with(|state| state.threshold.map(|one| one.to_string()).unwrap_or_default())
                    on:change=move |event| {
                        let threshold = event_target_value(&event).parse::<f64>().ok().filter(|one| (1e-9..=1e9).contains(one));
                        url.change(|state| TrendsState { threshold, ..state.clone() });
                    }
                />
            </label>
    }
    .into_any()
}

/// The layers that can be hidden.
#[component]
fn Layers(
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let layer = move |(_, words, layer): (&'static str, &'static str, Layer)| {
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=move || url.state.with(|state| state.shows(layer))
                    on:change=move |_| url.change(|state| state.clone().toggled(layer))
                />
                {words}
            </label>
        }
    };
    view! {
        <fieldset class="filters layers">
            <legend class="visually-hidden">"Layers of the chart"</legend>
            {Layer::ALL.map(layer)}
        </fieldset>
    }
    .into_any()
}
