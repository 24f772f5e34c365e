//! Run.

use leptos::prelude::*;

use crate::browser;

/// Run.
#[component]
pub fn RunPage() -> impl IntoView {
    browser::set_title("Run · Benchmark Monitor");
    view! { <h1>"Run"</h1> }
}
