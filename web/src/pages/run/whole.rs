//! The loaded page.

use bench_model::rest::{payload::BaselineScope, rows::RunRow};
use bench_model::run_id::RunId;
use leptos::prelude::*;

use super::{
    RunFeed,
    parts::{facts, named, raw, section, tables, why},
    waiting::WaitingSurroundings,
};
use crate::{
    api,
    app::MetricsFeed,
    clock::Clock,
    components::{Command, DataTable, StaleNotice},
    feed::Feed,
    pulse::Pulse,
    routes,
    settings::Settings,
    view_model::{
        format,
        run::{
            Judged, Surroundings, baseline_command, compared_with_previous, judge, links,
            metric_table, nested_tables, provenance, push_command,
        },
        time,
    },
};

type SurroundingsFeed = Feed<Surroundings, RunId>;

/// The loaded page; the feed has the row as JSON.
pub(super) fn whole(run: &RunRow, feed: RunFeed) -> AnyView {
    let settings = expect_context::<RwSignal<Settings>>();
    let repository = settings.with_untracked(|settings| {
        settings
            .connection()
            .and_then(|connection| connection.repository.clone())
    });
    let clock = expect_context::<Clock>();
    let age =
        time::parse_ms(&run.created_at).map(|ms| view! { " · ran " {move || clock.age_of(ms)} });
    let around = surroundings(run);
    let json = feed
        .value_untracked()
        .and_then(|stored| stored.as_ref().as_ref().map(|stored| stored.json.clone()))
        .unwrap_or_default();
    // Surrounding runs determine the height of the first blocks, so the content below appears with
    // them.
    let is_known = Memo::new(move |_| around.value().is_some() || around.failure().is_some());
    let standing = match (&run.retraction, run.is_mainline) {
        (Some(_), _) => Some("retracted, so it does not count"),
        (None, Some(false)) => Some("side run, no part of the main line"),
        (None, _) => None,
    };
    let (own, run) = (StoredValue::new(run.clone()), run.clone());
    let below = move || {
        let run = own.get_value();
        let links = links(&run);
        let nothing = serde_json::Map::new();
        view! {
            <Ways run=run.clone() around=around />
            <Metrics run=run.clone() around=around />
            {section("provenance", "Provenance", facts(provenance(&run, repository.as_deref())))}
            {(!links.is_empty()).then(|| section("links", "Links", view! {
                <dl class="facts">{links.into_iter().map(|(name, cell)| named(name, cell)).collect_view()}</dl>
            }.into_any()))}
            {tables("params", "Parameters", nested_tables("params", run.params.as_ref().unwrap_or(&nothing)))}
            {tables("details", "Details", nested_tables("details", run.details.as_ref().unwrap_or(&nothing)))}
            {tables(
                "metric-stats",
                "Metric statistics",
                nested_tables("metric_stats", run.metric_stats.as_ref().unwrap_or(&nothing)),
            )}
            {section("commands", "Commands", view! {
                <h3>"Push a run like this"</h3>
                <Command text=push_command(&run) />
                <h3>"Make this run the baseline"</h3>
                <Command text=baseline_command(&run.id) />
            }.into_any())}
            {section("raw", "Raw", raw(json.clone(), format!("run-{}.json", run.id)))}
        }
        .into_any()
    };
    view! {
        <StaleNotice failure=Signal::derive(move || around.failure()) />
        <div class="page-head">
            <h1 id="run"><bdi>{run.model_version}</bdi> " on " <bdi>{run.dataset_version}</bdi></h1>
            <p>
                "prompt " <bdi>{run.prompt_version}</bdi> " · " <bdi>{run.environment}</bdi>
                " · version " {run.version} " of configuration " {run.configuration_id} {age}
                {standing.map(|standing| view! { " · " <strong>{standing}</strong> })}
            </p>
        </div>
        {move || if is_known.get() { below() } else { view! { <WaitingSurroundings /> }.into_any() }}
    }
    .into_any()
}

fn surroundings(run: &RunRow) -> SurroundingsFeed {
    // A run never changes, so its id identifies its context; the function can't capture the run
    // itself.
    let settings = expect_context::<RwSignal<Settings>>();
    let key = Signal::stored(run.id.parse::<RunId>().ok());
    Feed::keyed(
        settings,
        expect_context::<Pulse>(),
        key,
        |connection, id| {
            Box::pin(async move {
                match api::run(&connection, &id).await? {
                    Some(stored) => api::surroundings(&connection, &stored.row).await,
                    None => Ok(Surroundings::default()),
                }
            })
        },
    )
}

