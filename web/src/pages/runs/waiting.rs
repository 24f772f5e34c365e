//! The loading state: the same layout as the loaded page.

use leptos::prelude::*;

use super::{RunsFeed, controls::Controls};
use crate::{
    components::DataTable,
    url_state::UrlState,
    view_model::runs::{RunsState, waiting_table},
};

/// The loading state: the selection can't be changed yet.
#[component]
pub(super) fn Waiting(
    /// The expected runs.
    feed: RunsFeed,
    /// The URL state.
    url: UrlState<RunsState>,
) -> impl IntoView {
    let table = url.state.with_untracked(waiting_table);
    view! {
        <div class="page-head">
            <h1 id="runs">"Runs"</h1>
            <p role="status">"Loading the log …"</p>
        </div>
        <div inert=true>
            <Controls feed=feed url=url />
        </div>
        <div class="runs-table" inert=true>
            <DataTable table=Signal::stored(table) heading="runs" on_select=Callback::new(|_| ()) />
        </div>
    }
    .into_any()
}
