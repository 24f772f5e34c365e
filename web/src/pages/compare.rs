//! Compare.

use leptos::prelude::*;

use crate::browser;

/// Compare.
#[component]
pub fn ComparePage() -> impl IntoView {
    browser::set_title("Compare · Benchmark Monitor");
    view! { <h1>"Compare"</h1> }
}
