//! Trends: metrics over time.

mod chart;
mod controls;
mod pointed;

use std::sync::Arc;

use leptos::prelude::*;

use self::{chart::Chart, controls::Controls};
use crate::{
    api,
    app::{MetricsFeed, SnapshotFeed},
    browser,
    components::{Staged, StaleNotice, WaitingChart},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    url_state::{UrlState, use_url_state},
    view_model::{
        range::Range,
        trends::{self, Chosen, Relation, TrendsAnswer, TrendsKey, TrendsState, TrendsView},
    },
};

/// The heading of the chart.
const HEADING: &str = "Over time";

/// How to read the chart, and the method of its band.
const HINT: &str = "Each dot is a run, hollow if the commit is unchanged. The line is the daily mean (UTC), the band its 95 % confidence interval (Student's t over the day's runs).";

/// Metrics over time.
#[component]
pub fn TrendsPage() -> impl IntoView {
    browser::set_title("Trends · Benchmark Monitor");
    let feed = expect_context::<SnapshotFeed>();
    view! {
        <Staged feed=feed is_empty=|all| all.is_empty() waiting=Waiting empty=NoRuns>
            <Trends />
        </Staged>
    }
}

/// The loading state: the selection can't be changed yet.
#[component]
fn Waiting() -> impl IntoView {
    let all = expect_context::<SnapshotFeed>();
    let url = use_url_state::<TrendsState>();
    let range = Memo::new(move |_| {
        url.state
            .with(|state| state.range)
            .or(trends::usual_range(None, browser::now_ms()))
    });
    view! {
        <div class="page-head"><h1>"Trends"</h1><p role="status">"Loading …"</p></div>
        <div inert=true>
            <Controls all=all chosen=Memo::new(|_| Arc::default()) range=range url=url />
        </div>
        <div class="trend-chart"><WaitingChart heading=HEADING hint=HINT /></div>
    }
    .into_any()
}

/// An empty project.
#[component]
fn NoRuns() -> impl IntoView {
    view! {
        <section class="state">
            <h1>"No runs yet"</h1>
            <p>"Push a report and its trend will appear here automatically."</p>
            <div class="actions"><a class="button primary" href="./">"How to push a report"</a></div>
        </section>
    }
}

/// What is drawn, and what it is computed from.
#[derive(Clone, Copy)]
struct Drawn {
    /// The view model; none while loading.
    view: Signal<Option<Arc<TrendsView>>>,
    /// The data.
    answer: Memo<Option<Arc<TrendsAnswer>>>,
    /// The selection.
    chosen: Memo<Arc<Chosen>>,
    /// The URL at which commits can be viewed.
    repository: Memo<Option<String>>,
}

