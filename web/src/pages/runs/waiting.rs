//! The page before its runs arrive: the same boxes in the same places.

use leptos::prelude::*;

use crate::components::Skeleton;

/// The page before its runs arrive.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let row = |_| {
        view! { <tr><td><Skeleton like="2026-11-24 02:51 UTC of a model on a dataset" /></td></tr> }
    };
    view! {
        <div class="page-head">
            <h1>"Runs"</h1>
            <p role="status">"Reading the log …"</p>
        </div>
        <div class="runs-controls waiting"></div>
        <div class="table-box" aria-hidden="true">
            <table class="table"><tbody>{(0..20).map(row).collect_view()}</tbody></table>
        </div>
    }
}