/// Links to the neighbours, comparisons and the configuration.
#[component]
fn Ways(
    /// The run.
    run: RunRow,
    /// Its context.
    around: SurroundingsFeed,
) -> impl IntoView {
    let (id, configuration) = (run.id.clone(), run.configuration_id);
    let of_configuration = |page, label: &'static str| {
        view! { <a class="button" href=routes::of_configuration_href(page, configuration)>{label}</a> }
    };
    let neighbours = move || {
        let around = around.value().unwrap_or_default();
        let link = |label: &'static str, other: Option<&RunRow>| match other {
            Some(other) => {
                view! { <a class="button" href=routes::run_href(&other.id)>{label}</a> }.into_any()
            }
            None => {
                view! { <a class="button" role="link" aria-disabled="true">{label}</a> }.into_any()
            }
        };
        let compare = |label: &'static str, other: Option<&RunRow>| {
            let other = other.filter(|other| other.id != id)?;
            Some(
                view! { <a class="button" href=routes::compare_runs_href(&other.id, &id)>{label}</a> },
            )
        };
        view! {
            {link("Previous run", around.previous.as_ref())}
            {link("Next run", around.next.as_ref())}
            {compare("Compare with the previous run", around.previous.as_ref())}
            {compare("Compare with the baseline", around.baseline.as_ref().map(|baseline| &baseline.run))}
        }
        .into_any()
    };
    view! {
        <nav class="pager ways" aria-label="From this run">
            {neighbours}
            {of_configuration(routes::TRENDS, "Trends of its configuration")}
            {of_configuration(routes::RUNS, "All runs of its configuration")}
        </nav>
    }
    .into_any()
}

/// Its metrics against its baseline and the previous run.
#[component]
fn Metrics(
    /// The run.
    run: RunRow,
    /// Its context.
    around: SurroundingsFeed,
) -> impl IntoView {
    let known = expect_context::<MetricsFeed>();
    let run = StoredValue::new(run);
    let judged = Memo::new(move |_| {
        let (around, known) = (
            around.value().unwrap_or_default(),
            known.value().unwrap_or_default(),
        );
        run.with_value(|run| {
            [
                judge(run, &around, &known),
                compared_with_previous(run, &around, &known),
            ]
        })
    });
    let table = Memo::new(move |_| {
        let (around, known) = (
            around.value().unwrap_or_default(),
            known.value().unwrap_or_default(),
        );
        judged.with(|[judged, previous]| {
            run.with_value(|run| metric_table(run, &around, [judged, previous], &known))
        })
    });
    let about_baseline = move || {
        let Some(around) = around.value() else {
            return "What this run is judged against could not be read.".to_owned();
        };
        let Some(baseline) = &around.baseline else {
            return "No baseline is set for this configuration, its model or its data set. The command below makes this run the baseline.".to_owned();
        };
        if run.with_value(|run| run.id == baseline.run.id) {
            return "This run is the baseline.".to_owned();
        }
        let scope = match baseline.found_by {
            BaselineScope::Configuration => "the baseline of its configuration".to_owned(),
            BaselineScope::Model => format!(
                "the baseline of its model (prompt {})",
                baseline.run.prompt_version
            ),
            BaselineScope::Dataset => format!(
                "the baseline of its data set (model {})",
                format::short_name(&baseline.run.model_version)
            ),
        };
        format!("Judged against the level of {scope}.")
    };
    let reasons = move || {
        judged.with(|[judged, previous]: &[Judged; 2]| {
            view! {
                {why("Reasons, as bench-push check gives them", judged, true)}
                {why("Reasons, compared with the previous run", previous, judged.is_empty())}
            }
            .into_any()
        })
    };
    view! {
        <section class="block" aria-labelledby="metrics">
            <div class="block-head">
                <h2 id="metrics">"Metrics"</h2>
                <p>{about_baseline}</p>
            </div>
            <DataTable table=table heading="metrics" file_name="run-metrics" />
            {reasons}
        </section>
    }
    .into_any()
}
