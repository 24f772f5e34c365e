//! The current snapshot: averages, leaders, F1 against latency, and every configuration.

mod leader_lists;
mod not_connected;
mod scatter_chart;
mod snapshot_table;
mod tiles;
mod waiting;

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use self::{
    leader_lists::LeaderLists, not_connected::NotConnected, scatter_chart::ScatterChart,
    snapshot_table::SnapshotTable, tiles::Tiles, waiting::Waiting,
};
use crate::{
    app::SnapshotFeed,
    browser,
    clock::Clock,
    components::{Command, FailurePanel, FilterMenu},
    settings::Settings,
    view_model::{
        failure::FailureView,
        format,
        snapshot::{Dimension, SnapshotState, SnapshotView},
        time,
    },
};

/// Data older than this is worth a word.
const OLD_MS: i64 = 7 * 86_400_000;

/// What the page can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    NotConnected,
    Waiting,
    Failed,
    Empty,
    Ready,
}

/// The current snapshot.
#[component]
pub fn SnapshotPage() -> impl IntoView {
    browser::set_title("Current snapshot · Benchmark Monitor");
    let settings = expect_context::<RwSignal<Settings>>();
    let feed = expect_context::<SnapshotFeed>();
    let stage = Memo::new(move |_| {
        let is_known = settings.with(|settings| match settings {
            Settings::Loading => None,
            Settings::Missing | Settings::Wrong(..) => Some(false),
            Settings::Ready(..) => Some(true),
        });
        match (is_known, feed.value()) {
            (None, _) => Stage::Waiting,
            (Some(false), _) => Stage::NotConnected,
            (_, Some(all)) if all.is_empty() => Stage::Empty,
            (_, Some(_)) => Stage::Ready,
            (_, None) if feed.failure().is_some() => Stage::Failed,
            (_, None) => Stage::Waiting,
        }
    });
    let failure = Signal::derive(move || {
        feed.failure()
            .map_or_else(no_failure, |failure| failure.view())
    });
    move || match stage.get() {
        Stage::NotConnected => view! { <NotConnected /> }.into_any(),
        Stage::Waiting => view! { <Waiting /> }.into_any(),
        Stage::Failed => view! {
            <FailurePanel
                failure=failure
                is_busy=Signal::derive(move || feed.is_busy())
                on_retry=Callback::new(move |()| feed.refresh())
            />
        }
        .into_any(),
        Stage::Empty => view! { <Empty /> }.into_any(),
        Stage::Ready => view! { <Snapshot /> }.into_any(),
    }
}

/// Stands in between the moment a failure is mended and the panel goes.
fn no_failure() -> FailureView {
    FailureView {
        title: String::new(),
        what: String::new(),
        steps: Vec::new(),
        command: None,
        request: String::new(),
    }
}

/// A project with the schema and without a run.
#[component]
fn Empty() -> impl IntoView {
    // Whoever reads this is about to push: look more often than usual.
    let feed = expect_context::<SnapshotFeed>();
    let often = set_interval_with_handle(move || feed.refresh_if_seen(), Duration::from_secs(4));
    on_cleanup(move || {
        if let Ok(often) = often {
            often.clear();
        }
    });
    view! {
        <section class="state">
            <h1>"No runs yet"</h1>
            <p>"The schema is installed and the key works. Push the first report, and its numbers appear here by themselves."</p>
            <Command text="bench-push --input FILE --environment local" />
            <p class="request">"No report at hand? This pushes the samples of the repository:"</p>
            <Command text="cargo xtask demo" />
        </section>
    }
}

