//! Trends.

use leptos::prelude::*;

use crate::browser;

/// Trends.
#[component]
pub fn TrendsPage() -> impl IntoView {
    browser::set_title("Trends · Benchmark Monitor");
    view! { <h1>"Trends"</h1> }
}
