//! The URL of a missing run.

use bench_model::run_id::RunId;
use leptos::prelude::*;

use crate::{routes, view_model::format};

/// A missing run, with links.
#[component]
pub(super) fn NotThere(
    /// The id from the URL.
    text: Memo<String>,
) -> impl IntoView {
    let name = move || text.with(|text| format::short_name(text));
    let why = move || {
        if text.with(|text| text.parse::<RunId>().is_ok()) {
            "Runs are never deleted, so it may belong to another project; Settings shows the one this page reads."
        } else {
            "A run id has 36 characters, such as 0191f3aa-0000-4000-8000-000000000000. Search also finds runs by the start of an id, a commit or a CI run."
        }
    };
    let search = move || text.with(|text| routes::search_href(text));
    view! {
        <section class="state">
            <h1>"Run not found"</h1>
            <p>"This project has no run with the id " <code><bdi>{name}</bdi></code> ". " {why}</p>
            <div class="actions">
                <a class="button primary" href=search>"Search for it"</a>
                <a class="button" href=routes::RUNS.href()>"All runs"</a>
                <a class="button" href=routes::SETTINGS.href()>"Settings"</a>
            </div>
        </section>
    }
}
