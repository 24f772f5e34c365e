//! The loaded page.

use std::sync::Arc;

use leptos::prelude::*;

use super::{RunsFeed, controls::Controls, export_all::ExportAll};
use crate::{
    app::{MetricsFeed, SnapshotFeed},
    components::{DataTable, StaleNotice},
    routes,
    settings::Settings,
    url_state::UrlState,
    view_model::{
        format,
        runs::{self, Cursor, MOST_SELECTED, Place, RunsState, metrics_shown, newer_than},
        table_view::TableView,
        view_state::ViewState as _,
    },
};

/// The loaded page.
#[component]
pub(super) fn Log(
    /// The runs to show.
    feed: RunsFeed,
    /// The newest runs, while an older page is shown.
    newest: RunsFeed,
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let state = url.state;
    let settings = expect_context::<RwSignal<Settings>>();
    let known = expect_context::<MetricsFeed>();
    let page = Signal::derive(move || feed.latest().map(|(_, page)| page).unwrap_or_default());
    let is_empty = Memo::new(move |_| page.with(|page| page.rows.is_empty()));
    let repository = Memo::new(move |_| {
        settings.with(|settings| settings.connection().and_then(|one| one.repository.clone()))
    });
    let table = Memo::new(move |_| {
        let known = known.value().unwrap_or_default();
        page.with(|page| {
            state.with(|state| runs::table(&page.rows, state, &known, repository.get().as_deref()))
        })
    });
    let table: Signal<TableView> = table.into();
    let selected = Signal::derive(move || state.with(|state| state.selected.clone()));
    // Checking a box creates no history entry.
    let on_select = Callback::new(move |id: String| {
        url.change_in_place(|state| state.with_run_toggled(&id));
    });
    let exported = Signal::derive(move || {
        let shown = page.with(|page| state.with(|state| metrics_shown(&page.rows, state)));
        state.with(|state| state.with_metrics(shown))
    });
    view! {
        <StaleNotice failure=Signal::derive(move || feed.failure()) />
        <div class="page-head">
            <h1 id="runs">"Runs"</h1>
            <Summary />
        </div>
        <Controls feed=feed url=url />
        <OfConfigurations page=page url=url />
        <NewRuns newest=newest state=state />
        <Show
            when=move || !is_empty.get()
            fallback=move || view! { <Nothing page=page url=url /> }
        >
            <div class="runs-table" aria-busy=move || feed.is_busy().to_string()>
                <DataTable
                    table=table
                    heading="runs"
                    file_name="runs"
                    selected=selected
                    on_select=on_select
                />
            </div>
            <ExportAll state=exported />
        </Show>
        <Pager page=page state=state />
        <Selection selected=selected url=url />
    }
    .into_any()
}

/// The total number of runs.
#[component]
fn Summary() -> impl IntoView {
    let snapshots = expect_context::<SnapshotFeed>();
    let text = move || {
        let all = snapshots.value()?;
        let runs = all.iter().map(|one| one.runs).sum();
        Some(format!(
            "{} of {}, newest first",
            format::counted(runs, "run"),
            format::counted(all.len(), "active configuration"),
        ))
    };
    view! { <p>{text}</p> }
}

/// A note that the log is limited to single configurations, which no filter control shows.
#[component]
fn OfConfigurations(
    /// The runs shown.
    page: Signal<Arc<runs::RunsPage>>,
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let label = move |id: i64| {
        page.with(|page| {
            let run = page.rows.iter().find(|run| run.configuration_id == id)?;
            let names = runs::Filter::ALL.map(|filter| format::short_name(filter.of(run)));
            Some(names.join(" · "))
        })
    };
    let chip = move |id: i64| {
        let remove = move |_| {
            url.change(|state| {
                let mut next = state.at(Place::Newest);
                next.configurations.remove(&id);
                next
            });
        };
        view! {
            <p class="chip">
                <span>"Configuration " {id} " " <bdi>{label(id)}</bdi></span>
                <button type="button" class="link-button" on:click=remove>"Show all"</button>
            </p>
        }
    };
    move || {
        let chosen = url.state.with(|state| state.configurations.clone());
        chosen.into_iter().map(chip).collect_view()
    }
}

