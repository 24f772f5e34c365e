//! The loading state of the parts that depend on other runs.

use leptos::prelude::*;

use crate::{
    components::{DataTable, Skeleton},
    view_model::{run::metric_columns, table_view::TableView},
};

/// Roughly the number of metrics of a run.
const ROWS: usize = 10;

/// The links and the metrics until the run's context is loaded.
#[component]
pub(super) fn WaitingSurroundings() -> impl IntoView {
    let way = |words: &'static str| view! { <span class="button"><Skeleton like=words /></span> };
    let like = [
        "a_metric",
        "0.000",
        "unchanged",
        "0.000",
        "0.000",
        "−0.000 −0.0 %",
        "0.000",
        "−0.000 −0.0 %",
        "unchanged",
    ];
    let table = TableView::waiting(metric_columns([true, true]), &like, ROWS);
    view! {
        <p class="pager ways" aria-hidden="true">
            {[
                "Previous run",
                "Next run",
                "Compare with the previous run",
                "Compare with the baseline",
                "Trends of its configuration",
                "All runs of its configuration",
            ]
            .map(way)}
        </p>
        <section class="block" aria-labelledby="metrics">
            <div class="block-head">
                <h2 id="metrics">"Metrics"</h2>
                <p role="status">"Looking for its baseline …"</p>
            </div>
            <DataTable table=Signal::stored(table) heading="metrics" />
        </section>
    }
    .into_any()
}
