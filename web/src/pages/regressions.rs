//! Regressions.

use leptos::prelude::*;

use crate::browser;

/// Regressions.
#[component]
pub fn RegressionsPage() -> impl IntoView {
    browser::set_title("Regressions · Benchmark Monitor");
    view! { <h1>"Regressions"</h1> }
}
