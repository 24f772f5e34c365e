//! One run in full: metrics, comparisons, provenance and raw data.

mod not_there;
mod parts;
mod waiting;
mod whole;

use bench_model::run_id::RunId;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::{not_there::NotThere, waiting::WaitingSurroundings, whole::whole};
use crate::{
    api, browser,
    components::{Skeleton, Staged},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    view_model::run::StoredRun,
};

/// Runs by id; None if there is no such run.
type RunFeed = Feed<Option<StoredRun>, RunId>;

/// One run.
#[component]
pub fn RunPage() -> impl IntoView {
    let params = use_params_map();
    let text = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let id = Memo::new(move |_| text.with(|text| text.parse::<RunId>().ok()));
    Effect::new(move |_| {
        let short = text.with(|text| text.chars().take(8).collect::<String>());
        browser::set_title(&format!("Run {short} · Benchmark Monitor"));
    });
    let settings = expect_context::<RwSignal<Settings>>();
    let feed: RunFeed = Feed::keyed(settings, expect_context::<Pulse>(), id, |connection, id| {
        Box::pin(async move { api::run(&connection, &id).await })
    });
    // A run never changes, so only the response for the current URL is shown.
    let row = Memo::new(move |_| {
        let stored = feed.value()?;
        stored.as_ref().as_ref().map(|stored| stored.row.clone())
    });
    let is_id = move || id.with(Option::is_some);
    view! {
        <Show when=is_id fallback=move || view! { <NotThere text=text /> }>
            <Staged feed=feed is_empty=Option::is_none waiting=Waiting empty=move || view! { <NotThere text=text /> }>
                {move || match row.get() {
                    Some(row) => whole(&row, feed),
                    None => Waiting().into_any(),
                }}
            </Staged>
        </Show>
    }
}

/// The loading state.
#[component]
fn Waiting() -> impl IntoView {
    view! {
        <div class="page-head" role="status">
            <h1><Skeleton like="a-model-v1.2 on a-dataset-v1" /></h1>
            <p>"Loading the run …"</p>
        </div>
        <WaitingSurroundings />
    }
    .into_any()
}
