//! Runs.

use leptos::prelude::*;

use crate::browser;

/// Runs.
#[component]
pub fn RunsPage() -> impl IntoView {
    browser::set_title("Runs · Benchmark Monitor");
    view! { <h1>"Runs"</h1> }
}
