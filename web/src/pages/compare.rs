//! Configurations side by side, or two runs.

mod charts;
mod chooser;
mod sides;
mod tables;

use std::sync::Arc;

use leptos::prelude::*;

use self::{
    charts::Charts,
    chooser::Chooser,
    sides::Sides,
    tables::{ConfigurationTables, RunTables},
};
use crate::{
    api,
    app::{MetricsFeed, SnapshotFeed},
    browser,
    components::{Command, DataTable, Staged, StaleNotice},
    feed::Feed,
    pulse::Pulse,
    routes,
    settings::Settings,
    url_state::{UrlState, use_url_state},
    view_model::{
        compare::{CompareKey, CompareRows, CompareState, Comparison, suggestion},
        format,
        range::Range,
        table_view::{ColumnView, TableView},
    },
};

/// Roughly the number of metrics of two configurations.
const WAITING_ROWS: usize = 12;

/// Configurations side by side, or two runs.
#[component]
pub fn ComparePage() -> impl IntoView {
    browser::set_title("Compare · Benchmark Monitor");
    let snapshots = expect_context::<SnapshotFeed>();
    view! {
        <Staged feed=snapshots is_empty=|all| all.is_empty() waiting=Waiting empty=NoRuns>
            <Compare />
        </Staged>
    }
    .into_any()
}

/// An empty project.
#[component]
fn NoRuns() -> impl IntoView {
    view! {
        <section class="state">
            <h1>"Nothing to compare yet"</h1>
            <p>"Push some reports, then choose configurations to compare."</p>
            <Command text="bench-push --input FILE --environment local" />
        </section>
    }
    .into_any()
}

/// The loading state: the selection can't be changed yet.
#[component]
fn Waiting() -> impl IntoView {
    let url = use_url_state::<CompareState>();
    view! {
        <div class="page-head">
            <h1>"Compare"</h1>
            <p role="status">"Loading the comparison …"</p>
        </div>
        <div inert=true>
            <Chooser comparison=Signal::stored(Arc::default()) url=url />
        </div>
        <WaitingNumbers />
    }
    .into_any()
}

/// The loading state of the numbers.
#[component]
fn WaitingNumbers() -> impl IntoView {
    let columns = vec![
        ColumnView::text("metric", "Metric"),
        ColumnView::number("first", "Reference"),
        ColumnView::number("second", "Other"),
    ];
    let like = ["a_metric", "0.000", "0.000 −0.000 −0.0 % unchanged"];
    let table = TableView::waiting(columns, &like, WAITING_ROWS);
    view! {
        <section class="block" aria-hidden="true">
            <div class="block-head"><h2 id="waiting">"Side by side"</h2></div>
            <DataTable table=Signal::stored(table) heading="waiting" />
        </section>
    }
    .into_any()
}

/// The URL state, and its query.
#[component]
fn Compare() -> impl IntoView {
    let url = use_url_state::<CompareState>();
    let state = url.state;
    let settings = expect_context::<RwSignal<Settings>>();
    let pulse = expect_context::<Pulse>();
    let snapshots = expect_context::<SnapshotFeed>();
    let metrics = expect_context::<MetricsFeed>();
    let key = Memo::new(move |_| state.with(key));
    let feed: Feed<CompareRows, CompareKey> =
        Feed::keyed(settings, pulse, key, |connection, key| {
            Box::pin(async move { api::comparison(&connection, key).await })
        });
    let comparison = Memo::new(move |_| {
        let known = snapshots.value().unwrap_or_default();
        let metrics = metrics.value().unwrap_or_default();
        Arc::new(feed.latest().map_or_else(Comparison::default, |(_, rows)| {
            Comparison::new(&rows, &known, &metrics)
        }))
    });
    let comparison: Signal<Arc<Comparison>> = comparison.into();
    let is_asked = Memo::new(move |_| key.with(Option::is_some));
    let body = move || {
        if is_asked.get() {
            view! {
                <Staged
                    feed=feed
                    is_empty=is_nothing
                    waiting=WaitingNumbers
                    empty=move || view! { <Nothing url=url /> }
                >
                    <Compared comparison=comparison url=url />
                </Staged>
            }
            .into_any()
        } else {
            view! { <Choose state=state /> }.into_any()
        }
    };
    view! {
        <StaleNotice />
        <div class="page-head">
            <h1>"Compare"</h1>
            <p>{move || summary(&state.get(), &comparison.get())}</p>
        </div>
        <Chooser comparison=comparison url=url />
        {body}
    }
    .into_any()
}

