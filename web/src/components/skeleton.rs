//! A grey place that something will take.

use leptos::prelude::*;

/// As wide as `like`, and broken into lines as it would be: what arrives has the same size.
#[component]
pub fn Skeleton(
    /// A text as long as the one that will come.
    #[prop(into)]
    like: String,
) -> impl IntoView {
    view! { <span class="skeleton" aria-hidden="true" data-like=like></span> }
}
