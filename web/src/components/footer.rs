//! The footer: the source project of the data.

use leptos::prelude::*;

use crate::{routes, settings::Settings};

/// The footer.
#[component]
pub fn Footer() -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let origin = move || {
        settings.with(|settings| settings.connection().map(|one| one.url.as_str().to_owned()))
    };
    let source = move || {
        origin().map(|origin| {
            view! {
                <span class="wrap-anywhere">"Reading " {origin} " with a read-only key"</span>
                <a href=routes::SETTINGS.href()>"Change"</a>
            }
        })
    };
    view! { <footer class="footer">"Benchmark Monitor" {source}</footer> }
}