/// The query; None while fewer than two are selected.
fn key(state: &CompareState) -> Option<CompareKey> {
    if let [first, second] = state.runs.as_slice() {
        return Some(CompareKey::Runs([first.clone(), second.clone()]));
    }
    let (from, to) = state.days().days(browser::now_ms());
    (state.configurations.len() > 1).then(|| CompareKey::Configurations {
        ids: state.configurations.clone(),
        from,
        to,
    })
}

fn is_nothing(rows: &CompareRows) -> bool {
    rows.sides.len() < 2 || rows.sides.iter().all(|side| side.runs.is_empty())
}

fn summary(state: &CompareState, comparison: &Comparison) -> String {
    let common = match comparison.common.as_str() {
        "" => String::new(),
        common => format!(" · shared: {common}"),
    };
    if state.is_of_runs() {
        return format!("Run A and run B{common}");
    }
    match state.configurations.len() {
        0 | 1 => "Two to eight configurations side by side, or two runs".to_owned(),
        many => format!(
            "{} · {}{common}",
            format::counted(many, "configuration"),
            state.days().words()
        ),
    }
}

/// Nothing is selected yet.
#[component]
fn Choose(
    /// The URL state.
    state: Memo<CompareState>,
) -> impl IntoView {
    let snapshots = expect_context::<SnapshotFeed>();
    let suggested = move || {
        let all = snapshots.value().unwrap_or_default();
        suggestion(
            &all,
            state.with(|state| state.configurations.first().copied()),
        )
    };
    let offer = move || {
        match suggested() {
        Some(found) => view! {
            <p>"The two with the newest runs on the same data: " <bdi>{found.label}</bdi> "."</p>
            <div class="actions">
                <a class="button primary" href=routes::compare_href(&found.ids)>"Compare these two"</a>
            </div>
        }
        .into_any(),
        None => view! { <p>"No two configurations have results on the same data yet."</p> }.into_any(),
    }
    };
    view! {
        <section class="state inline">
            <h2>{move || state.with(|state| match state.configurations.len() {
                0 => "Choose what to compare",
                _ => "Choose one more",
            })}</h2>
            <p>"Choose two to eight configurations above. The first is the reference that the others are compared with."</p>
            {offer}
        </section>
    }
    .into_any()
}

/// The selection has no data.
#[component]
fn Nothing(
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let state = url.state;
    let all_days = move |_| {
        url.change(|state| CompareState {
            range: Range::All,
            ..state.clone()
        });
    };
    move || {
        if state.with(CompareState::is_of_runs) {
            view! {
                <section class="state inline" role="status">
                    <h2>"Run not found"</h2>
                    <p>"The address names two runs, but this project does not have both."</p>
                    <div class="actions">
                        <a class="button primary" href=routes::RUNS.href()>"Show all runs"</a>
                    </div>
                </section>
            }
            .into_any()
        } else {
            view! {
                <section class="state inline" role="status">
                    <h2>"No runs in this range"</h2>
                    <p>{move || format!("None of these configurations has runs in this range: {}.", state.with(|state| state.days().words()))}</p>
                    <div class="actions">
                        <button type="button" class="button primary" on:click=all_days>"Show all days"</button>
                    </div>
                </section>
            }
            .into_any()
        }
    }
}

/// The numbers.
#[component]
fn Compared(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
) -> impl IntoView {
    let state = url.state;
    let is_of_runs = Memo::new(move |_| comparison.with(|comparison| comparison.is_of_runs));
    let warnings = move || {
        let all = comparison.with(|comparison| comparison.warnings());
        all.into_iter()
            .map(|text| view! { <p class="notice" role="note">{text}</p> })
            .collect_view()
    };
    view! {
        <Sides comparison=comparison url=url />
        {warnings}
        {move || if is_of_runs.get() {
            view! { <RunTables comparison=comparison state=state /> }.into_any()
        } else {
            view! {
                <ConfigurationTables comparison=comparison url=url>
                    <Charts comparison=comparison url=url />
                </ConfigurationTables>
            }
            .into_any()
        }}
    }
    .into_any()
}