/// A note on an older page that newer runs have arrived, without moving content.
#[component]
fn NewRuns(
    /// The newest runs, while an older page is shown.
    newest: RunsFeed,
    /// The URL state.
    #[prop(into)]
    state: Signal<RunsState>,
) -> impl IntoView {
    let seen = StoredValue::new(None::<(RunsState, Cursor)>);
    let arrived = Memo::new(move |_| {
        let is_older = state.with(|state| state.place != Place::Newest);
        let (asked, page) = newest.latest().filter(|_| is_older)?;
        let first = Cursor::of(page.rows.first()?);
        let known = seen.with_value(|seen| {
            let (of, cursor) = seen.as_ref()?;
            (*of == asked).then(|| cursor.clone())
        });
        let Some(known) = known else {
            seen.set_value(Some((asked, first)));
            return None;
        };
        let count = newer_than(&page.rows, &known);
        let more = if count == page.rows.len() {
            " or more"
        } else {
            ""
        };
        (count > 0).then(|| match count {
            1 => "1 new run".to_owned(),
            count => format!("{}{more} new runs", format::count(count)),
        })
    });
    let href = move || href(&state.with(|state| state.at(Place::Newest)));
    view! {
        <div role="status" class="new-runs">
            {move || arrived.get().map(|text| view! { <a class="button" href=href>{text}</a> })}
        </div>
    }
}

/// The empty state, with the reason.
#[component]
fn Nothing(
    /// The page without runs.
    page: Signal<Arc<runs::RunsPage>>,
    /// The URL.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let what = move || {
        let looked = page.with(|page| page.looked_through);
        let (text, is_filtered) = url
            .state
            .with(|state| (state.search.clone(), state.is_filtered()));
        match looked {
            Some(count) => format!(
                "Searched the newest {} that match; none passes the filters.",
                format::counted(count, "run")
            ),
            None if text.is_empty() => "No run from here on passes the filters.".to_owned(),
            None if is_filtered => format!("No run that matches “{text}” passes the filters."),
            None => format!(
                "No commit, CI run or id starts with “{text}”, and no tag, actor or model name matches it."
            ),
        }
    };
    view! {
        <section class="state inline" role="status">
            <h2>"No matching runs"</h2>
            <p>{what}</p>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    on:click=move |_| url.change(RunsState::widened)
                >
                    "Show all runs"
                </button>
            </div>
        </section>
    }
}

/// Links to the adjacent pages.
#[component]
fn Pager(
    /// The page shown.
    page: Signal<Arc<runs::RunsPage>>,
    /// The URL state.
    #[prop(into)]
    state: Signal<RunsState>,
) -> impl IntoView {
    let link = move |label: &'static str, to: Option<Place>| match to {
        Some(place) => {
            let href = href(&state.with(|state| state.at(place)));
            view! { <a class="button" href=href>{label}</a> }.into_any()
        }
        None => view! { <a class="button" role="link" aria-disabled="true">{label}</a> }.into_any(),
    };
    let is_newest = move || state.with(|state| state.place == Place::Newest);
    let newer = move || page.with(|page| page.newer.clone().map(Place::After));
    let older = move || page.with(|page| page.older.clone().map(Place::Before));
    let shown = move || {
        page.with(|page| {
            let said = format::counted(page.rows.len(), "run");
            match page.looked_through {
                Some(count) => format!(
                    "{said} of the newest {} that match the search",
                    format::count(count)
                ),
                None => said,
            }
        })
    };
    view! {
        <nav class="pager" aria-label="Pages of the log">
            {move || link("Newest", (!is_newest()).then_some(Place::Newest))}
            {move || link("Newer", newer())}
            {move || link("Older", older())}
            <span>{shown}</span>
        </nav>
    }
}

/// The actions for selected runs.
#[component]
fn Selection(
    /// Their ids.
    selected: Signal<Vec<String>>,
    /// The URL.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let compare = move || match selected.get().as_slice() {
        [first, second] => routes::compare_runs_href(first, second),
        _ => String::new(),
    };
    let clear = move |_| url.change_in_place(RunsState::with_none_selected);
    let is_enough = move || selected.with(Vec::len) == MOST_SELECTED;
    view! {
        <Show when=move || selected.with(|selected| !selected.is_empty())>
            <div class="selection" role="status">
                <span>{move || format!("{} selected", format::counted(selected.with(Vec::len), "run"))}</span>
                <Show when=is_enough fallback=|| view! { <span class="muted">"Select a second one to compare."</span> }>
                    <a class="button primary" href=compare>"Compare them"</a>
                </Show>
                <button type="button" class="button quiet" on:click=clear>"Clear the selection"</button>
            </div>
        </Show>
    }
}

fn href(state: &RunsState) -> String {
    routes::href_with(routes::RUNS, &state.to_query())
}
