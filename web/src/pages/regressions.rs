//! Every configuration against the level that counts, the worst first, and past regressions.

mod controls;
mod past;
mod unmarked;

use std::sync::Arc;

use bench_model::rest::rows::{AgainstRow, PlainRow};
use leptos::prelude::*;

use self::{controls::Controls, past::Past, unmarked::WithoutBaseline};
use crate::{
    api,
    app::{MetricsFeed, SnapshotFeed},
    browser,
    components::{Command, DataTable, MissingPart, Pager, Staged, StaleNotice},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    url_state::{UrlState, use_url_state},
    view_model::{
        failure::RequestFailure,
        regressions::{
            DEFAULT_THRESHOLD, RegressionsState, RegressionsView, plain_by_configuration,
            regressions, waiting_table,
        },
        verdicts::{self},
    },
};

/// The heading of the table.
const AGAINST: &str = "Against the level that counts";

/// The requested configurations and the metric.
#[derive(Clone, PartialEq)]
struct Asked {
    /// Each with the number of its runs.
    configurations: Vec<(i64, usize)>,
    models: Vec<String>,
    metric: Option<String>,
}

/// The page's feeds.
#[derive(PartialEq)]
struct Answer {
    against: Vec<AgainstRow>,
    /// The table works without these.
    plain: Result<Vec<PlainRow>, RequestFailure>,
}

/// Every configuration against its baseline.
#[component]
pub fn RegressionsPage() -> impl IntoView {
    browser::set_title("Regressions · Benchmark Monitor");
    let snapshots = expect_context::<SnapshotFeed>();
    view! {
        <div class="page-head">
            <h1>"Regressions"</h1>
            <p>"Whether the newest level of every configuration is worse than the level that counts, worst first."</p>
        </div>
        <Staged feed=snapshots is_empty=|all| all.is_empty() waiting=Waiting empty=Empty>
            <Regressions />
        </Staged>
    }
    .into_any()
}

/// The loading state: the selection can't be changed yet.
#[component]
fn Waiting() -> impl IntoView {
    let nothing = Signal::stored(Arc::new(Vec::new()));
    let metrics = expect_context::<MetricsFeed>();
    view! {
        <div inert=true>
            <Controls all=nothing url=use_url_state() metrics=metrics />
        </div>
        <WaitingTable />
    }
    .into_any()
}

/// The table's loading state.
#[component]
fn WaitingTable() -> impl IntoView {
    let table = waiting_table(DEFAULT_THRESHOLD);
    view! {
        <section class="block" aria-labelledby="against">
            <div class="block-head">
                <h2 id="against">{AGAINST}</h2>
                <p role="status">"Loading runs …"</p>
            </div>
            <DataTable table=Signal::stored(table) heading="against" is_stacked=true />
        </section>
    }
    .into_any()
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="state inline">
            <h2>"No runs yet"</h2>
            <p>"Push a report, then mark a run as the baseline for later runs."</p>
            <Command text="bench-push --input FILE --environment local" />
        </section>
    }
}

#[component]
fn Regressions() -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let pulse = expect_context::<Pulse>();
    let snapshots = expect_context::<SnapshotFeed>();
    let metrics = expect_context::<MetricsFeed>();
    let url = use_url_state::<RegressionsState>();
    let state = url.state;

    let all = Signal::derive(move || snapshots.value().unwrap_or_default());
    let metric = Memo::new(move |_| state.with(|state| state.metric.clone()));
    let asked = Memo::new(move |_| {
        all.with(|all| {
            let mut models: Vec<String> = all.iter().map(|one| one.model.clone()).collect();
            models.dedup();
            (!all.is_empty()).then(|| Asked {
                configurations: all.iter().map(|one| (one.id, one.runs)).collect(),
                models,
                metric: metric.get(),
            })
        })
    });
    let feed = Feed::keyed(settings, pulse, asked, |connection, asked: Asked| {
        Box::pin(async move {
            let metric = asked.metric.as_deref();
            let against = api::against_baselines(&connection, &asked.configurations, metric);
            let name = metric.unwrap_or("f1");
            let plain = api::detect_regressions(&connection, name, &asked.models);
            let (against, plain) = futures_util::future::join(against, plain).await;
            Ok(Answer {
                against: against?,
                plain,
            })
        })
    });
    let threshold = Memo::new(move |_| state.with(|state| state.threshold));
    // Judging is the most expensive step and independent of filters.
    let judged = Memo::new(move |_| {
        let (_, answer) = feed.latest()?;
        let metrics = metrics.value().unwrap_or_default();
        let found = verdicts::found_all(&answer.against, &metrics, threshold.get());
        Some(Arc::new(verdicts::judged(
            &answer.against,
            &found,
            &metrics,
        )))
    });
    let view = Memo::new(move |_| {
        let (_, answer) = feed.latest()?;
        let (all, judged) = (all.get(), judged.get()?);
        let plain = answer.plain.as_deref().unwrap_or_default();
        let plain = plain_by_configuration(plain, &all);
        Some(Arc::new(
            state.with(|state| regressions(&all, &judged, &plain, state)),
        ))
    });
    let is_answered = Memo::new(move |_| view.with(Option::is_some) || feed.failure().is_some());
    let view: Signal<RegressionsView> =
        Signal::derive(move || view.get().map(|view| (*view).clone()).unwrap_or_default());

    view! {
        <StaleNotice />
        <Controls all=all url=url metrics=metrics />
        <Staged feed=feed is_empty=|_| false waiting=WaitingTable empty=WaitingTable>
            <section class="block" aria-labelledby="against">
                <div class="block-head">
                    <h2 id="against">{AGAINST}</h2>
                    <p role="status">{move || view.with(|view| view.tally.clone())}</p>
                </div>
                <MissingPart
                    what="The plain threshold results"
                    failure=Signal::derive(move || feed.latest()?.1.plain.as_ref().err().cloned())
                    on_retry=Callback::new(move |()| feed.refresh())
                />
                <Show
                    when=move || view.with(|view| view.total > 0)
                    fallback=move || view! { <NothingShown url=url /> }
                >
                    <DataTable
                        table=Signal::derive(move || view.with(|view| view.table.clone()))
                        heading="against"
                        file_name="regressions"
                        is_stacked=true
                    />
                    <Pager
                        page=Signal::derive(move || view.with(|view| view.page))
                        pages=Signal::derive(move || view.with(|view| view.pages))
                        total=Signal::derive(move || view.with(|view| view.total))
                        on_turn=Callback::new(move |to: usize| url.change(|state| state.clone().on_page(to)))
                    />
                    <p class="request">"From the command line, for the first row:"</p>
                    {move || view! { <Command text=view.with(|view| view.check.clone()) /> }}
                </Show>
            </section>
            <WithoutBaseline view=view />
        </Staged>
        // It is below a table of unknown length, so it appears with it.
        {move || is_answered.get().then(|| view! { <Past state=state metrics=metrics /> })}
    }
    .into_any()
}

/// The empty state: because of the filters, or because no run has the metric.
#[component]
fn NothingShown(
    /// The URL.
    url: UrlState<RegressionsState>,
) -> impl IntoView {
    view! {
        <section class="state inline">
            <h3>"No configuration matches"</h3>
            <p>"No configuration has this metric and verdict with these filters."</p>
            <div class="actions">
                <button
                    type="button"
                    class="button primary"
                    on:click=move |_| url.change(|state| state.unfiltered().with_metric(""))
                >
                    "Show all"
                </button>
            </div>
        </section>
    }
    .into_any()
}
