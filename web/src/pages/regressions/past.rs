//! Past regressions, with the commit where each began.

use leptos::prelude::*;

use crate::{
    api,
    app::MetricsFeed,
    components::{Command, DataTable, MissingPart},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    view_model::{
        regressions::{RegressionsState, past_table},
        table_view::TableView,
    },
};

/// Past regressions, with the commit where each began.
#[component]
pub(super) fn Past(
    /// The URL state.
    state: Memo<RegressionsState>,
    /// The definitions of metrics.
    metrics: MetricsFeed,
) -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let pulse = expect_context::<Pulse>();
    let metric = Memo::new(move |_| {
        let metric = state.with(|state| state.metric.clone());
        Some(metric.unwrap_or_else(|| "f1".to_owned()))
    });
    let feed = Feed::keyed(settings, pulse, metric, |connection, metric: String| {
        Box::pin(async move { api::past_regressions(&connection, &metric).await })
    });
    let table = Memo::new(move |_| {
        let (_, rows) = feed.latest()?;
        let metrics = metrics.value().unwrap_or_default();
        settings.with(|settings| {
            let connection = settings.connection();
            let repository = connection.and_then(|connection| connection.repository.as_deref());
            state.with(|state| Some(past_table(&rows, &state.filters, &metrics, repository)))
        })
    });
    let is_empty =
        Memo::new(move |_| table.with(|table| table.as_ref().map(|table| table.rows.is_empty())));
    let table: Signal<TableView> = Signal::derive(move || table.get().unwrap_or_default());
    let body = move || {
        match is_empty.get() {
        None if feed.failure().is_some() => view! {
            <MissingPart
                what="Past regressions"
                failure=Signal::derive(move || feed.failure())
                on_retry=Callback::new(move |()| feed.refresh())
            />
        }
        .into_any(),
        None => view! { <p class="request">"…"</p> }.into_any(),
        Some(true) => view! {
            <p class="request">
                "No regressions recorded. This looks for change points after a push and records them:"
            </p>
            <Command text="bench-push check" />
        }
        .into_any(),
        Some(false) => view! { <DataTable table=table heading="past" file_name="past-regressions" is_stacked=true /> }.into_any(),
    }
    };
    view! {
        <section class="block" aria-labelledby="past">
            <div class="block-head">
                <h2 id="past">"Past regressions"</h2>
                <p>{move || metric.get().map(|metric| format!("{metric}, newest first"))}</p>
            </div>
            {body}
        </section>
    }
    .into_any()
}
