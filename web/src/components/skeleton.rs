//! A grey place that something will take.

use leptos::prelude::*;

/// About as wide as `like`, in the font that stands around it: what arrives has the same size.
#[component]
pub fn Skeleton(
    /// A text as long as the one that will come.
    like: &'static str,
) -> impl IntoView {
    view! { <span class="skeleton" aria-hidden="true" style:width=format!("{}ch", like.chars().count())></span> }
}
