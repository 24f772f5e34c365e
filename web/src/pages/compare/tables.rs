//! The tables of a comparison.

use std::sync::Arc;

use bench_model::rest::rows::RunRow;
use leptos::prelude::*;

use crate::{
    app::MetricsFeed,
    components::DataTable,
    routes,
    url_state::UrlState,
    view_model::{
        compare::{CompareState, Comparison, breakdown, long, matrix, of_runs, origins},
        metrics::Metrics,
        table_view::TableView,
    },
};

/// Configurations: the short table, the notes, and the long table.
#[component]
pub(super) fn ConfigurationTables(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL.
    url: UrlState<CompareState>,
    /// The content between the tables.
    children: Children,
) -> impl IntoView {
    let state = url.state;
    let short =
        Memo::new(move |_| comparison.with(|all| state.with(|state| matrix(all, &state.metrics))));
    let every = Memo::new(move |_| {
        comparison.with(|all| state.with(|state| long(all, &state.metrics, state.sorted.as_ref())))
    });
    let sorted = Memo::new(move |_| state.with(|state| state.sorted.clone()));
    let sort_by = Callback::new(move |column: String| {
        url.change(|state| state.sorted_by(&column));
    });
    view! {
        <section class="block compare-short" aria-labelledby="side-by-side">
            <div class="block-head">
                <h2 id="side-by-side">"Side by side"</h2>
                <p>"Mean of the runs, change from the reference, and verdict. Hover over a verdict for its reason."</p>
            </div>
            <DataTable table=short heading="side-by-side" file_name="comparison" />
        </section>
        {children()}
        <section class="block compare-numbers" aria-labelledby="every-number">
            <div class="block-head">
                <h2 id="every-number">"All numbers"</h2>
                <p>"Sorting by difference uses relative changes, because metrics have different units."</p>
            </div>
            <DataTable table=every heading="every-number" file_name="comparison-numbers" sorted=sorted on_sort=sort_by is_stacked=true />
        </section>
    }
    .into_any()
}

/// Two runs: metrics, details, provenance.
#[component]
pub(super) fn RunTables(
    /// All numbers.
    comparison: Signal<Arc<Comparison>>,
    /// The URL state.
    state: Memo<CompareState>,
) -> impl IntoView {
    let metrics = expect_context::<MetricsFeed>();
    let numbers =
        Memo::new(move |_| comparison.with(|all| state.with(|state| of_runs(all, &state.metrics))));
    let both = move |table: fn(&RunRow, &RunRow, &Metrics) -> TableView| {
        Memo::new(move |_| {
            let metrics = metrics.value().unwrap_or_default();
            comparison.with(|comparison| {
                let run = |place: usize| comparison.sides.get(place)?.whole.as_ref();
                run(0)
                    .zip(run(1))
                    .map_or_else(TableView::default, |(before, after)| {
                        table(before, after, &metrics)
                    })
            })
        })
    };
    let parts = both(breakdown);
    let where_from = both(|before, after, _| origins(before, after));
    let has_parts = Memo::new(move |_| parts.with(|table| !table.rows.is_empty()));
    let configurations = move || {
        comparison.with(|comparison| {
            let ids: Vec<i64> = comparison.sides.iter().map(|side| side.configuration_id).collect();
            let differ = ids.first() != ids.last();
            differ.then(|| view! { <a href=routes::compare_href(&ids)>"Compare all runs of their configurations"</a> })
        })
    };
    view! {
        <section class="block compare-runs" aria-labelledby="metrics">
            <div class="block-head">
                <h2 id="metrics">"Metrics"</h2>
                <p>{configurations}</p>
            </div>
            <DataTable table=numbers heading="metrics" file_name="runs-compared" is_stacked=true />
        </section>
        {move || if has_parts.get() {
            view! {
                <section class="block" aria-labelledby="details">
                    <div class="block-head">
                        <h2 id="details">"Details"</h2>
                        <p>"Numbers in the details of both runs, matched by path; largest differences first."</p>
                    </div>
                    <DataTable table=parts heading="details" file_name="details-compared" />
                </section>
            }
            .into_any()
        } else {
            view! { <p class="chart-foot">"Neither run has numbers in its details."</p> }.into_any()
        }}
        <section class="block" aria-labelledby="origins">
            <div class="block-head"><h2 id="origins">"Provenance"</h2></div>
            <DataTable table=where_from heading="origins" file_name="runs-origins" />
        </section>
    }
    .into_any()
}
