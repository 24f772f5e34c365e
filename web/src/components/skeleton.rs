//! A grey placeholder.

use leptos::prelude::*;

/// As wide as `like`, with the same line breaks, so that the content has the same size.
#[component]
pub fn Skeleton(
    /// A text as long as the expected one.
    #[prop(into)]
    like: String,
) -> impl IntoView {
    view! { <span class="skeleton" aria-hidden="true" data-like=like></span> }
}
