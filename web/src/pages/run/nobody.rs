//! An address at which there is no run.

use leptos::prelude::*;

use crate::{
    routes,
    view_model::{format, runs::is_uuid},
};

/// No run, and where to look.
#[component]
pub(super) fn Nobody(
    /// What the address says in the place of an id.
    text: Memo<String>,
) -> impl IntoView {
    let name = move || text.with(|text| format::short_name(text));
    let why = move || {
        if text.with(|text| is_uuid(text)) {
            "Runs are never deleted, so it may be in another project: the settings say which one this page reads."
        } else {
            "The id of a run has 36 characters, such as 0191f3aa-0000-4000-8000-000000000000. The search finds runs by the beginning of an id, a commit or a CI run too."
        }
    };
    let search = move || text.with(|text| routes::search_href(text));
    view! {
        <section class="state">
            <h1>"There is no such run"</h1>
            <p>"No run here has the id " <code><bdi>{name}</bdi></code> ". " {why}</p>
            <div class="actions">
                <a class="button primary" href=search>"Search for it"</a>
                <a class="button" href=routes::RUNS.href()>"All runs"</a>
                <a class="button" href=routes::SETTINGS.href()>"Settings"</a>
            </div>
        </section>
    }
}
