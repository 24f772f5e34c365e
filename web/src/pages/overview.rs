//! The current snapshot: averages, leaders, F1 against latency, and every configuration.

mod leader_lists;
mod news_line;
mod scatter_chart;
mod snapshot_table;
mod tiles;
mod waiting;

use std::{sync::Arc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use self::{
    leader_lists::LeaderLists, news_line::NewsLine, scatter_chart::ScatterChart,
    snapshot_table::SnapshotTable, tiles::Tiles, waiting::Waiting,
};
use crate::{
    api,
    app::SnapshotFeed,
    browser,
    clock::Clock,
    components::{Command, FilterMenu, Staged, StaleNotice},
    feed::Feed,
    judging::Judge,
    pulse::Pulse,
    settings::Settings,
    url_state::{UrlState, use_url_state},
    view_model::{
        failure::RequestFailure,
        format,
        news::{self, NewsItem},
        snapshot::{Dimension, SnapshotState, SnapshotView},
        time,
        verdicts::InRow,
    },
};

/// Older data is marked as old.
const OLD_MS: i64 = 7 * time::MS_PER_DAY;

/// The current snapshot.
#[component]
pub fn OverviewPage() -> impl IntoView {
    browser::set_title("Overview · Benchmark Monitor");
    let feed = expect_context::<SnapshotFeed>();
    view! {
        <Staged feed=feed is_empty=|all| all.is_empty() waiting=Waiting empty=Empty>
            <Snapshot />
        </Staged>
    }
}

/// A project with the schema but without runs.
#[component]
fn Empty() -> impl IntoView {
    // The user is about to push: poll more often than usual.
    let pulse = expect_context::<Pulse>();
    let often = set_interval_with_handle(move || pulse.ask_if_seen(), Duration::from_secs(4));
    on_cleanup(move || {
        if let Ok(often) = often {
            often.clear();
        }
    });
    view! {
        <section class="state">
            <h1>"No runs yet"</h1>
            <p>"The schema is installed and the key works. Push a report and its numbers will appear here automatically."</p>
            <Command text="bench-push --input FILE --environment local" />
            <p class="request">"No report yet? This pushes the repository's samples:"</p>
            <Command text="cargo xtask demo" />
        </section>
    }
}

/// The loaded page.
#[component]
fn Snapshot() -> impl IntoView {
    let feed = expect_context::<SnapshotFeed>();
    let url = use_url_state::<SnapshotState>();
    let filters = Memo::new(move |_| url.state.with(SnapshotState::filters));
    let all = Signal::derive(move || feed.value().unwrap_or_default());
    let view = Memo::new(move |_| {
        let all = all.get();
        Arc::new(filters.with(|filters| SnapshotView::new(&all, filters)))
    });
    let view: Signal<Arc<SnapshotView>> = view.into();

    let is_any_shown = Memo::new(move |_| view.with(|view| view.shown > 0));

    let (news, verdicts) = (News::ask(), Verdicts::ask());

    view! {
        <StaleNotice />
        <div class="page-head">
            <h1>"Current snapshot"</h1>
            <Summary view=view />
        </div>
        <NewsLine news=news />
        <Filters view=view url=url />
        <Show
            when=move || is_any_shown.get()
            fallback=move || view! {
                <section class="state inline" role="status">
                    <h2>"No configuration matches these filters"</h2>
                    <p>{move || view.with(|view| match view.total {
                        1 => "The only configuration does not match.".to_owned(),
                        many => format!("None of the {} configurations matches.", format::count(many)),
                    })}</p>
                    <div class="actions">
                        <button type="button" class="button primary" on:click=move |_| url.change(SnapshotState::unfiltered)>
                            "Clear filters"
                        </button>
                    </div>
                </section>
            }
        >
            <Tiles view=view />
            <LeaderLists view=view />
            <ScatterChart all=all filters=filters />
            <SnapshotTable all=all verdicts=verdicts url=url />
        </Show>
    }
}

/// What changed since yesterday, which arrives after the numbers.
#[derive(Clone, Copy)]
struct News {
    /// The changes; none while loading.
    items: Signal<Option<Vec<NewsItem>>>,
    /// The failure, if the request failed.
    failure: Signal<Option<RequestFailure>>,
    /// Requests them again.
    ask: Callback<()>,
}

impl News {
    /// Requests them once the numbers are on screen.
    fn ask() -> Self {
        let settings = expect_context::<RwSignal<Settings>>();
        let is_painted = RwSignal::new(None);
        Effect::new(move |_| request_animation_frame(move || is_painted.set(Some(()))));
        let changed = Feed::keyed(
            settings,
            expect_context::<Pulse>(),
            is_painted,
            |connection, ()| Box::pin(async move { api::what_changed(&connection).await }),
        );
        Self {
            items: Signal::derive(move || Some(news::news(&changed.value()?, browser::now_ms()))),
            failure: Signal::derive(move || changed.failure()),
            ask: Callback::new(move |()| changed.refresh()),
        }
    }
}

/// The verdicts on the visible rows.
#[derive(Clone, Copy)]
struct Verdicts {
    /// The verdicts; none while loading.
    rows: Signal<Option<Arc<Vec<InRow>>>>,
    /// Whether some are still loading.
    are_coming: Signal<bool>,
    /// The failure, if their data could not be read.
    failure: Signal<Option<RequestFailure>>,
    /// Requests the data again.
    ask: Callback<()>,
    /// Whether the program that computes them could not be loaded.
    is_judge_lost: Signal<bool>,
    /// The configurations of the visible rows.
    in_sight: RwSignal<Vec<i64>>,
}

impl Verdicts {
    /// Requests them for the rows that become visible.
    fn ask() -> Self {
        let settings = expect_context::<RwSignal<Settings>>();
        let Judge(judge) = expect_context();
        let in_sight = RwSignal::new(Vec::new());
        let wanted = Memo::new(move |last: Option<&Option<Vec<i64>>>| {
            let mut wanted: Vec<i64> = in_sight.get();
            wanted.sort_unstable();
            // Known verdicts are not requested again while filters change.
            match last.cloned().flatten() {
                Some(last) if wanted.iter().all(|id| last.binary_search(id).is_ok()) => Some(last),
                _ if wanted.is_empty() => None,
                _ => Some(wanted),
            }
        });
        let evidence = Feed::keyed(
            settings,
            expect_context::<Pulse>(),
            wanted,
            |connection, ids: Vec<i64>| {
                Box::pin(async move { api::evidence(&connection, &ids).await })
            },
        );
        let rows = RwSignal::new(None::<Arc<Vec<InRow>>>);
        let is_judge_lost = RwSignal::new(false);
        Effect::new(move |_| {
            let Some((_, evidence)) = evidence.latest() else {
                return;
            };
            spawn_local(async move {
                let (against, metrics) = (*evidence).clone();
                let answer = judge(against, metrics).await;
                let judged = answer.and_then(|answer| serde_json::from_str(&answer).ok());
                is_judge_lost.try_set(judged.is_none());
                if let Some(judged) = judged {
                    rows.try_set(Some(Arc::new(judged)));
                }
            });
        });
        Self {
            rows: rows.into(),
            are_coming: Signal::derive(move || {
                evidence.value().is_none() && evidence.failure().is_none()
            }),
            failure: Signal::derive(move || evidence.failure()),
            ask: Callback::new(move |()| evidence.refresh()),
            is_judge_lost: is_judge_lost.into(),
            in_sight,
        }
    }
}

/// The amount of data and its age.
#[component]
fn Summary(
    /// The page's data.
    view: Signal<Arc<SnapshotView>>,
) -> impl IntoView {
    let clock = expect_context::<Clock>();
    let newest = move || view.with(|view| view.newest_run_ms);
    let age = move || {
        newest().map(|ms| {
            let is_old = browser::now_ms() - ms > OLD_MS;
            view! {
                " · newest run "
                <time class:old=is_old title=time::stamp(ms)>{move || clock.age_of(ms)}</time>
            }
        })
    };
    view! { <p>{move || view.with(|view| view.summary.clone())} {age}</p> }
}

/// The three filters.
#[component]
fn Filters(
    /// The page's data.
    view: Signal<Arc<SnapshotView>>,
    /// The URL.
    url: UrlState<SnapshotState>,
) -> impl IntoView {
    let menu = move |dimension: Dimension| {
        let options = Memo::new(move |_| view.with(|view| view.options.of(dimension).to_vec()));
        view! {
            <FilterMenu
                label=dimension.label()
                options=options
                on_toggle=Callback::new(move |value: String| url.change(|state| state.toggled(dimension, &value)))
                on_clear=Callback::new(move |()| url.change(|state| state.cleared(dimension)))
            />
        }
    };
    view! {
        <div class="filters" role="group" aria-label="Filters">
            {Dimension::ALL.map(menu)}
            <Show when=move || url.state.with(SnapshotState::is_filtered)>
                <button
                    type="button"
                    class="button quiet"
                    on:click=move |_| url.change(SnapshotState::unfiltered)
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
