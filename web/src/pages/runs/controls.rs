//! The controls of the log: filters, days, columns.

use leptos::prelude::*;

use super::{RunsFeed, search_box::SearchBox};
use crate::{
    api,
    app::SnapshotFeed,
    components::FilterMenu,
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    url_state::UrlState,
    view_model::runs::{
        Column, Filter, RunsState, SIZES, branch_options, column_options, metric_options,
        metrics_shown, options,
    },
};

/// Search, filters and columns.
#[component]
pub(super) fn Controls(
    /// The runs shown.
    feed: RunsFeed,
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let state = url.state;
    let snapshots = expect_context::<SnapshotFeed>();
    let rows = move || {
        feed.latest()
            .map(|(_, page)| page.rows.clone())
            .unwrap_or_default()
    };
    let filter = move |filter: Filter| {
        let options = Memo::new(move |_| {
            let all = snapshots.value().unwrap_or_default();
            state.with(|state| options(&all, state, filter))
        });
        view! {
            <FilterMenu
                label=filter.label()
                options=options
                on_toggle=Callback::new(move |value: String| url.change(|state| state.toggled(filter, &value)))
                on_clear=Callback::new(move |()| url.change(|state| state.cleared(filter)))
            />
        }
        .into_any()
    };
    let columns = Memo::new(move |_| state.with(|state| column_options(&rows(), state)));
    let metrics = Memo::new(move |_| state.with(|state| metric_options(&rows(), state)));
    let toggle_column = move |label: String| {
        if let Some(column) = Column::from_label(&label) {
            url.change(|state| state.with_column_toggled(column));
        }
    };
    let toggle_metric = move |name: String| {
        let rows = untrack(rows);
        url.change(|state| state.with_metric_toggled(&metrics_shown(&rows, state), &name));
    };
    let as_usual = Callback::new(move |()| url.change(RunsState::as_usual));
    let day = move |label: &'static str, is_from: bool| {
        let value = move || {
            state.with(|state| {
                let day = if is_from { &state.from } else { &state.to };
                day.clone().unwrap_or_default()
            })
        };
        let set = move |event| {
            let day = event_target_value(&event);
            url.change(|state| {
                let other = |day: &Option<String>| day.clone().unwrap_or_default();
                if is_from {
                    state.within(&day, &other(&state.to))
                } else {
                    state.within(&other(&state.from), &day)
                }
            });
        };
        view! {
            <label class="day" title="Whole days in UTC">
                <span>{label}</span>
                <input type="date" min="1970-01-01" max="9999-12-31" prop:value=value on:change=set />
            </label>
        }
        .into_any()
    };
    let size = move |size: u32| {
        view! { <option value=size.to_string() prop:selected=move || state.with(|state| state.size == size)>{size}</option> }
    };
    let set_size = move |event| {
        let size = event_target_value(&event)
            .parse()
            .ok()
            .filter(|size| SIZES.contains(size));
        if let Some(size) = size {
            url.change(|state| state.with_size(size));
        }
    };
    view! {
        <div class="runs-controls">
            <SearchBox url=url />
            <div class="filters" role="group" aria-label="Filters">
                {Filter::ALL.map(filter)}
                <BranchMenu url=url />
                {day("From", true)}
                {day("To", false)}
                <Show when=move || state.with(RunsState::is_narrowed)>
                    <button type="button" class="button quiet" on:click=move |_| url.change(RunsState::widened)>
                        "Clear"
                    </button>
                </Show>
            </div>
            <div class="filters" role="group" aria-label="What the table shows">
                <FilterMenu label="Columns" options=columns on_toggle=Callback::new(toggle_column) clear="Reset" on_clear=as_usual />
                <FilterMenu label="Metrics" options=metrics on_toggle=Callback::new(toggle_metric) clear="Reset" on_clear=as_usual />
                <label class="day">
                    <span>"Rows"</span>
                    <select on:change=set_size>{SIZES.map(size)}</select>
                </label>
            </div>
        </div>
    }
    .into_any()
}

/// Which branch's side runs are listed; nothing if no branch has any.
#[component]
fn BranchMenu(
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let state = url.state;
    let known_branches = Feed::keyed(
        expect_context::<RwSignal<Settings>>(),
        expect_context::<Pulse>(),
        Signal::stored(Some(())),
        |connection, ()| Box::pin(async move { api::side_branches(&connection, None).await }),
    );
    let branches = Memo::new(move |_| {
        let known = known_branches.value().unwrap_or_default();
        state.with(|state| branch_options(&known, state))
    });
    let has_branches = move || branches.with(|branches| !branches.is_empty());
    view! {
        <Show when=has_branches>
            <FilterMenu
                label="Side runs of branch"
                options=branches
                on_toggle=Callback::new(move |name: String| url.change(|state| state.with_branch_toggled(&name)))
                on_clear=Callback::new(move |()| url.change(RunsState::of_all_branches))
            />
        </Show>
    }
    .into_any()
}