/// The page with its numbers.
#[component]
fn Snapshot() -> impl IntoView {
    let feed = expect_context::<SnapshotFeed>();
    let location = use_location();
    let state = Memo::new(move |_| {
        location
            .search
            .with(|query| SnapshotState::from_query(query))
    });
    let filters = Memo::new(move |_| state.with(SnapshotState::filters));
    let all = Signal::derive(move || feed.value().unwrap_or_default());
    let view = Memo::new(move |_| {
        let all = all.get();
        Arc::new(filters.with(|filters| SnapshotView::new(&all, filters)))
    });
    let view: Signal<Arc<SnapshotView>> = view.into();

    let navigate = use_navigate();
    let go = Callback::new(move |next: SnapshotState| {
        let query = next.to_query();
        let mark = if query.is_empty() { "" } else { "?" };
        let address = format!("{}{mark}{query}", location.pathname.get_untracked());
        navigate(
            &address,
            NavigateOptions {
                resolve: false,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    });
    let is_any_shown = Memo::new(move |_| view.with(|view| view.shown > 0));
    let unfilter = Callback::new(move |()| go.run(state.with_untracked(SnapshotState::unfiltered)));

    view! {
        <StaleNotice />
        <div class="page-head">
            <h1>"Current snapshot"</h1>
            <Summary view=view />
        </div>
        <Filters view=view state=state go=go />
        <Show
            when=move || is_any_shown.get()
            fallback=move || view! {
                <section class="state inline" role="status">
                    <h2>"No configuration matches these filters"</h2>
                    <p>{move || view.with(|view| format!(
                        "{} there, none with this combination.",
                        match view.total {
                            1 => "1 configuration is".to_owned(),
                            many => format!("{} configurations are", format::count(many)),
                        }
                    ))}</p>
                    <div class="actions">
                        <button type="button" class="button primary" on:click=move |_| unfilter.run(())>
                            "Clear the filters"
                        </button>
                    </div>
                </section>
            }
        >
            <Tiles view=view />
            <LeaderLists view=view />
            <ScatterChart all=all filters=filters />
            <SnapshotTable all=all state=state go=go />
        </Show>
    }
}

/// How much there is, and how old it is.
#[component]
fn Summary(
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let newest = move || view.with(|view| view.newest_run_ms);
    let age = move || {
        newest().map(|ms| {
            let is_old = browser::now_ms() - ms > OLD_MS;
            view! {
                " · newest run "
                <time class:old=is_old title=time::utc(ms)>{move || clock.age_of(ms)}</time>
            }
        })
    };
    view! { <p>{move || view.with(|view| view.summary.clone())} {age}</p> }
}

/// Says that what is on screen could not be refreshed.
#[component]
fn StaleNotice() -> impl IntoView {
    let feed = expect_context::<SnapshotFeed>();
    let clock = expect_context::<Clock>();
    let age = move || {
        feed.checked_ms()
            .map(|then| clock.age_of(then))
            .unwrap_or_default()
    };
    view! {
        <Show when=move || feed.failure().is_some()>
            <div class="notice" role="status">
                <strong>"Could not refresh"</strong>
                <span>
                    {move || feed.failure().map(|failure| failure.view().title)} ". Below is what was read " {age} "."
                </span>
                <button type="button" class="link-button" on:click=move |_| feed.refresh()>"Try again"</button>
            </div>
        </Show>
    }
}

/// The three filters.
#[component]
fn Filters(
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
    /// What the address bar says.
    #[prop(into)]
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let menu = move |dimension: Dimension| {
        let options = Memo::new(move |_| view.with(|view| view.options.of(dimension).to_vec()));
        view! {
            <FilterMenu
                label=dimension.label()
                options=options
                on_toggle=Callback::new(move |value: String| {
                    go.run(state.with_untracked(|state| state.toggled(dimension, &value)));
                })
                on_clear=Callback::new(move |()| go.run(state.with_untracked(|state| state.cleared(dimension))))
            />
        }
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {Dimension::ALL.map(menu)}
            <Show when=move || state.with(SnapshotState::is_filtered)>
                <button
                    type="button"
                    class="button quiet"
                    on:click=move |_| go.run(state.with_untracked(SnapshotState::unfiltered))
                >
                    "Clear"
                </button>
                <span class="shown" role="status">
                    {move || view.with(|view| {
                        format!("{} of {} shown", format::count(view.shown), format::count(view.total))
                    })}
                </span>
            </Show>
        </div>
    }
}