/// The page.
#[component]
fn Trends() -> impl IntoView {
    let all = expect_context::<SnapshotFeed>();
    let metrics = expect_context::<MetricsFeed>();
    let settings = expect_context::<RwSignal<Settings>>();
    let pulse = expect_context::<Pulse>();
    let url = use_url_state::<TrendsState>();
    let state = url.state;

    let chosen = Memo::new(move |_| {
        let all = all.value().unwrap_or_default();
        Arc::new(state.with(|state| trends::chosen(&all, state)))
    });
    let range = Memo::new(move |_| {
        let newest_ms = chosen.with(|chosen| chosen.newest_ms);
        let usual = trends::usual_range(newest_ms, browser::now_ms());
        state.with(|state| state.range).or(usual)
    });
    let branch = Memo::new(move |_| state.with(|state| state.branch.clone()));
    let key = Memo::new(move |_| {
        let (from_ms, to_ms) = range.get().bounds(browser::now_ms());
        chosen.with(|chosen| {
            let configurations: Vec<i64> = chosen.configurations.iter().map(|one| one.id).collect();
            (!configurations.is_empty()).then(|| TrendsKey {
                configurations,
                metrics: chosen.metrics.clone(),
                branch: branch.get(),
                from_ms,
                to_ms,
                is_part: false,
            })
        })
    });
    let feed = Feed::keyed(settings, pulse, key, |connection, key: TrendsKey| {
        Box::pin(async move { api::trends(&connection, &key).await })
    });
    // The runs of the zoomed part that the thinned series omits.
    let detail_key = Memo::new(move |_| {
        let zoom = state.with(|state| state.zoom)?;
        trends::detail_key(&key.get()?, &*feed.value()?, zoom)
    });
    let detail = Feed::keyed(settings, pulse, detail_key, |connection, key: TrendsKey| {
        Box::pin(async move { api::trends(&connection, &key).await })
    });
    let answer = Memo::new(move |_| {
        let whole = feed.value()?;
        let part = detail_key.get().zip(detail.value());
        Some(match part {
            Some((key, part)) => Arc::new(trends::with_detail(&whole, &key, &part)),
            None => whole,
        })
    });
    // Layers and scale belong to the page; the zoom belongs to the chart and doesn't redraw it.
    let unzoomed = Memo::new(move |_| {
        state.with(|state| TrendsState {
            zoom: None,
            is_table: false,
            ..state.clone()
        })
    });
    let view = Memo::new(move |_| {
        let answer = answer.get()?;
        let metrics = metrics.value().unwrap_or_default();
        Some(Arc::new(chosen.with(|chosen| {
            unzoomed.with(|state| trends::view(chosen, &answer, &metrics, state))
        })))
    });
    let view: Signal<Option<Arc<TrendsView>>> = view.into();
    let repository = Memo::new(move |_| {
        settings.with(|settings| settings.connection().and_then(|one| one.repository.clone()))
    });

    let summary = move || {
        let words = view.with(|view| view.as_ref().map(|view| view.summary.clone()));
        words.unwrap_or_else(|| "Loading …".to_owned())
    };
    let is_without_runs = Memo::new(move |_| {
        answer.with(|answer| {
            answer
                .as_ref()
                .is_some_and(|answer| answer.series.iter().all(|one| one.runs.is_empty()))
        })
    });
    let is_undrawable = Memo::new(move |_| {
        view.with(|view| {
            let view = view.as_ref();
            view.is_some_and(|view| view.lines.is_empty()) && !is_without_runs.get()
        })
    });
    let is_lost = Memo::new(move |_| chosen.with(|chosen| chosen.configurations.is_empty()));
    let show_newest = move |_| {
        url.change(|state| TrendsState {
            configurations: Vec::new(),
            ..state.clone()
        });
    };
    let drawn = Drawn {
        view,
        answer,
        chosen,
        repository,
    };
    let body = move || {
        if is_lost.get() {
            return view! {
                <section class="state inline" role="status">
                    <h2>"No such configuration"</h2>
                    <p>"The address names configurations that this project does not have or that are no longer active. Choose others above."</p>
                    <div class="actions">
                        <button type="button" class="button primary" on:click=show_newest>"Show the most recent ones"</button>
                    </div>
                </section>
            }.into_any();
        }
        if is_undrawable.get() {
            return view! { <NothingToDraw drawn=drawn url=url /> }.into_any();
        }
        if is_without_runs.get() {
            return view! {
                <section class="state inline" role="status">
                    <h2>"No runs with these metrics in this range"</h2>
                    <p>"The configurations exist, but none of their runs in this range has the chosen metrics."</p>
                    <div class="actions">
                        <button
                            type="button"
                            class="button primary"
                            disabled=move || range.get() == Range::All
                            on:click=move |_| url.change(|state| state.clone().over(Range::All))
                        >
                            "Show all runs"
                        </button>
                    </div>
                </section>
            }.into_any();
        }
        view! { <Chart drawn=drawn url=url /> }.into_any()
    };
    let failed = move || {
        let is_new = answer.with(Option::is_none);
        feed.failure().filter(|_| is_new).map(|failure| {
            let failure = failure.view();
            view! {
                <crate::components::FailurePanel
                    failure=Signal::stored(failure)
                    is_busy=Signal::derive(move || feed.is_busy())
                    on_retry=Callback::new(move |()| feed.refresh())
                />
            }
        })
    };
    let is_failed = Memo::new(move |_| feed.failure().is_some() && answer.with(Option::is_none));
    view! {
        <StaleNotice />
        <div class="page-head">
            <h1>"Trends"</h1>
            <p>{summary}</p>
        </div>
        <Controls all=all chosen=chosen range=range url=url />
        {failed}
        <crate::components::MissingPart
            what="Runs in the zoomed range"
            failure=Signal::derive(move || detail.failure())
            on_retry=Callback::new(move |()| detail.refresh())
        />
        {move || (!is_failed.get()).then(body)}
    }
    .into_any()
}

/// The message if no line can be drawn relative.
#[component]
fn NothingToDraw(
    /// What would be drawn.
    drawn: Drawn,
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let notes = move || {
        let notes = drawn
            .view
            .with(|view| view.as_ref().map(|view| view.notes.clone()));
        let note = |note: String| view! { <p>{note}</p> };
        notes
            .unwrap_or_default()
            .into_iter()
            .map(note)
            .collect_view()
    };
    let draw_values = move |_| {
        url.change(|state| TrendsState {
            relation: Relation::Absolute,
            ..state.clone()
        });
    };
    view! {
        <section class="state inline" role="status">
            <h2>"Changes cannot be drawn"</h2>
            {notes}
            <div class="actions">
                <button type="button" class="button primary" on:click=draw_values>"Draw values instead"</button>
            </div>
        </section>
    }
    .into_any()
}
