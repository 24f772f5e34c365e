//! The Trends chart, with its table and the hovered run.

use bench_model::run_id::RunId;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{Drawn, HEADING, HINT, pointed::Pointed};
use crate::{
    app::MetricsFeed,
    browser, charts,
    components::{ChartBox, ChartEvent, ChartParts, DataTable, use_palette},
    routes,
    url_state::UrlState,
    view_model::trends::{self, TrendsState},
};

/// The chart with its panel and its table.
#[component]
pub(super) fn Chart(
    /// The selection.
    drawn: Drawn,
    /// The URL.
    url: UrlState<TrendsState>,
) -> impl IntoView {
    let Drawn {
        view,
        answer,
        chosen,
        repository,
    } = drawn;
    let metrics = expect_context::<MetricsFeed>();
    let palette = use_palette();
    // The last chart stays until the next one is ready.
    let option = Memo::new(move |last: Option<&String>| {
        let next = view.with(|view| {
            view.as_ref()
                .map(|view| charts::trend(view, &palette.get()).to_json())
        });
        next.or_else(|| last.cloned()).unwrap_or_default()
    });
    let description = move || {
        let said = view.with(|view| view.as_ref().map(|view| view.description.clone()));
        said.unwrap_or_default()
    };
    let table = Memo::new(move |_| {
        let answer = answer.get().unwrap_or_default();
        let metrics = metrics.value().unwrap_or_default();
        let repository = repository.get();
        chosen.with(|chosen| trends::table(chosen, &answer, &metrics, repository.as_deref()))
    });
    #[expect(clippy::cast_precision_loss, reason = "times fit a double exactly")]
    let zoom = Memo::new(move |_| {
        url.state
            .with(|state| state.zoom.map(|(from, to)| (from as f64, to as f64)))
    });
    let pointed = RwSignal::new(None::<String>);
    let open = StoredValue::new_local(use_navigate());
    let on_event = Callback::new(move |event: ChartEvent| match event {
        #[expect(clippy::cast_possible_truncation, reason = "a time in milliseconds")]
        ChartEvent::Zoom(range) => {
            let zoom = range.map(|(from, to)| (from.round() as i64, to.round() as i64));
            if url.state.with_untracked(|state| state.zoom) != zoom {
                url.change_in_place(|state| TrendsState {
                    zoom,
                    ..state.clone()
                });
            }
        }
        ChartEvent::Hover(point) if !point.id.is_empty() => pointed.set(Some(point.id)),
        ChartEvent::Click(point) if point.id.parse::<RunId>().is_ok() => {
            let address = format!("{}{}", browser::base_path(), routes::run_href(&point.id));
            let address = address
                .strip_prefix(browser::base_path().trim_end_matches('/'))
                .unwrap_or(&address)
                .to_owned();
            open.with_value(|open| open(&address, NavigateOptions::default()));
        }
        ChartEvent::Legend { name, is_shown } => {
            let ids: Vec<_> = view.with_untracked(|view| {
                let lines = view.iter().flat_map(|view| &view.lines);
                let named = lines.filter(|line| line.name == name);
                named.map(|line| line.id.clone()).collect()
            });
            url.change(|state| state.clone().switched(&ids, is_shown));
        }
        ChartEvent::Click(_) | ChartEvent::Hover(_) => {}
    });
    let notes = move || {
        view.with(|view| {
            let notes = view
                .as_ref()
                .map(|view| view.notes.clone())
                .unwrap_or_default();
            notes
                .into_iter()
                .map(|note| view! { <p>{note}</p> })
                .collect_view()
        })
    };
    view! {
        <div class="trend-chart">
            <ChartBox
                id="trend"
                heading=HEADING
                hint=HINT
                option=option
                description=Signal::derive(description)
                table=table
                file_name="trends"
                is_table=Signal::derive(move || url.state.with(|state| state.is_table))
                on_table=Callback::new(move |is_table| {
                    url.change_in_place(|state| TrendsState { is_table, ..state.clone() });
                })
                parts=ChartParts::All
                zoom=zoom
                on_event=on_event
                foot=move || view! { <Pointed table=table pointed=pointed /> {notes} }
            />
        </div>
        <Standings drawn=drawn />
        <Happened drawn=drawn />
    }
    .into_any()
}

/// The verdicts on the newest runs.
#[component]
fn Standings(
    /// The selection.
    drawn: Drawn,
) -> impl IntoView {
    let Drawn { answer, chosen, .. } = drawn;
    let metrics = expect_context::<MetricsFeed>();
    let table = Memo::new(move |_| {
        let answer = answer.get().unwrap_or_default();
        let metrics = metrics.value().unwrap_or_default();
        chosen.with(|chosen| trends::standings(chosen, &answer, &metrics))
    });
    let has_any = Memo::new(move |_| table.with(|table| !table.rows.is_empty()));
    move || {
        has_any.get().then(|| view! {
            <section class="block" aria-labelledby="standings">
                <div class="block-head">
                    <h2 id="standings">"Verdicts"</h2>
                    <p>"Is the newest level worse than the level that counts? The same runs and words as bench-push check, whatever range is drawn."</p>
                </div>
                <DataTable table=table heading="standings" file_name="trends-verdicts" is_stacked=true />
            </section>
        })
    }
}

/// The events behind the symbols above the chart.
#[component]
fn Happened(
    /// The selection.
    drawn: Drawn,
) -> impl IntoView {
    let Drawn {
        view, repository, ..
    } = drawn;
    let happened = Memo::new(move |_| {
        let repository = repository.get();
        view.with(|view| {
            let view = view.as_ref();
            view.map(|view| trends::happened(view, repository.as_deref()))
                .unwrap_or_default()
        })
    });
    let has_marks = Memo::new(move |_| happened.with(|table| !table.rows.is_empty()));
    view! {
        {move || has_marks.get().then(|| view! {
            <section class="block" aria-labelledby="happened">
                <div class="block-head">
                    <h2 id="happened">"Events"</h2>
                    <p>"Markers above the chart: ▼ regressed, ▲ improved, ■ changed, ◆ baseline changed, ● first run."</p>
                </div>
                <DataTable table=happened heading="happened" file_name="trends-events" is_stacked=true />
            </section>
        })}
    }
    .into_any()
}
