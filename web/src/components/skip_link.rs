//! The first tab stop.

use leptos::prelude::*;

use crate::browser;

/// Skips the header.
#[component]
pub fn SkipLink() -> impl IntoView {
    // A plain `#main` would be resolved against `<base>` and leave the view.
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        browser::focus("main");
    };
    view! {
        <a class="skip" href="#main" rel="external" on:click=skip>
            "Skip to content"
        </a>
    }
}
